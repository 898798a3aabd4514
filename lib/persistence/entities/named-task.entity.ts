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

  /** The current one of its revisions. */
  @Column({ type: 'integer' })
  readonly revision!: number;

  /** Of the current revision. */
  @Column({ name: 'step_count', type: 'integer' })
  readonly stepCount!: number;

  /** Of the current revision. */
  @Column({ name: 'leaf_count', type: 'integer' })
  readonly leafCount!: number;

  /** Of the wording. */
  @Column({ type: 'text' })
  readonly fingerprint!: string;

  /** What the template says; null where that was not stored yet. */
  @Column({ type: 'jsonb', nullable: true })
  readonly wording!: JsonObject | null;

  /** What it was resolved to, with the options and the environment of a host. */
  @Column({ type: 'jsonb' })
  readonly configuration!: JsonObject;

  @ManyToOne(() => TaskNamespaceEntity)
  @JoinColumn({ name: 'task_namespace_id' })
  readonly namespace?: TaskNamespaceEntity;
}
