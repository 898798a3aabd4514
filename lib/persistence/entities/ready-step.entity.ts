import { Column, Entity, JoinColumn, OneToOne, PrimaryColumn } from 'typeorm';
import { WorkflowStepEntity } from './workflow-step.entity.js';

/** A step that runs (it has a worker), may run (`runAt` is past) or will run (`runAt` is in the future). */
@Entity({ schema: 'tasker', name: 'ready_steps', synchronize: false })
export class ReadyStepEntity {
  @PrimaryColumn({ name: 'workflow_step_id', type: 'bigint' })
  readonly stepId!: string;

  @Column({ name: 'task_id', type: 'bigint' })
  readonly taskId!: string;

  @Column({ name: 'task_namespace_id', type: 'bigint' })
  readonly namespaceId!: string;

  @Column({ name: 'step_template_id', type: 'bigint' })
  readonly stepTemplateId!: string;

  @Column({ name: 'lane_id', type: 'integer' })
  readonly laneId!: number;

  @Column({ type: 'smallint' })
  readonly priority!: number;

  @Column({ name: 'run_at', type: 'timestamptz' })
  readonly runAt!: Date;

  @Column({ name: 'worker_id', type: 'bigint', nullable: true })
  readonly workerId!: string | null;

  /** The number of attempts that began. */
  @Column({ type: 'integer' })
  readonly attempt!: number;

  /** Whether the step is in error and waits for its next attempt. */
  @Column({ type: 'boolean' })
  readonly retrying!: boolean;

  /** Whether its task is on hold. */
  @Column({ name: 'is_held', type: 'boolean' })
  readonly isHeld!: boolean;

  /** Steps with the same key share a limit; null for no limit. */
  @Column({ name: 'limit_key', type: 'text', nullable: true })
  readonly limitKey!: string | null;

  @OneToOne(() => WorkflowStepEntity)
  @JoinColumn({ name: 'workflow_step_id' })
  readonly step?: WorkflowStepEntity;
}
