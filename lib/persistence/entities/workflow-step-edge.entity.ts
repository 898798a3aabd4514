import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { WorkflowStepEntity } from './workflow-step.entity.js';

/** A dependency between two steps of a task. */
@Entity({ schema: 'tasker', name: 'workflow_step_edges', synchronize: false })
export class WorkflowStepEdgeEntity {
  @PrimaryColumn({ name: 'from_step_id', type: 'bigint' })
  readonly fromStepId!: string;

  @PrimaryColumn({ name: 'to_step_id', type: 'bigint' })
  readonly toStepId!: string;

  @Column({ name: 'task_id', type: 'bigint' })
  readonly taskId!: string;

  @ManyToOne(() => WorkflowStepEntity)
  @JoinColumn({ name: 'from_step_id' })
  readonly fromStep?: WorkflowStepEntity;

  @ManyToOne(() => WorkflowStepEntity)
  @JoinColumn({ name: 'to_step_id' })
  readonly toStep?: WorkflowStepEntity;
}
