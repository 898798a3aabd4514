import type { JsonObject, JsonValue } from '../workflow/json.js';
import { copyJson } from '../workflow/json.copy.js';
import type { ClaimedStep, ParentResults } from './worker.gateway.js';

/** The format of claimed steps: rows without keys, each value only once; see `sql/functions/describe_claims.sql`. */
export interface ClaimsDocument {
  readonly steps: readonly StepRow[];
  readonly tasks: readonly TaskRow[] | null;
  readonly parents: readonly ParentRow[] | null;
  readonly edges: readonly EdgeRow[] | null;
  /** The sizes of steps that come without their task and parents, because each alone exceeds the budget. */
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
  id: string,
  context: JsonObject,
  initiator: string,
  sourceSystem: string,
  reason: string,
  tags: readonly string[],
  requestedAt: string,
];
type ParentRow = readonly [stepId: string, templateId: string, results: JsonValue];
type EdgeRow = readonly [stepId: string, parentId: string];

const UNSENT: TaskRow = ['', {}, '', '', '', [], ''];

/** Assembles the steps. No two share a value, because a handler may change its arguments. */
export function claimedSteps({ steps, tasks, parents, edges, tooLarge }: ClaimsDocument): ClaimedStep[] {
  const taskRows = byId(tasks);
  const parentRows = byId(parents);
  const given = new Set<TaskRow | ParentRow>();
  const results = new Map<string, ParentResults[]>();
  for (const [stepId, parentId] of edges ?? []) {
    const parent = parentRows.get(parentId)!;
    const [, templateId, value] = parent;
    const own: ParentResults = [templateId, given.has(parent) ? copyJson(value) : value];
    given.add(parent);
    const ofStep = results.get(stepId);
    if (ofStep) ofStep.push(own);
    else results.set(stepId, [own]);
  }
  return steps.map(([id, taskId, templateId, attemptNumber, attemptsBefore, retryLimit, from]) => {
    const tooLargeBytes = tooLarge?.[id] ?? null;
    const task = tooLargeBytes === null ? taskRows.get(taskId)! : UNSENT;
    const [, context, initiator, sourceSystem, reason, tags, requestedAt] = task;
    const isGiven = given.has(task);
    given.add(task);
    return {
      id,
      taskId,
      templateId,
      attempt: attemptNumber - attemptsBefore,
      attemptNumber,
      retryLimit,
      from,
      context: isGiven ? copyJson(context) : context,
      results: results.get(id) ?? [],
      initiator,
      sourceSystem,
      reason,
      tags: isGiven ? [...tags] : tags,
      requestedAt,
      tooLargeBytes,
    };
  });
}

function byId<Row extends TaskRow | ParentRow>(rows: readonly Row[] | null): Map<string, Row> {
  return new Map(rows?.map((row) => [row[0], row]));
}
