import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * The position in the two histories up to which deliveries have been derived, and the process that derives them. The
 * table has one row.
 */
@Entity({ schema: 'tasker', name: 'webhook_cursor', synchronize: false })
export class WebhookCursorEntity {
  @PrimaryColumn({ name: 'webhook_cursor_id', type: 'smallint' })
  readonly id!: number;

  @Column({ name: 'after_task', type: 'bigint' })
  readonly afterTask!: string;

  @Column({ name: 'after_step', type: 'bigint' })
  readonly afterStep!: string;

  /** Increases with each move of the cursor and each change of a webhook. */
  @Column({ type: 'bigint' })
  readonly revision!: string;

  @Column({ type: 'text', nullable: true })
  readonly reader!: string | null;

  @Column({ name: 'read_until', type: 'timestamptz', nullable: true })
  readonly readUntil!: Date | null;
}
