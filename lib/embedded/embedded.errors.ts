import { fullStop } from '../workflow/sentence.js';
import { TaskerError } from '../workflow/tasker.error.js';

/** The embedded PostgreSQL cannot be started; the message says why, and what to do. */
export class EmbeddedServerError extends TaskerError {
  readonly code = 'TASKER_EMBEDDED_SERVER';

  constructor(reason: string) {
    super(fullStop(reason));
  }
}
