import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A deadline that is in the future, or has not been handled yet. */
@Entity({ schema: 'tasker', name: 'task_deadlines', synchronize: false })
export class TaskDeadlineEntity {
  @PrimaryColumn({ name: 'task_id', type: 'bigint' })
  readonly taskId!: string;

  @Column({ name: 'deadline_at', type: 'timestamptz' })
  readonly deadlineAt!: Date;
}
