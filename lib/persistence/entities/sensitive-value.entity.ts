import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The sensitive values of one document: the context of a task, or the results of a step. */
@Entity({ schema: 'tasker', name: 'sensitive_values', synchronize: false })
export class SensitiveValueEntity {
  @PrimaryColumn({ name: 'task_id', type: 'bigint' })
  readonly taskId!: string;

  /** 0 for the context of the task. */
  @PrimaryColumn({ name: 'workflow_step_id', type: 'bigint' })
  readonly workflowStepId!: string;

  /** The key that the content is encrypted with; null if it is not. */
  @Column({ name: 'key_id', type: 'text', nullable: true })
  readonly keyId!: string | null;

  @Column({ type: 'bytea' })
  readonly content!: Buffer;
}
