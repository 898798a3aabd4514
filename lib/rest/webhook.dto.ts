import type { ChangeFilter } from '../live/change.filter.js';
import type { NewWebhook, WebhookChanges } from '../webhooks/webhook.js';
import { Field, OptionalField } from './body.field.js';

/** Bodies about webhooks: their fields and types. What values are allowed is for the webhooks to say. */
export class ChangeWebhookDto implements WebhookChanges {
  @OptionalField('string')
  readonly url?: string;

  @OptionalField('object')
  readonly filter?: ChangeFilter;

  @OptionalField('string')
  readonly description?: string | null;

  @OptionalField('boolean')
  readonly isEnabled?: boolean;
}

export class NewWebhookDto implements NewWebhook {
  @Field('string')
  readonly url!: string;

  @OptionalField('object')
  readonly filter?: ChangeFilter;

  @OptionalField('string')
  readonly description?: string | null;

  @OptionalField('string')
  readonly secret?: string;

  @OptionalField('boolean')
  readonly isEnabled?: boolean;
}
