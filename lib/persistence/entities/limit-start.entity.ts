import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A start that counts under a limit of starts. */
@Entity({ schema: 'tasker', name: 'limit_starts', synchronize: false })
export class LimitStartEntity {
  @PrimaryGeneratedColumn('identity', { name: 'limit_start_id', type: 'bigint', generatedIdentity: 'ALWAYS' })
  readonly id!: string;

  @Column({ name: 'limit_key', type: 'text' })
  readonly limitKey!: string;

  @Column({ name: 'counts_until', type: 'timestamptz' })
  readonly countsUntil!: Date;
}
