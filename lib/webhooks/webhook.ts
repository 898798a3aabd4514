import type { Change } from '../live/change.js';
import type { ChangeFilter } from '../live/change.filter.js';
import type { StoredDelivery } from '../persistence/webhook-delivery.gateway.js';
import type { StoredWebhook } from '../persistence/webhook.gateway.js';

export { DELIVERY_STATES } from '../persistence/webhook-delivery.gateway.js';

/** A webhook: the URL to send changes to, and which changes. */
export interface WebhookDetails extends Omit<StoredWebhook, 'filter'> {
  /** Empty: all. */
  readonly filter: ChangeFilter;
}

/** A new webhook with the secret that signs its requests, which is shown only once. */
export interface WebhookWithSecret extends WebhookDetails {
  /** `whsec_` and the base64 of a key. */
  readonly secret: string;
}

/** A webhook to create. */
export interface NewWebhook {
  /** Where changes are sent to, by POST: `https://` or `http://`. Stored as the URL standard spells it, without a fragment. */
  readonly url: string;
  /** Which changes; all that is given must hold. @default all */
  readonly filter?: ChangeFilter;
  /** At most 255 characters. @default none */
  readonly description?: string | null;
  /** `whsec_` and the base64 of 24 to 64 bytes. @default a new one */
  readonly secret?: string;
  /** @default true */
  readonly isEnabled?: boolean;
}

/** The fields of a webhook that can be changed. Fields that are left out keep their values. */
export type WebhookChanges = Partial<Omit<NewWebhook, 'secret'>>;

/** The delivery of one change to one webhook. */
export interface WebhookDelivery extends Omit<StoredDelivery, 'change'> {
  readonly change: Change;
}

/** Which deliveries of a webhook to list. */
export interface DeliveryRequest {
  /** @default all */
  readonly state?: WebhookDelivery['state'];
  /** The `next` of the page before. */
  readonly after?: string;
  /** 1 to 100. @default 20 */
  readonly limit?: number;
}

/** A page of deliveries, with a cursor. */
export interface DeliveryPage {
  /** The latest first. */
  readonly deliveries: readonly WebhookDelivery[];
  /** What to go on after; null: there is no more. */
  readonly next: string | null;
}

/** The body that a receiver gets. */
export interface WebhookMessage {
  /** The same at each attempt, and in the header `webhook-id`: what came before can be told by it. */
  readonly id: string;
  readonly type: Change['event'];
  /** When it happened; the header `webhook-timestamp` says when it was sent. */
  readonly timestamp: string;
  readonly data: Change;
}
