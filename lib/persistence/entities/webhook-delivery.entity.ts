import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { JsonObject } from '../../workflow/json.js';

/** A delivery of a change to a webhook: pending, successful or given up. */
@Entity({ schema: 'tasker', name: 'webhook_deliveries', synchronize: false })
export class WebhookDeliveryEntity {
  @PrimaryGeneratedColumn('identity', { name: 'webhook_delivery_id', type: 'bigint', generatedIdentity: 'ALWAYS' })
  readonly id!: string;

  @Column({ name: 'webhook_id', type: 'bigint' })
  readonly webhookId!: string;

  @Column({ type: 'jsonb' })
  readonly change!: JsonObject;

  /** The number of attempts that began. */
  @Column({ type: 'integer' })
  readonly attempts!: number;

  /** The number of the latest claim, which alone may record the outcome. */
  @Column({ type: 'bigint' })
  readonly claim!: string;

  /** Null if the delivery succeeded or was given up. */
  @Column({ name: 'due_at', type: 'timestamptz', nullable: true })
  readonly dueAt!: Date | null;

  @Column({ name: 'delivered_at', type: 'timestamptz', nullable: true })
  readonly deliveredAt!: Date | null;

  @Column({ name: 'given_up_at', type: 'timestamptz', nullable: true })
  readonly givenUpAt!: Date | null;

  /** The status of the answer to the latest attempt. */
  @Column({ name: 'last_status', type: 'integer', nullable: true })
  readonly lastStatus!: number | null;

  @Column({ name: 'last_error', type: 'text', nullable: true })
  readonly lastError!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  readonly createdAt!: Date;
}
