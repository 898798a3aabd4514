import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The task that an identity stands for, and until when. */
@Entity({ schema: 'tasker', name: 'task_identities', synchronize: false })
export class TaskIdentityEntity {
  @PrimaryColumn({ name: 'identity_hash', type: 'text' })
  readonly identityHash!: string;

  @Column({ name: 'task_id', type: 'bigint' })
  readonly taskId!: string;

  @Column({ name: 'expires_at', type: 'timestamptz', nullable: true })
  readonly expiresAt!: Date | null;
}
