import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A task that ended in another state than `complete`. */
@Entity({ schema: 'tasker', name: 'set_aside_tasks', synchronize: false })
export class SetAsideTaskEntity {
  @PrimaryColumn({ name: 'task_id', type: 'bigint' })
  readonly taskId!: string;

  @Column({ type: 'timestamptz' })
  readonly since!: Date;
}
