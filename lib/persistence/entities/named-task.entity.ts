import { Column, Entity, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import type { JsonObject } from '../../workflow/json.js';
import { TaskNamespaceEntity } from './task-namespace.entity.js';
import { TimestampsEntity } from './timestamps.entity.js';

/** A versioned task template. */
@Entity({ schema: 'tasker', name: 'named_tasks', synchronize: false })
export class NamedTaskEntity extends TimestampsEntity {
  @PrimaryGeneratedColumn('identity', { name: 'named_task_id', type: 'bigint', generatedIdentity: 'ALWAYS' })
  readonly id!: string;

  @Column({ name: 'task_namespace_id', type: 'bigint' })
  readonly namespaceId!: string;

  @Column({ type: 'text' })
  readonly name!: string;

  @Column({ type: 'text' })
  readonly version!: string;

  @Column({ type: 'text', nullable: true })
  readonly description!: string | null;

  /** The number of the current revision. */
  @Column({ type: 'integer' })
  readonly revision!: number;

  /** The number of steps of the current revision. */
  @Column({ name: 'step_count', type: 'integer' })
  readonly stepCount!: number;

  /** The number of leaf steps of the current revision. */
  @Column({ name: 'leaf_count', type: 'integer' })
  readonly leafCount!: number;

  /** The hash of the wording. */
  @Column({ type: 'text' })
  readonly fingerprint!: string;

  /** The template as written; null if it was stored by a release that did not keep this text. */
  @Column({ type: 'jsonb', nullable: true })
  readonly wording!: JsonObject | null;

  /** The template with the options and the environment of a host applied. */
  @Column({ type: 'jsonb' })
  readonly configuration!: JsonObject;

  @ManyToOne(() => TaskNamespaceEntity)
  @JoinColumn({ name: 'task_namespace_id' })
  readonly namespace?: TaskNamespaceEntity;
}
