import { inSentences } from '../workflow/sentence.js';
import { TaskerError, type Problem } from '../workflow/tasker.error.js';

/** A request to `AnalyticsReader` is invalid. */
export class InvalidAnalyticsRequestError extends TaskerError {
  readonly code = 'TASKER_INVALID_ANALYTICS_REQUEST';
  override readonly httpStatus = 400;

  constructor(override readonly problems: readonly Problem[]) {
    super(`The request for analytics is invalid: ${inSentences(problems)}`);
  }
}

/** A request for a list of tasks is invalid. */
export class InvalidListRequestError extends TaskerError {
  readonly code = 'TASKER_INVALID_LIST_REQUEST';
  override readonly httpStatus = 400;

  constructor(override readonly problems: readonly Problem[]) {
    super(`The request for a list is invalid: ${inSentences(problems)}`);
  }
}

/** The namespace has no task template. */
export class UnknownNamespaceError extends TaskerError {
  readonly code = 'TASKER_UNKNOWN_NAMESPACE';
  override readonly httpStatus = 404;

  constructor(
    readonly namespace: string,
    known: readonly string[],
  ) {
    super(`There is no namespace "${namespace}". Known: ${known.join(', ') || 'none'}.`);
  }
}
