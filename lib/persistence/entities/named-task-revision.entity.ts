import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '../../workflow/json.js';
import { NamedTaskEntity } from './named-task.entity.js';

/** The content of one version of a task template during one period. */
@Entity({ schema: 'tasker', name: 'named_task_revisions', synchronize: false })
export class NamedTaskRevisionEntity {
  @PrimaryColumn({ name: 'named_task_id', type: 'bigint' })
  readonly namedTaskId!: string;

  /** Counts from 1. */
  @PrimaryColumn({ type: 'integer' })
  readonly revision!: number;

  @Column({ type: 'text', nullable: true })
  readonly description!: string | null;

  /** The hash of the wording. */
  @Column({ type: 'text' })
  readonly fingerprint!: string;

  /** The template as written; null if it was stored by a release that did not keep this text. */
  @Column({ type: 'jsonb', nullable: true })
  readonly wording!: JsonObject | null;

  /** The template with the options and the environment of a host applied. */
  @Column({ type: 'jsonb' })
  readonly configuration!: JsonObject;

  @Column({ name: 'step_count', type: 'integer' })
  readonly stepCount!: number;

  @Column({ name: 'leaf_count', type: 'integer' })
  readonly leafCount!: number;

  @Column({ name: 'created_at', type: 'timestamptz' })
  readonly createdAt!: Date;

  @ManyToOne(() => NamedTaskEntity)
  @JoinColumn({ name: 'named_task_id' })
  readonly namedTask?: NamedTaskEntity;
}
