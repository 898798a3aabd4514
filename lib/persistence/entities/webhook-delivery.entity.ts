import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { JsonObject } from '../../workflow/json.js';

/** A change that a webhook is to be told of, was told of, or could not be told of. */
@Entity({ schema: 'tasker', name: 'webhook_deliveries', synchronize: false })
export class WebhookDeliveryEntity {
  @PrimaryGeneratedColumn('identity', { name: 'webhook_delivery_id', type: 'bigint', generatedIdentity: 'ALWAYS' })
  readonly id!: string;

  @Column({ name: 'webhook_id', type: 'bigint' })
  readonly webhookId!: string;

  @Column({ type: 'jsonb' })
  readonly change!: JsonObject;

  /** Begun. */
  @Column({ type: 'integer' })
  readonly attempts!: number;

  /** Only the latest may say how it ended. */
  @Column({ type: 'bigint' })
  readonly claim!: string;

  /** Null: it is over. */
  @Column({ name: 'due_at', type: 'timestamptz', nullable: true })
  readonly dueAt!: Date | null;

  @Column({ name: 'delivered_at', type: 'timestamptz', nullable: true })
  readonly deliveredAt!: Date | null;

  @Column({ name: 'given_up_at', type: 'timestamptz', nullable: true })
  readonly givenUpAt!: Date | null;

  /** What the latest attempt was answered with. */
  @Column({ name: 'last_status', type: 'integer', nullable: true })
  readonly lastStatus!: number | null;

  @Column({ name: 'last_error', type: 'text', nullable: true })
  readonly lastError!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  readonly createdAt!: Date;
}
