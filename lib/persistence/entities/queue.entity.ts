import { CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** A queue that a template named at some time. */
@Entity({ schema: 'tasker', name: 'queues', synchronize: false })
export class QueueEntity {
  @PrimaryColumn({ type: 'text' })
  readonly name!: string;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  readonly createdAt!: Date;
}
