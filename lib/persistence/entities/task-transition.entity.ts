import {
  Column,
  CreateDateColumn,
  Entity,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
} from 'typeorm';
import type { TaskState } from '../../workflow/states.js';
import { TaskEntity } from './task.entity.js';

/** One change of a task's state. The rows are history; the present state is in `tasks`. */
@Entity({ schema: 'tasker', name: 'task_transitions', synchronize: false })
export class TaskTransitionEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  readonly id!: string;

  @PrimaryColumn({ name: 'task_id', type: 'bigint' })
  readonly taskId!: string;

  @Column({ name: 'from_state', type: 'text' })
  readonly fromState!: TaskState;

  @Column({ name: 'to_state', type: 'text' })
  readonly toState!: TaskState;

  /** The person or program that acted; null for the engine. */
  @Column({ type: 'text', nullable: true })
  readonly actor!: string | null;

  @Column({ type: 'text', nullable: true })
  readonly reason!: string | null;

  /** The time since the creation of the task, on the transition that completes it. */
  @Column({ name: 'duration_seconds', type: 'double precision', nullable: true })
  readonly durationSeconds!: number | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  readonly createdAt!: Date;

  @ManyToOne(() => TaskEntity)
  @JoinColumn({ name: 'task_id' })
  readonly task?: TaskEntity;
}
