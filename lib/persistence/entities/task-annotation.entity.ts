import { Column, Entity, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { AnnotationTypeEntity } from './annotation-type.entity.js';
import { TaskEntity } from './task.entity.js';
import { TimestampsEntity } from './timestamps.entity.js';

/** An annotation of a task. */
@Entity({ schema: 'tasker', name: 'task_annotations', synchronize: false })
export class TaskAnnotationEntity extends TimestampsEntity {
  @PrimaryGeneratedColumn('identity', { name: 'task_annotation_id', type: 'bigint', generatedIdentity: 'ALWAYS' })
  readonly id!: string;

  @Column({ name: 'task_id', type: 'bigint' })
  readonly taskId!: string;

  @Column({ name: 'annotation_type_id', type: 'bigint' })
  readonly annotationTypeId!: string;

  /** Any JSON value. (The type `JsonValue` is too deep for the types of TypeORM's `find`.) */
  @Column({ type: 'jsonb' })
  readonly annotation!: unknown;

  @ManyToOne(() => TaskEntity)
  @JoinColumn({ name: 'task_id' })
  readonly task?: TaskEntity;

  @ManyToOne(() => AnnotationTypeEntity)
  @JoinColumn({ name: 'annotation_type_id' })
  readonly annotationType?: AnnotationTypeEntity;
}
