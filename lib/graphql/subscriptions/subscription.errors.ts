import { TaskerError } from '../../workflow/tasker.error.js';

/** A socket has the maximum number of open subscriptions. */
export class TooManySubscriptionsError extends TaskerError {
  readonly code = 'TASKER_TOO_MANY_SUBSCRIPTIONS';
  override readonly httpStatus = 429;

  constructor(readonly limit: number) {
    super(`This socket already has ${limit} open subscriptions, which is the limit. End some, or open another socket.`);
  }
}

/** A subscription was sent as an HTTP request, which can have only one answer. */
export class SubscriptionOverHttpError extends TaskerError {
  readonly code = 'TASKER_SUBSCRIPTION_OVER_HTTP';
  override readonly httpStatus = 400;

  constructor() {
    super('Subscriptions need a WebSocket (graphql-transport-ws) and cannot be sent as a request.');
  }
}
