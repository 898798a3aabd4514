import { CreateDateColumn, UpdateDateColumn } from 'typeorm';

/** The two columns that most tables end with. */
export abstract class TimestampsEntity {
  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  readonly createdAt!: Date;

  @UpdateDateColumn({ name: 'updated_at', type: 'timestamptz' })
  readonly updatedAt!: Date;
}
