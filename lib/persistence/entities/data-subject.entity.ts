import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The person whom a task is about. */
@Entity({ schema: 'tasker', name: 'data_subjects', synchronize: false })
export class DataSubjectEntity {
  @PrimaryColumn({ name: 'task_id', type: 'bigint' })
  readonly taskId!: string;

  /** The keyed hash of what identifies the person. */
  @Column({ name: 'subject_hash', type: 'bytea' })
  readonly subjectHash!: Buffer;
}
