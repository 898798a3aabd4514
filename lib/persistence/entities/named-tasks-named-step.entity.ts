import { Column, CreateDateColumn, Entity, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import type { BackoffPolicy } from '../../workflow/backoff.js';
import type { JsonObject } from '../../workflow/json.js';
import { NamedStepEntity } from './named-step.entity.js';
import { NamedTaskEntity } from './named-task.entity.js';

/** A step template: one step of one revision of a named task. Never changed once written. */
@Entity({ schema: 'tasker', name: 'named_tasks_named_steps', synchronize: false })
export class NamedTasksNamedStepEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  readonly id!: string;

  @Column({ name: 'named_task_id', type: 'bigint' })
  readonly namedTaskId!: string;

  @Column({ name: 'named_step_id', type: 'bigint' })
  readonly namedStepId!: string;

  @Column({ type: 'integer' })
  readonly revision!: number;

  /** The position in the order of declaration, from 0. */
  @Column({ type: 'integer' })
  readonly position!: number;

  @Column({ name: 'parent_positions', type: 'integer', array: true })
  readonly parentPositions!: readonly number[];

  /** The number of edges on the shortest path from a root. */
  @Column({ name: 'min_depth', type: 'integer' })
  readonly minDepth!: number;

  @Column({ name: 'is_leaf', type: 'boolean' })
  readonly isLeaf!: boolean;

  @Column({ type: 'text' })
  readonly handler!: string;

  @Column({ name: 'handler_config', type: 'jsonb' })
  readonly handlerConfig!: JsonObject;

  @Column({ name: 'default_retryable', type: 'boolean' })
  readonly retryable!: boolean;

  /** The maximum number of attempts, including the first. */
  @Column({ name: 'default_retry_limit', type: 'integer' })
  readonly retryLimit!: number;

  @Column({ type: 'boolean' })
  readonly skippable!: boolean;

  @Column({ name: 'timeout_seconds', type: 'double precision' })
  readonly timeoutSeconds!: number;

  @Column({ type: 'jsonb' })
  readonly backoff!: BackoffPolicy;

  @Column({ name: 'lane_id', type: 'integer' })
  readonly laneId!: number;

  @Column({ type: 'smallint' })
  readonly priority!: number;

  /** Whether the handler's database work and the outcome are one transaction. */
  @Column({ type: 'boolean' })
  readonly transactional!: boolean;

  /** The limits on how many steps run or start at a time; null for no limits. */
  @Column({ type: 'jsonb', nullable: true })
  readonly limits!: JsonObject | null;

  /** The JSON paths of its sensitive values; null if the template has no sensitive data. */
  @Column({ type: 'jsonb', nullable: true })
  readonly sensitive!: JsonObject | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  readonly createdAt!: Date;

  @ManyToOne(() => NamedTaskEntity)
  @JoinColumn({ name: 'named_task_id' })
  readonly namedTask?: NamedTaskEntity;

  @ManyToOne(() => NamedStepEntity)
  @JoinColumn({ name: 'named_step_id' })
  readonly namedStep?: NamedStepEntity;
}
