import {
  Column,
  CreateDateColumn,
  Entity,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
} from 'typeorm';
import type { JsonObject } from '../../workflow/json.js';
import type { StepState } from '../../workflow/states.js';
import { WorkflowStepEntity } from './workflow-step.entity.js';

/** One change of a step's state. The rows are history; the present state is in `workflow_steps`. */
@Entity({ schema: 'tasker', name: 'workflow_step_transitions', synchronize: false })
export class WorkflowStepTransitionEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' })
  readonly id!: string;

  @PrimaryColumn({ name: 'workflow_step_id', type: 'bigint' })
  readonly stepId!: string;

  @Column({ name: 'task_id', type: 'bigint' })
  readonly taskId!: string;

  @Column({ name: 'from_state', type: 'text' })
  readonly fromState!: StepState;

  @Column({ name: 'to_state', type: 'text' })
  readonly toState!: StepState;

  /** The number of the attempt, counted since the latest reset. */
  @Column({ type: 'integer' })
  readonly attempt!: number;

  /** The worker that ran the attempt. */
  @Column({ name: 'worker_id', type: 'bigint', nullable: true })
  readonly workerId!: string | null;

  /** The person or program that acted; null for the engine. */
  @Column({ type: 'text', nullable: true })
  readonly actor!: string | null;

  @Column({ type: 'text', nullable: true })
  readonly reason!: string | null;

  /** The duration of the attempt, on the transition that ends it. */
  @Column({ name: 'duration_seconds', type: 'double precision', nullable: true })
  readonly durationSeconds!: number | null;

  /** Message, code, class and whether the failure is permanent; null if the attempt did not fail. */
  @Column({ type: 'jsonb', nullable: true })
  readonly error!: JsonObject | null;

  /** When the next attempt of a failed step is due; null if no attempt follows automatically. */
  @Column({ name: 'retry_at', type: 'timestamptz', nullable: true })
  readonly retryAt!: Date | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  readonly createdAt!: Date;

  @ManyToOne(() => WorkflowStepEntity)
  @JoinColumn({ name: 'workflow_step_id' })
  readonly step?: WorkflowStepEntity;
}
