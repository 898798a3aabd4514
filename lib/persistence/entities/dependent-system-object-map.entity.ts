import { Column, Entity, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { DependentSystemEntity } from './dependent-system.entity.js';
import { TimestampsEntity } from './timestamps.entity.js';

/** Object `remoteIdOne` of system one is object `remoteIdTwo` of system two. */
@Entity({ schema: 'tasker', name: 'dependent_system_object_maps', synchronize: false })
export class DependentSystemObjectMapEntity extends TimestampsEntity {
  @PrimaryGeneratedColumn('identity', {
    name: 'dependent_system_object_map_id',
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
  })
  readonly id!: string;

  @Column({ name: 'dependent_system_one_id', type: 'bigint' })
  readonly systemOneId!: string;

  @Column({ name: 'dependent_system_two_id', type: 'bigint' })
  readonly systemTwoId!: string;

  @Column({ name: 'remote_id_one', type: 'text' })
  readonly remoteIdOne!: string;

  @Column({ name: 'remote_id_two', type: 'text' })
  readonly remoteIdTwo!: string;

  @ManyToOne(() => DependentSystemEntity)
  @JoinColumn({ name: 'dependent_system_one_id' })
  readonly systemOne?: DependentSystemEntity;

  @ManyToOne(() => DependentSystemEntity)
  @JoinColumn({ name: 'dependent_system_two_id' })
  readonly systemTwo?: DependentSystemEntity;
}
