import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { JsonObject } from '../../workflow/json.js';
import { TimestampsEntity } from './timestamps.entity.js';

/** A webhook: a receiver of changes over HTTP, and a filter. */
@Entity({ schema: 'tasker', name: 'webhooks', synchronize: false })
export class WebhookEntity extends TimestampsEntity {
  @PrimaryGeneratedColumn('identity', { name: 'webhook_id', type: 'bigint', generatedIdentity: 'ALWAYS' })
  readonly id!: string;

  @Column({ type: 'text' })
  readonly url!: string;

  /** Stored in the clear, because each request is signed with it. */
  @Column({ type: 'text', select: false })
  readonly secret!: string;

  @Column({ type: 'jsonb' })
  readonly filter!: JsonObject;

  /** The `TaskScope` of the user who created the webhook; null for every task. */
  @Column({ type: 'jsonb', nullable: true })
  readonly scope!: JsonObject | null;

  @Column({ type: 'text', nullable: true })
  readonly description!: string | null;

  @Column({ name: 'is_enabled', type: 'boolean' })
  readonly isEnabled!: boolean;

  /** The ids in the history of tasks of which the webhook receives changes, as PostgreSQL writes them. */
  @Column({ name: 'told_task', type: 'int8multirange' })
  readonly toldTask!: string;

  @Column({ name: 'told_step', type: 'int8multirange' })
  readonly toldStep!: string;
}
