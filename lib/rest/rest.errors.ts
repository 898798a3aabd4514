import { TaskerError, type Problem } from '../workflow/tasker.error.js';

/** A request body with fields that are unknown or of the wrong type. */
export class InvalidBodyError extends TaskerError {
  readonly code = 'TASKER_INVALID_BODY';
  override readonly httpStatus = 400;

  constructor(override readonly problems: readonly Problem[]) {
    super(
      `The body is invalid: ${problems.map(({ pointer, message }) => `${pointer || 'it'} ${message}`).join('; ')}.`,
    );
  }
}
