import { inSentences } from '../workflow/sentence.js';
import { TaskerError, type Problem } from '../workflow/tasker.error.js';

/** A request to follow changes is invalid. */
export class InvalidChangeRequestError extends TaskerError {
  readonly code = 'TASKER_INVALID_CHANGE_REQUEST';
  override readonly httpStatus = 400;

  constructor(override readonly problems: readonly Problem[]) {
    super(`The request for changes is invalid: ${inSentences(problems)}`);
  }
}

/** This process already has as many listeners as the option `live.maxListeners` allows. */
export class TooManyListenersError extends TaskerError {
  readonly code = 'TASKER_TOO_MANY_LISTENERS';
  override readonly httpStatus = 503;
  override readonly retryAfterSeconds = 5;

  constructor(readonly limit: number) {
    super(`This process already has ${limit} listeners, as many as the option live.maxListeners allows.`);
  }
}

/** This process already has as many listeners of the user as the option `live.maxListenersPerUser` allows. */
export class TooManyListenersOfUserError extends TaskerError {
  readonly code = 'TASKER_TOO_MANY_LISTENERS_OF_USER';
  override readonly httpStatus = 429;
  override readonly retryAfterSeconds = 5;

  constructor(readonly limit: number) {
    super(
      `The user already has ${limit} listeners in this process, as many as the option live.maxListenersPerUser allows. ` +
        'Close some first.',
    );
  }
}

/** The process is shutting down; another process can answer the request. */
export class ShuttingDownError extends TaskerError {
  readonly code = 'TASKER_SHUTTING_DOWN';
  override readonly httpStatus = 503;
  override readonly retryAfterSeconds = 1;

  constructor() {
    super('This process is shutting down and no longer follows changes.');
  }
}
