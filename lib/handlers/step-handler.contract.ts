import type { EntityManager } from 'typeorm';
import type { JsonObject, JsonValue } from '../workflow/json.js';

/** The contract of a step handler: a provider class marked with `@StepHandler(name)`. */
export interface StepHandlerContract<Context = JsonObject, Results = Readonly<Record<string, JsonValue>>> {
  /**
   * Does the work of one attempt and returns its results, which must be JSON; `undefined` is stored as null. Throw
   * `PermanentError` when no further attempt can help, `RetryableError` to choose the wait; any other error is retried
   * with the template's backoff. It may run more than once for one step, so make outside effects idempotent with
   * `idempotencyKey`. Keep nothing of a run on the instance: one instance serves all steps at once.
   */
  process(context: StepContext<Context, Results>): unknown;
}

/** Everything that one attempt of a step may need. */
export interface StepContext<Context = JsonObject, Results = Readonly<Record<string, JsonValue>>> {
  readonly task: StepContextTask<Context>;
  readonly step: { readonly id: string; readonly name: string };
  /** Results of the steps that this one depends on, by step name. A step resolved or skipped without results has null. */
  readonly results: Results;
  /**
   * Results of any finished step of the same task, read from the database.
   * @throws UnknownStepResultsError when the task has no finished step of that name
   */
  resultsOf<T = JsonValue>(stepName: string): Promise<T>;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Attempts allowed in all. */
  readonly retryLimit: number;
  /** When `signal` fires because the step's `timeout_seconds` are over. */
  readonly deadline: Date;
  /** Fires at the deadline, at shutdown, and when the step was taken from this process. Pass it to what you call. */
  readonly signal: AbortSignal;
  readonly log: StepLogger;
  /** `handler_config` of the step template. */
  readonly config: JsonObject;
  /**
   * Of the transaction that also records the outcome, for a step that is `transactional`: what is done through it happens
   * exactly once, or not at all when the attempt fails or its outcome comes too late.
   * @throws NotTransactionalError in any other step
   */
  readonly manager: EntityManager;
  /** The same for every attempt of this step and different for every other step. Hand it to outside services. */
  readonly idempotencyKey: string;
}

/** The task of a step, as its handler sees it. */
export interface StepContextTask<Context = JsonObject> {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly context: Context;
  readonly initiator: string;
  readonly sourceSystem: string;
  readonly reason: string;
  readonly tags: readonly string[];
  readonly requestedAt: Date;
}

/** Writes log lines that name the task, the step and the attempt. */
export interface StepLogger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}
