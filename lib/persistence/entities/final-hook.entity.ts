import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { TaskState } from '../../workflow/states.js';

/** An end of a task for which the task handler must still be called, or for which the call was given up. */
@Entity({ schema: 'tasker', name: 'final_hooks', synchronize: false })
export class FinalHookEntity {
  @PrimaryGeneratedColumn('identity', { name: 'final_hook_id', type: 'bigint', generatedIdentity: 'ALWAYS' })
  readonly id!: string;

  @Column({ name: 'task_id', type: 'bigint' })
  readonly taskId!: string;

  @Column({ name: 'named_task_id', type: 'bigint' })
  readonly namedTaskId!: string;

  /** How the task ended. */
  @Column({ type: 'text' })
  readonly state!: TaskState;

  /** Null if the call failed too often and was given up. */
  @Column({ name: 'due_at', type: 'timestamptz', nullable: true })
  readonly dueAt!: Date | null;

  /** The number of attempts that began. */
  @Column({ type: 'integer' })
  readonly attempts!: number;

  /** The error of the latest attempt. */
  @Column({ type: 'text', nullable: true })
  readonly error!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  readonly createdAt!: Date;
}
