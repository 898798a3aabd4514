import { inLines, inSentences } from '../workflow/sentence.js';
import { TaskerError, type Problem } from '../workflow/tasker.error.js';

/** Some subscribers cannot listen: they have no marked method, an unknown event, an invalid option or a scope. */
export class InvalidSubscribersError extends TaskerError {
  readonly code = 'TASKER_INVALID_SUBSCRIBERS';

  constructor(readonly faults: readonly string[]) {
    super(`Subscribers cannot be registered:\n${inLines(faults)}`);
    this.hide('faults');
  }
}

/** A request to `EventCatalogueReader` is invalid. */
export class InvalidEventRequestError extends TaskerError {
  readonly code = 'TASKER_INVALID_EVENT_REQUEST';
  override readonly httpStatus = 400;

  constructor(override readonly problems: readonly Problem[]) {
    super(`The request for events is invalid: ${inSentences(problems)}`);
  }
}
