import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { JsonObject } from '../../workflow/json.js';
import { NamedTaskEntity } from './named-task.entity.js';

/** What a task template was under one version at one time. */
@Entity({ schema: 'tasker', name: 'named_task_revisions', synchronize: false })
export class NamedTaskRevisionEntity {
  @PrimaryColumn({ name: 'named_task_id', type: 'bigint' })
  readonly namedTaskId!: string;

  /** Counts from 1. */
  @PrimaryColumn({ type: 'integer' })
  readonly revision!: number;

  @Column({ type: 'text', nullable: true })
  readonly description!: string | null;

  /** Of the wording. */
  @Column({ type: 'text' })
  readonly fingerprint!: string;

  /** What the template says; null where that was not stored yet. */
  @Column({ type: 'jsonb', nullable: true })
  readonly wording!: JsonObject | null;

  /** What it was resolved to, with the options and the environment of a host. */
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
