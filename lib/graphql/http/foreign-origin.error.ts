import { TaskerError } from '../../workflow/tasker.error.js';

/**
 * A page of another site sent a mutation over a WebSocket of the host, which browsers open with the visitor's cookies.
 */
export class ForeignOriginError extends TaskerError {
  readonly code = 'TASKER_FOREIGN_ORIGIN';
  override readonly httpStatus = 403;

  constructor(readonly origin: string) {
    super(
      `A page of ${origin} sent a mutation over a WebSocket of another origin. Send mutations as HTTP requests, or open the ` +
        'socket from a page of the same host.',
    );
  }
}
