import type { EntityManager } from 'typeorm';
import { NotTransactionalError, UnknownStepResultsError } from '../handlers/handler.errors.js';
import type { StepContext, StepContextTask, StepLogger } from '../handlers/step-handler.contract.js';
import type { JsonObject, JsonValue } from '../workflow/json.js';

/** The parts of the argument that a test sets; all others have defaults. */
export interface StepContextParts<Context, Results> {
  /** The task's context. @default {} */
  readonly context?: Context;
  /** Results of other steps, by step name. @default {} */
  readonly results?: Results;
  /** The `handler_config` of the template. @default {} */
  readonly config?: JsonObject;
  /** @default 1 */
  readonly attempt?: number;
  /** @default 3 */
  readonly retryLimit?: number;
  /** Name of the step. @default 'step' */
  readonly step?: string;
  /** Other fields of the task. @default a task "1" of template test/task@1.0.0 */
  readonly task?: Partial<Omit<StepContextTask, 'context'>>;
  /** Aborted when the handler has to stop. @default a signal that is never aborted */
  readonly signal?: AbortSignal;
  /**
   * The `EntityManager` of the transaction, or an object in its place.
   * @default none, as in a step that is not transactional
   */
  readonly manager?: object;
  /** Receives the handler's log lines. @default they are dropped */
  readonly log?: StepLogger;
}

/** The time until the deadline of the attempt. */
const DEADLINE_MS = 600_000;
const SILENT: StepLogger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/**
 * Makes the argument of `process`, for unit tests of a handler without the engine and a database.
 *
 * @example
 * ```ts
 * const results = await new ChargeCardHandler().process(stepContext({ context: { orderId: 17 }, results: { reserve_stock: 'res_1' } }));
 * ```
 */
export function stepContext<Context = JsonObject, Results = Readonly<Record<string, JsonValue>>>(
  parts: StepContextParts<Context, Results> = {},
): StepContext<Context, Results> {
  const { attempt = 1, retryLimit = 3, step = 'step', config = {}, log = SILENT } = parts;
  const results = parts.results ?? ({} as Results);
  return {
    task: { ...TASK, requestedAt: new Date(), ...parts.task, context: parts.context ?? ({} as Context) },
    step: { id: '1', name: step },
    results,
    resultsOf: (name) => resultsOf(results as Readonly<Record<string, never>>, name),
    attempt,
    retryLimit,
    deadline: new Date(Date.now() + DEADLINE_MS),
    signal: parts.signal ?? new AbortController().signal,
    log,
    config,
    get manager(): EntityManager {
      if (parts.manager === undefined) throw new NotTransactionalError(step);
      return parts.manager as EntityManager;
    },
    idempotencyKey: `test-${step}`,
  };
}

const TASK: Omit<StepContextTask, 'context' | 'requestedAt'> = {
  id: '1',
  namespace: 'test',
  name: 'task',
  version: '1.0.0',
  initiator: 'test',
  sourceSystem: 'test',
  reason: 'test',
  tags: [],
};

async function resultsOf<T>(results: Readonly<Record<string, T>>, name: string): Promise<T> {
  if (!Object.hasOwn(results, name)) throw new UnknownStepResultsError(name, Object.keys(results));
  return results[name]!;
}
