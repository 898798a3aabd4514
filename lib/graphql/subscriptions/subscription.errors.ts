import { TaskerError } from '../../workflow/tasker.error.js';

/** As many subscriptions are open over one socket as there may be. */
export class TooManySubscriptionsError extends TaskerError {
  readonly code = 'TASKER_TOO_MANY_SUBSCRIPTIONS';
  override readonly httpStatus = 429;

  constructor(readonly limit: number) {
    super(`This socket already has ${limit} open subscriptions, which is the limit. End some, or open another socket.`);
  }
}

/** A subscription came as a request, whose answer is one. */
export class SubscriptionOverHttpError extends TaskerError {
  readonly code = 'TASKER_SUBSCRIPTION_OVER_HTTP';
  override readonly httpStatus = 400;

  constructor() {
    super('Subscriptions need a WebSocket (graphql-transport-ws) and cannot be sent as a request.');
  }
}
