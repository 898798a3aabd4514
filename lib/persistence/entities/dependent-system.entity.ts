import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { TimestampsEntity } from './timestamps.entity.js';

@Entity({ schema: 'tasker', name: 'dependent_systems', synchronize: false })
export class DependentSystemEntity extends TimestampsEntity {
  @PrimaryGeneratedColumn('identity', { name: 'dependent_system_id', type: 'bigint', generatedIdentity: 'ALWAYS' })
  readonly id!: string;

  @Column({ type: 'text' })
  readonly name!: string;

  @Column({ type: 'text', nullable: true })
  readonly description!: string | null;
}
