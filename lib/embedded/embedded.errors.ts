import { fullStop } from '../workflow/sentence.js';
import { TaskerError } from '../workflow/tasker.error.js';

/** The embedded PostgreSQL cannot be started. */
export class EmbeddedServerError extends TaskerError {
  readonly code = 'TASKER_EMBEDDED_SERVER';

  constructor(reason: string) {
    super(fullStop(reason));
  }
}
