import { TaskerError } from '../workflow/tasker.error.js';

/** There is no task of this id; perhaps it was deleted. */
export class UnknownTaskError extends TaskerError {
  readonly code = 'TASKER_UNKNOWN_TASK';
  override readonly httpStatus = 404;

  constructor(readonly taskId: string) {
    super(`There is no task "${taskId}".`);
  }
}
