import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/**
 * One namespace in one queue, whose steps wait together. There is a row for each pair that a template has ever used.
 */
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
