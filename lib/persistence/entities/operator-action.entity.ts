import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { JsonObject } from '../../workflow/json.js';

/** An action of a person or program on a task, whether or not it changed a state. */
@Entity({ schema: 'tasker', name: 'operator_actions', synchronize: false })
export class OperatorActionEntity {
  @PrimaryGeneratedColumn('identity', { name: 'operator_action_id', type: 'bigint', generatedIdentity: 'ALWAYS' })
  readonly id!: string;

  @Column({ name: 'task_id', type: 'bigint' })
  readonly taskId!: string;

  @Column({ name: 'workflow_step_id', type: 'bigint', nullable: true })
  readonly stepId!: string | null;

  @Column({ type: 'text' })
  readonly action!: string;

  @Column({ type: 'text' })
  readonly actor!: string;

  @Column({ type: 'text', nullable: true })
  readonly reason!: string | null;

  @Column({ type: 'jsonb', nullable: true })
  readonly details!: JsonObject | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  readonly createdAt!: Date;
}
