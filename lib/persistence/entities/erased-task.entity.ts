import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A task whose data was erased. */
@Entity({ schema: 'tasker', name: 'erased_tasks', synchronize: false })
export class ErasedTaskEntity {
  @PrimaryColumn({ name: 'task_id', type: 'bigint' })
  readonly taskId!: string;

  @Column({ name: 'erased_at', type: 'timestamptz' })
  readonly erasedAt!: Date;

  @Column({ type: 'text' })
  readonly actor!: string;
}
