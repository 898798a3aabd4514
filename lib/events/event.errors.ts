import { inLines } from '../workflow/sentence.js';
import { TaskerError } from '../workflow/tasker.error.js';

/** Some subscribers cannot listen: they have no `@On` method, an unknown event, a scope or no `@Subscriber()`. */
export class InvalidSubscribersError extends TaskerError {
  readonly code = 'TASKER_INVALID_SUBSCRIBERS';

  constructor(readonly faults: readonly string[]) {
    super(`Subscribers cannot be registered:\n${inLines(faults)}`);
    this.hide('faults');
  }
}
