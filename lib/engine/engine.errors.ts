import type { JsonFault } from '../workflow/json.check.js';
import { fullStop, inSentences } from '../workflow/sentence.js';
import { TaskerError, type Problem } from '../workflow/tasker.error.js';

/** A request to start a task is invalid. */
export class InvalidStartRequestError extends TaskerError {
  readonly code = 'TASKER_INVALID_START_REQUEST';
  override readonly httpStatus = 400;

  constructor(override readonly problems: readonly Problem[]) {
    super(`The request to start a task is invalid: ${inSentences(problems)}`);
  }
}

/** A context is larger than a claim may be, so no step of the task could run. Nothing was stored. */
export class ContextTooLargeError extends TaskerError {
  readonly code = 'TASKER_CONTEXT_TOO_LARGE';
  override readonly httpStatus = 413;

  constructor(
    readonly bytes: number,
    readonly allowed: number,
  ) {
    super(
      `The context has ${bytes} bytes as JSON, and ${allowed} are allowed (option worker.maxClaimBytes). Store large data ` +
        'elsewhere and pass a reference.',
    );
  }
}

/** A namespace already has the maximum number of unfinished tasks. Nothing was stored; try again later. */
export class TooManyUnfinishedTasksError extends TaskerError {
  readonly code = 'TASKER_TOO_MANY_UNFINISHED_TASKS';
  override readonly httpStatus = 429;

  /**
   * @param retryAfterSeconds the time after which there may be room, at the present rate of ends; null if there never
   *   will be
   */
  constructor(
    readonly namespace: string,
    readonly allowed: number,
    readonly asked: number,
    override readonly retryAfterSeconds: number | null,
  ) {
    super(
      `The namespace "${namespace}" may have ${allowed} unfinished tasks (option backPressure.maxUnfinished), and has no ` +
        `room for ${asked} more. ` +
        (retryAfterSeconds === null ? 'Start fewer tasks at a time.' : `Try again in ${retryAfterSeconds} s.`),
    );
  }
}

/** An operator action has invalid parameters. */
export class InvalidActionError extends TaskerError {
  readonly code = 'TASKER_INVALID_ACTION';
  override readonly httpStatus = 400;

  constructor(
    readonly action: string,
    override readonly problems: readonly Problem[],
  ) {
    super(`Cannot ${action}: ${inSentences(problems)}`);
  }
}

/** The option `identity.strategy` names a provider that no module has, or one without a method `identify`. */
export class InvalidIdentityStrategyError extends TaskerError {
  readonly code = 'TASKER_INVALID_IDENTITY_STRATEGY';

  constructor(strategy: string, fault: string) {
    super(`The option identity.strategy names ${strategy}, ${fault}.`);
  }
}

/** A handler returned a value that JSON cannot represent. */
export class InvalidResultsError extends TaskerError {
  readonly code = 'TASKER_INVALID_RESULTS';

  constructor(readonly fault: JsonFault) {
    super(`Results must be JSON, but contain ${fault.what} at "${fault.pointer}". ${fullStop(remedyFor(fault.what))}`);
  }
}

/** The value to return instead of one that is often returned by mistake. */
function remedyFor(what: string): string {
  if (what.endsWith('Generator')) {
    return 'Its body has not run, because nothing iterates over it: write the handler as an async function, without "*".';
  }
  if (what === 'a Response') return 'Check its status and return its content, such as await response.json().';
  if (what.endsWith('Date')) return 'Return a string, such as date.toISOString().';
  return 'Return plain objects, lists, strings, numbers, booleans or null.';
}

/** A handler returned results that are larger than allowed. */
export class ResultsTooLargeError extends TaskerError {
  readonly code = 'TASKER_RESULTS_TOO_LARGE';

  constructor(
    readonly bytes: number,
    readonly allowed: number,
  ) {
    super(
      `Results have ${bytes} bytes as JSON, and ${allowed} are allowed. Store large data elsewhere and return a reference, ` +
        'or raise the option steps.maxResultBytes.',
    );
  }
}

/** The context and the results that a step needs are larger than a claim may be, so the step cannot run. */
export class ClaimTooLargeError extends TaskerError {
  readonly code = 'TASKER_CLAIM_TOO_LARGE';

  constructor(
    readonly bytes: number,
    readonly allowed: number,
  ) {
    super(
      `The context and the results of its parents have ${bytes} bytes as JSON, and ${allowed} are allowed. Store large data ` +
        'elsewhere and pass a reference, or raise the option worker.maxClaimBytes and reset the step.',
    );
  }
}

/** The template of a step, or of one of its parents, is missing from the database, so no process can run the step. */
export class MissingTemplateError extends TaskerError {
  readonly code = 'TASKER_MISSING_TEMPLATE';

  constructor(readonly templateId: string) {
    super(
      `The step template ${templateId} is missing from the table named_tasks_named_steps, so no process can run this step. ` +
        'Restore the row, then reset the step.',
    );
  }
}

/** An attempt exceeded the timeout of its step. It is retried like any other failure. */
export class StepTimeoutError extends TaskerError {
  readonly code = 'TASKER_STEP_TIMEOUT';

  constructor(readonly timeoutSeconds: number) {
    super(`The step did not finish within its timeout of ${timeoutSeconds} s.`);
  }
}

/** The reason why the `AbortSignal` of a step was aborted before its timeout. */
export class StepAbandonedError extends TaskerError {
  readonly code = 'TASKER_STEP_ABANDONED';

  constructor(readonly reason: AbandonReason) {
    super(ABANDONED[reason]);
  }
}

export type AbandonReason = keyof typeof ABANDONED;

const ABANDONED = {
  shutdown: 'The process is shutting down; the step is handed back and will run elsewhere.',
  lease_lost: 'This process no longer holds the step, which runs elsewhere; its outcome here is dropped.',
  cancelled: 'The step was cancelled; its outcome is dropped.',
  deadline_exceeded: 'The task passed its deadline; the outcome of the step is dropped.',
} as const;

/** A request with this idempotency key is still in progress. */
export class RequestInProgressError extends TaskerError {
  readonly code = 'TASKER_REQUEST_IN_PROGRESS';
  override readonly httpStatus = 409;
  override readonly retryAfterSeconds = 1;

  constructor(readonly key: string) {
    super(`The request with the idempotency key "${key}" is still in progress. Retry in a moment to get its answer.`);
  }
}

/** The idempotency key was used with a different request before. */
export class IdempotencyKeyReusedError extends TaskerError {
  readonly code = 'TASKER_IDEMPOTENCY_KEY_REUSED';
  override readonly httpStatus = 409;

  constructor(readonly key: string) {
    super(
      `The idempotency key "${key}" was used with another request: method, path and body must be the same. ` +
        'Use a new key for a new request.',
    );
  }
}
