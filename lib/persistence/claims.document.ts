import type { JsonObject, JsonValue } from '../workflow/json.js';
import { copyJson } from '../workflow/json.copy.js';
import type { ClaimedStep } from './worker.gateway.js';

/** Claimed steps as the database describes them: rows without keys, each value once; see `sql/functions/describe_claims.sql`. */
export interface ClaimsDocument {
  readonly steps: readonly StepRow[];
  readonly tasks: Readonly<Record<string, TaskRow>> | null;
  readonly parents: Readonly<Record<string, ParentRow>> | null;
  readonly edges: readonly EdgeRow[] | null;
  /** Bytes of the steps that come without their task and parents, as each alone is over the budget. */
  readonly tooLarge: Readonly<Record<string, number>> | null;
}

type StepRow = readonly [
  id: string,
  taskId: string,
  templateId: string,
  attemptNumber: number,
  attemptsBefore: number,
  retryLimit: number,
  from: ClaimedStep['from'],
];
type TaskRow = readonly [
  context: JsonObject,
  initiator: string,
  sourceSystem: string,
  reason: string,
  tags: readonly string[],
  requestedAt: string,
];
type ParentRow = readonly [templateId: string, results: JsonValue];
type EdgeRow = readonly [stepId: string, parentId: string];

const UNSENT: TaskRow = [{}, '', '', '', [], ''];

/** Puts the steps together. No two share a value, as a handler may change what it is given. */
export function claimedSteps({ steps, tasks, parents, edges, tooLarge }: ClaimsDocument): ClaimedStep[] {
  const given = new Set<string>();
  const own = <T extends JsonValue>(id: string, value: T): T => {
    if (given.has(id)) return copyJson(value);
    given.add(id);
    return value;
  };
  const results = new Map<string, Record<string, JsonValue>>();
  for (const [stepId, parentId] of edges ?? []) {
    const [templateId, value] = parents![parentId]!;
    const ofStep = results.get(stepId);
    if (ofStep) ofStep[templateId] = own(parentId, value);
    else results.set(stepId, { [templateId]: own(parentId, value) });
  }
  return steps.map(([id, taskId, templateId, attemptNumber, attemptsBefore, retryLimit, from]) => {
    const tooLargeBytes = tooLarge?.[id] ?? null;
    const task = tooLargeBytes === null ? tasks![taskId]! : UNSENT;
    const [context, initiator, sourceSystem, reason, tags, requestedAt] = task;
    return {
      id,
      taskId,
      templateId,
      attempt: attemptNumber - attemptsBefore,
      attemptNumber,
      retryLimit,
      from,
      context: own(`task ${taskId}`, context),
      results: results.get(id) ?? null,
      initiator,
      sourceSystem,
      reason,
      tags: own(`tags ${taskId}`, tags),
      requestedAt,
      tooLargeBytes,
    };
  });
}
