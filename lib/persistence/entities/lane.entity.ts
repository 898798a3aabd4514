import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** Where the steps of one namespace in one queue wait; there is one for each pair that a template named at some time. */
@Entity({ schema: 'tasker', name: 'lanes', synchronize: false })
export class LaneEntity {
  @PrimaryColumn({ name: 'lane_id', type: 'integer' })
  readonly id!: number;

  @Column({ type: 'text' })
  readonly queue!: string;

  @Column({ name: 'task_namespace_id', type: 'bigint' })
  readonly namespaceId!: string;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  readonly createdAt!: Date;
}
