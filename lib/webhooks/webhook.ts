import type { Change } from '../live/change.js';
import type { ChangeFilter } from '../live/change.filter.js';
import type { StoredDelivery } from '../persistence/webhook-delivery.gateway.js';
import type { StoredWebhook } from '../persistence/webhook.gateway.js';

export { DELIVERY_STATES } from '../persistence/webhook-delivery.gateway.js';

/** Whom to tell of changes, and of which. */
export interface WebhookDetails extends Omit<StoredWebhook, 'filter'> {
  /** Empty: all. */
  readonly filter: ChangeFilter;
}

/** With what its requests are signed by, which is shown only when it is new. */
export interface WebhookWithSecret extends WebhookDetails {
  /** `whsec_` and the base64 of a key. */
  readonly secret: string;
}

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

/** What is left out stays. */
export type WebhookChanges = Partial<Omit<NewWebhook, 'secret'>>;

/** A change that a webhook is to be told of, was told of, or could not be told of. */
export interface WebhookDelivery extends Omit<StoredDelivery, 'change'> {
  readonly change: Change;
}

export interface DeliveryRequest {
  /** @default all */
  readonly state?: WebhookDelivery['state'];
  /** The `next` of the page before. */
  readonly after?: string;
  /** 1 to 100. @default 20 */
  readonly limit?: number;
}

export interface DeliveryPage {
  /** The latest first. */
  readonly deliveries: readonly WebhookDelivery[];
  /** What to go on after; null: there is no more. */
  readonly next: string | null;
}

/** What a receiver gets. */
export interface WebhookMessage {
  /** The same at each attempt, and in the header `webhook-id`: what came before can be told by it. */
  readonly id: string;
  readonly type: Change['event'];
  /** When it happened; the header `webhook-timestamp` says when it was sent. */
  readonly timestamp: string;
  readonly data: Change;
}
