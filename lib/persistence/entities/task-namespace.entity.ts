import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { TimestampsEntity } from './timestamps.entity.js';

@Entity({ schema: 'tasker', name: 'task_namespaces', synchronize: false })
export class TaskNamespaceEntity extends TimestampsEntity {
  @PrimaryGeneratedColumn('identity', { name: 'task_namespace_id', type: 'bigint', generatedIdentity: 'ALWAYS' })
  readonly id!: string;

  @Column({ type: 'text' })
  readonly name!: string;

  @Column({ type: 'text', nullable: true })
  readonly description!: string | null;
}
