import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { JsonObject } from '../../workflow/json.js';
import { TimestampsEntity } from './timestamps.entity.js';

/** Whom to tell of changes over HTTP, and of which. */
@Entity({ schema: 'tasker', name: 'webhooks', synchronize: false })
export class WebhookEntity extends TimestampsEntity {
  @PrimaryGeneratedColumn('identity', { name: 'webhook_id', type: 'bigint', generatedIdentity: 'ALWAYS' })
  readonly id!: string;

  @Column({ type: 'text' })
  readonly url!: string;

  /** In the clear: every request is signed with it. */
  @Column({ type: 'text', select: false })
  readonly secret!: string;

  @Column({ type: 'jsonb' })
  readonly filter!: JsonObject;

  @Column({ type: 'text', nullable: true })
  readonly description!: string | null;

  @Column({ name: 'is_enabled', type: 'boolean' })
  readonly isEnabled!: boolean;

  /** In the history of tasks: it is told of what came after this id. */
  @Column({ name: 'since_task', type: 'bigint' })
  readonly sinceTask!: string;

  @Column({ name: 'since_step', type: 'bigint' })
  readonly sinceStep!: string;
}
