import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '../../workflow/json.js';

/** A copy of a task that retention removed; see `sql/functions/describe_task.sql`. */
@Entity({ schema: 'tasker', name: 'archived_tasks', synchronize: false })
export class ArchivedTaskEntity {
  @PrimaryColumn({ name: 'task_id', type: 'bigint' })
  readonly taskId!: string;

  @Column({ type: 'jsonb' })
  readonly document!: JsonObject;

  @CreateDateColumn({ name: 'archived_at', type: 'timestamptz' })
  readonly archivedAt!: Date;
}
