import type { Change } from '../live/change.js';
import type { ChangeFilter } from '../live/change.filter.js';
import type { StoredDelivery } from '../persistence/webhook-delivery.gateway.js';
import type { StoredWebhook } from '../persistence/webhook.gateway.js';

export { DELIVERY_STATES } from '../persistence/webhook-delivery.gateway.js';

/** A webhook: a URL to send changes to, and a filter of the changes. */
export interface WebhookDetails extends Omit<StoredWebhook, 'filter'> {
  /** The changes that the webhook receives; empty for all. */
  readonly filter: ChangeFilter;
}

/** A new webhook with the secret that signs its requests, which is shown only once. */
export interface WebhookWithSecret extends WebhookDetails {
  /** `whsec_`, followed by a key in base64. */
  readonly secret: string;
}

/** A webhook to create. */
export interface NewWebhook {
  /**
   * The `https://` or `http://` URL to which changes are sent by POST. Stored in the form of the URL standard, without
   * a fragment.
   */
  readonly url: string;
  /** Selects the changes to send; all given conditions must hold. @default all */
  readonly filter?: ChangeFilter;
  /** A text of at most 255 characters. @default none */
  readonly description?: string | null;
  /** `whsec_`, followed by 24 to 64 bytes in base64. @default a new random secret */
  readonly secret?: string;
  /** Whether changes are sent. @default true */
  readonly isEnabled?: boolean;
}

/** The fields of a webhook that can be changed. Omitted fields keep their values. */
export type WebhookChanges = Partial<Omit<NewWebhook, 'secret'>>;

/** The delivery of one change to one webhook. */
export interface WebhookDelivery extends Omit<StoredDelivery, 'change'> {
  readonly change: Change;
}

/** Selects the deliveries of a webhook to list. */
export interface DeliveryRequest {
  /** @default all */
  readonly state?: WebhookDelivery['state'];
  /** The `next` of the previous page. */
  readonly after?: string;
  /** The maximum number of deliveries, from 1 to 100. @default 20 */
  readonly limit?: number;
}

/** A page of deliveries, with a cursor. */
export interface DeliveryPage {
  /** The deliveries, the latest first. */
  readonly deliveries: readonly WebhookDelivery[];
  /** The `after` of the next page; null if this is the last page. */
  readonly next: string | null;
}

/** The body that a receiver gets. */
export interface WebhookMessage {
  /**
   * An id that is the same for each attempt, and in the header `webhook-id`, so that receivers recognise repetitions.
   */
  readonly id: string;
  readonly type: Change['event'];
  /** When the change happened. The header `webhook-timestamp` has the time of sending. */
  readonly timestamp: string;
  readonly data: Change;
}
