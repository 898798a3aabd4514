import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import { TimestampsEntity } from './timestamps.entity.js';

@Entity({ schema: 'tasker', name: 'annotation_types', synchronize: false })
export class AnnotationTypeEntity extends TimestampsEntity {
  @PrimaryGeneratedColumn('identity', { name: 'annotation_type_id', type: 'bigint', generatedIdentity: 'ALWAYS' })
  readonly id!: string;

  @Column({ type: 'text' })
  readonly name!: string;

  @Column({ type: 'text', nullable: true })
  readonly description!: string | null;
}
