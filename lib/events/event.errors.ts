import { inLines } from '../workflow/sentence.js';
import { TaskerError } from '../workflow/tasker.error.js';

/** Subscribers that cannot listen: no `@On` method, an unknown event, a scoped provider, a missing `@Subscriber()`. */
export class InvalidSubscribersError extends TaskerError {
  readonly code = 'TASKER_INVALID_SUBSCRIBERS';

  constructor(readonly faults: readonly string[]) {
    super(`Subscribers cannot be registered:\n${inLines(faults)}`);
    this.hide('faults');
  }
}
