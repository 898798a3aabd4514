import { Column, Entity, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import type { JsonObject } from '../../workflow/json.js';
import type { StepState } from '../../workflow/states.js';
import { NamedStepEntity } from './named-step.entity.js';
import { NamedTasksNamedStepEntity } from './named-tasks-named-step.entity.js';
import { TaskEntity } from './task.entity.js';
import { TimestampsEntity } from './timestamps.entity.js';

/** One step of a task. */
@Entity({ schema: 'tasker', name: 'workflow_steps', synchronize: false })
export class WorkflowStepEntity extends TimestampsEntity {
  @PrimaryGeneratedColumn('identity', { name: 'workflow_step_id', type: 'bigint', generatedIdentity: 'ALWAYS' })
  readonly id!: string;

  @Column({ name: 'task_id', type: 'bigint' })
  readonly taskId!: string;

  @Column({ name: 'named_step_id', type: 'bigint' })
  readonly namedStepId!: string;

  @Column({ name: 'step_template_id', type: 'bigint' })
  readonly stepTemplateId!: string;

  @Column({ type: 'text' })
  readonly state!: StepState;

  /** The number of parents that are not done. */
  @Column({ name: 'waiting_on', type: 'integer' })
  readonly waitingOn!: number;

  @Column({ name: 'is_leaf', type: 'boolean' })
  readonly isLeaf!: boolean;

  @Column({ type: 'boolean' })
  readonly retryable!: boolean;

  /** The maximum of `attempts`. */
  @Column({ name: 'retry_limit', type: 'integer' })
  readonly retryLimit!: number;

  @Column({ type: 'boolean' })
  readonly skippable!: boolean;

  /** Not reset to 0 by a reset. Users see `attempts - attemptsBefore`. */
  @Column({ type: 'integer' })
  readonly attempts!: number;

  /** The value of `attempts` at the latest reset. */
  @Column({ name: 'attempts_before', type: 'integer' })
  readonly attemptsBefore!: number;

  /** When the latest attempt began. */
  @Column({ name: 'last_attempted_at', type: 'timestamptz', nullable: true })
  readonly lastAttemptedAt!: Date | null;

  @Column({ name: 'processed_at', type: 'timestamptz', nullable: true })
  readonly processedAt!: Date | null;

  @Column({ name: 'backoff_request_seconds', type: 'double precision', nullable: true })
  readonly backoffRequestSeconds!: number | null;

  /** Any JSON value. (The type `JsonValue` is too deep for the types of TypeORM's `find`.) */
  @Column({ type: 'jsonb', nullable: true })
  readonly results!: unknown;

  /** The error of the latest failed attempt; null once a later attempt succeeded. */
  @Column({ type: 'jsonb', nullable: true })
  readonly error!: JsonObject | null;

  /** A state that an operator decided before the step's turn, with actor and reason; null for none. */
  @Column({ type: 'jsonb', nullable: true })
  readonly settlement!: JsonObject | null;

  @ManyToOne(() => TaskEntity)
  @JoinColumn({ name: 'task_id' })
  readonly task?: TaskEntity;

  @ManyToOne(() => NamedStepEntity)
  @JoinColumn({ name: 'named_step_id' })
  readonly namedStep?: NamedStepEntity;

  @ManyToOne(() => NamedTasksNamedStepEntity)
  @JoinColumn({ name: 'step_template_id' })
  readonly stepTemplate?: NamedTasksNamedStepEntity;
}
