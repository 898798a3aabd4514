import { Column, Entity, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import type { JsonObject } from '../../workflow/json.js';
import type { TaskState } from '../../workflow/states.js';
import { NamedTaskEntity } from './named-task.entity.js';
import { TaskNamespaceEntity } from './task-namespace.entity.js';
import { TimestampsEntity } from './timestamps.entity.js';

/** One run of a task template. */
@Entity({ schema: 'tasker', name: 'tasks', synchronize: false })
export class TaskEntity extends TimestampsEntity {
  @PrimaryGeneratedColumn('identity', { name: 'task_id', type: 'bigint', generatedIdentity: 'ALWAYS' })
  readonly id!: string;

  @Column({ name: 'named_task_id', type: 'bigint' })
  readonly namedTaskId!: string;

  @Column({ name: 'task_namespace_id', type: 'bigint' })
  readonly namespaceId!: string;

  @Column({ type: 'text' })
  readonly state!: TaskState;

  /** The number of leaf steps that are not done; null once a step was cancelled. */
  @Column({ name: 'open_leaves', type: 'integer', nullable: true })
  readonly openLeaves!: number | null;

  /** The number of failed steps that will not be retried automatically. */
  @Column({ name: 'failed_steps', type: 'integer' })
  readonly failedSteps!: number;

  /** Null leaves each step the priority of its template. */
  @Column({ type: 'smallint', nullable: true })
  readonly priority!: number | null;

  @Column({ type: 'jsonb' })
  readonly context!: JsonObject;

  @Column({ name: 'requested_at', type: 'timestamptz' })
  readonly requestedAt!: Date;

  @Column({ type: 'text' })
  readonly initiator!: string;

  @Column({ name: 'source_system', type: 'text' })
  readonly sourceSystem!: string;

  @Column({ type: 'text' })
  readonly reason!: string;

  @Column({ type: 'jsonb' })
  readonly tags!: readonly string[];

  @Column({ name: 'bypass_steps', type: 'jsonb' })
  readonly bypassSteps!: readonly string[];

  /** The hash that identifies equal requests; null if no other request counts as equal. */
  @Column({ name: 'identity_hash', type: 'text', nullable: true })
  readonly identityHash!: string | null;

  /** The time before which no step begins; null for none. */
  @Column({ name: 'run_at', type: 'timestamptz', nullable: true })
  readonly runAt!: Date | null;

  /** The time at which unfinished steps fail; null for none. */
  @Column({ name: 'deadline_at', type: 'timestamptz', nullable: true })
  readonly deadlineAt!: Date | null;

  /** When the task was put on hold; null if it is not on hold. */
  @Column({ name: 'held_at', type: 'timestamptz', nullable: true })
  readonly heldAt!: Date | null;

  /** Whether retention keeps the task. */
  @Column({ type: 'boolean' })
  readonly retained!: boolean;

  /** The task that this task repeats. */
  @Column({ name: 'rerun_of', type: 'bigint', nullable: true })
  readonly rerunOf!: string | null;

  /** Whether the task handler is called each time the task ends. */
  @Column({ name: 'has_final_hook', type: 'boolean' })
  readonly hasFinalHook!: boolean;

  /** When the task reached a final state. */
  @Column({ name: 'completed_at', type: 'timestamptz', nullable: true })
  readonly completedAt!: Date | null;

  @ManyToOne(() => NamedTaskEntity)
  @JoinColumn({ name: 'named_task_id' })
  readonly namedTask?: NamedTaskEntity;

  @ManyToOne(() => TaskNamespaceEntity)
  @JoinColumn({ name: 'task_namespace_id' })
  readonly namespace?: TaskNamespaceEntity;
}
