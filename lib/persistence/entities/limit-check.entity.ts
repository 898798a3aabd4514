import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A limit to look at: something may have room. */
@Entity({ schema: 'tasker', name: 'limit_checks', synchronize: false })
export class LimitCheckEntity {
  /** Where the row lies, as the table has no key. */
  @PrimaryColumn({ name: 'ctid', type: 'text', insert: false, update: false })
  readonly place!: string;

  @Column({ name: 'limit_key', type: 'text' })
  readonly limitKey!: string;

  @Column({ name: 'lane_id', type: 'integer' })
  readonly laneId!: number;

  @Column({ name: 'due_at', type: 'timestamptz' })
  readonly dueAt!: Date;
}
