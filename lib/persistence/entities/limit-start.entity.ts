import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A start that counts under a limit of starts. */
@Entity({ schema: 'tasker', name: 'limit_starts', synchronize: false })
export class LimitStartEntity {
  /** Where the row lies, as the table has no key. */
  @PrimaryColumn({ name: 'ctid', type: 'text', insert: false, update: false })
  readonly place!: string;

  @Column({ name: 'limit_key', type: 'text' })
  readonly limitKey!: string;

  @Column({ name: 'counts_until', type: 'timestamptz' })
  readonly countsUntil!: Date;
}
