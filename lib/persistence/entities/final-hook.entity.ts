import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { TaskState } from '../../workflow/states.js';

/** An end of a task that its task handler is still to be told of, or could not be. */
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

  /** Null: it failed too often and was given up. */
  @Column({ name: 'due_at', type: 'timestamptz', nullable: true })
  readonly dueAt!: Date | null;

  /** Begun. */
  @Column({ type: 'integer' })
  readonly attempts!: number;

  /** What the latest failed with. */
  @Column({ type: 'text', nullable: true })
  readonly error!: string | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  readonly createdAt!: Date;
}
