import { IsBoolean, IsObject, IsOptional, IsString } from 'class-validator';
import type { ChangeFilter } from '../live/change.filter.js';
import type { NewWebhook, WebhookChanges } from '../webhooks/webhook.js';

/** Bodies about webhooks: their fields and types. What values are allowed is for the webhooks to say. */
export class ChangeWebhookDto implements WebhookChanges {
  @IsOptional()
  @IsString()
  readonly url?: string;

  @IsOptional()
  @IsObject()
  readonly filter?: ChangeFilter;

  @IsOptional()
  @IsString()
  readonly description?: string | null;

  @IsOptional()
  @IsBoolean()
  readonly isEnabled?: boolean;
}

export class NewWebhookDto implements NewWebhook {
  @IsString()
  readonly url!: string;

  @IsOptional()
  @IsObject()
  readonly filter?: ChangeFilter;

  @IsOptional()
  @IsString()
  readonly description?: string | null;

  @IsOptional()
  @IsString()
  readonly secret?: string;

  @IsOptional()
  @IsBoolean()
  readonly isEnabled?: boolean;
}
