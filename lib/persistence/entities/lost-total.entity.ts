import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A transaction changed states and could not add that to the totals; they are wrong while there is one. */
@Entity({ schema: 'tasker', name: 'lost_totals', synchronize: false })
export class LostTotalEntity {
  @PrimaryGeneratedColumn('identity', { name: 'lost_total_id', type: 'bigint', generatedIdentity: 'ALWAYS' })
  readonly id!: string;

  /** Why: what the database refused it with. */
  @Column({ type: 'text', name: 'sql_state' })
  readonly sqlState!: string;

  @Column({ type: 'text' })
  readonly message!: string;
}
