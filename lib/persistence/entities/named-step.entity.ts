import { Column, Entity, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { DependentSystemEntity } from './dependent-system.entity.js';
import { TimestampsEntity } from './timestamps.entity.js';

/** The name of a step within a dependent system, shared by all templates that use it. */
@Entity({ schema: 'tasker', name: 'named_steps', synchronize: false })
export class NamedStepEntity extends TimestampsEntity {
  @PrimaryGeneratedColumn('identity', { name: 'named_step_id', type: 'bigint', generatedIdentity: 'ALWAYS' })
  readonly id!: string;

  @Column({ name: 'dependent_system_id', type: 'bigint' })
  readonly dependentSystemId!: string;

  @Column({ type: 'text' })
  readonly name!: string;

  @Column({ type: 'text', nullable: true })
  readonly description!: string | null;

  @ManyToOne(() => DependentSystemEntity)
  @JoinColumn({ name: 'dependent_system_id' })
  readonly dependentSystem?: DependentSystemEntity;
}
