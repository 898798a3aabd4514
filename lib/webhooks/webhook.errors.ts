import { inSentences } from '../workflow/sentence.js';
import { TaskerError, type Problem } from '../workflow/tasker.error.js';

/** A request about a webhook or its deliveries is invalid. */
export class InvalidWebhookError extends TaskerError {
  readonly code = 'TASKER_INVALID_WEBHOOK';
  override readonly httpStatus = 400;

  constructor(override readonly problems: readonly Problem[]) {
    super(`The request about a webhook is invalid: ${inSentences(problems)}`);
  }
}

/** With this webhook, the list of all webhooks would not fit into one answer of the database. */
export class TooManyWebhooksError extends TaskerError {
  readonly code = 'TASKER_TOO_MANY_WEBHOOKS';
  override readonly httpStatus = 422;

  /** The message does not give the present size, because the caller may not know about the other webhooks. */
  constructor(readonly allowed: number) {
    super(
      `All webhooks together would have more than the ${allowed} bytes that are allowed (option database.maxReadBytes). ` +
        'Remove some webhooks, shorten their filters, or raise the option in all processes.',
    );
  }
}

/** There is no webhook with this id, or it was removed. */
export class UnknownWebhookError extends TaskerError {
  readonly code = 'TASKER_UNKNOWN_WEBHOOK';
  override readonly httpStatus = 404;

  constructor(readonly webhookId: string) {
    super(`There is no webhook "${webhookId}".`);
  }
}

/** The webhook has no delivery with this id, or it was removed. */
export class UnknownDeliveryError extends TaskerError {
  readonly code = 'TASKER_UNKNOWN_DELIVERY';
  override readonly httpStatus = 404;

  constructor(
    readonly webhookId: string,
    readonly deliveryId: string,
  ) {
    super(`The webhook "${webhookId}" has no delivery "${deliveryId}".`);
  }
}
