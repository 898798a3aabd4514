import { TaskerError } from '../../workflow/tasker.error.js';

/** As many subscriptions are open over one socket as there may be. */
export class TooManySubscriptionsError extends TaskerError {
  readonly code = 'TASKER_TOO_MANY_SUBSCRIPTIONS';
  override readonly httpStatus = 429;

  constructor(readonly limit: number) {
    super(`${limit} subscriptions are open over this socket, and no more may be. End some, or open another socket.`);
  }
}
