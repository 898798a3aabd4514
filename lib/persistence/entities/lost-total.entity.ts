import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/**
 * A transaction that changed states, but could not update the totals. The totals are wrong as long as there is such a
 * row.
 */
@Entity({ schema: 'tasker', name: 'lost_totals', synchronize: false })
export class LostTotalEntity {
  @PrimaryGeneratedColumn('identity', { name: 'lost_total_id', type: 'bigint', generatedIdentity: 'ALWAYS' })
  readonly id!: string;

  /** The SQLSTATE with which the database refused the update. */
  @Column({ type: 'text', name: 'sql_state' })
  readonly sqlState!: string;

  @Column({ type: 'text' })
  readonly message!: string;
}
