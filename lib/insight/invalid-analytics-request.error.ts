import { TaskerError, type Problem } from '../workflow/tasker.error.js';

/** A question to `AnalyticsReader` that has no answer. */
export class InvalidAnalyticsRequestError extends TaskerError {
  readonly code = 'TASKER_INVALID_ANALYTICS_REQUEST';
  override readonly httpStatus = 400;

  constructor(override readonly problems: readonly Problem[]) {
    super(
      `The request for analytics is invalid: ${problems.map(({ pointer, message }) => `${pointer} ${message}`).join('; ')}`,
    );
  }
}
