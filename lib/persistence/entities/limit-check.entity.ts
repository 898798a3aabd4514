import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A limit that must be checked, because it may have room. */
@Entity({ schema: 'tasker', name: 'limit_checks', synchronize: false })
export class LimitCheckEntity {
  @PrimaryGeneratedColumn('identity', { name: 'limit_check_id', type: 'bigint', generatedIdentity: 'ALWAYS' })
  readonly id!: string;

  @Column({ name: 'limit_key', type: 'text' })
  readonly limitKey!: string;

  @Column({ name: 'lane_id', type: 'integer' })
  readonly laneId!: number;

  @Column({ name: 'due_at', type: 'timestamptz' })
  readonly dueAt!: Date;
}
