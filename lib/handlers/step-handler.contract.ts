import type { EntityManager } from 'typeorm';
import type { JsonObject, JsonValue } from '../workflow/json.js';

/** The contract of a step handler: a provider class marked with `@StepHandler(name)`. */
export interface StepHandlerContract<Context = JsonObject, Results = Readonly<Record<string, JsonValue>>> {
  /**
   * Does the work of one attempt and returns its results, which must be JSON; `undefined` is stored as null. Throw a
   * `PermanentError` if no further attempt can help, or a `RetryableError` to choose the wait. Any other error is
   * retried with the template's backoff. A step may run more than once, so use `idempotencyKey` to make outside effects
   * idempotent. One instance runs all steps at the same time, so do not store data of an attempt on it.
   */
  process(context: StepContext<Context, Results>): unknown;
}

/** The argument of a step handler: everything that an attempt of a step may need. */
export interface StepContext<Context = JsonObject, Results = Readonly<Record<string, JsonValue>>> {
  readonly task: StepContextTask<Context>;
  readonly step: { readonly id: string; readonly name: string };
  /**
   * The results of the steps that this step depends on, by step name; null for a step that was resolved or skipped
   * without results.
   */
  readonly results: Results;
  /**
   * Reads the results of any finished step of the same task from the database.
   * @throws UnknownStepResultsError if the task has no finished step of that name
   */
  resultsOf<T = JsonValue>(stepName: string): Promise<T>;
  /** The number of the attempt, beginning with 1. */
  readonly attempt: number;
  /** The maximum number of attempts. */
  readonly retryLimit: number;
  /** The time at which `signal` is aborted because the step's `timeout_seconds` are over. */
  readonly deadline: Date;
  /**
   * Aborted at the deadline, at shutdown, and when the step was taken from this process. Pass it on to the functions
   * you call.
   */
  readonly signal: AbortSignal;
  readonly log: StepLogger;
  /** The `handler_config` of the step template. */
  readonly config: JsonObject;
  /**
   * The manager of the transaction that also records the outcome, in a `transactional` step. Changes made through it
   * happen exactly once, or not at all if the attempt fails or its outcome comes too late.
   * @throws NotTransactionalError in all other steps
   */
  readonly manager: EntityManager;
  /**
   * A key that is the same for all attempts of this step, and different for all other steps. Pass it to outside
   * services.
   */
  readonly idempotencyKey: string;
}

/** The task of a step, as its handler receives it. */
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
