import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A worker that runs steps, or ran them until a few days ago. */
@Entity({ schema: 'tasker', name: 'workers', synchronize: false })
export class WorkerEntity {
  @PrimaryGeneratedColumn('identity', { name: 'worker_id', type: 'bigint', generatedIdentity: 'ALWAYS' })
  readonly id!: string;

  @Column({ type: 'text' })
  readonly name!: string;

  @Column({ type: 'text' })
  readonly host!: string;

  @Column({ type: 'integer' })
  readonly pid!: number;

  /** The version of nestjs-tasker. */
  @Column({ type: 'text' })
  readonly version!: string;

  /** The queues that it takes steps from; null for all queues. */
  @Column({ type: 'text', array: true, nullable: true })
  readonly queues!: readonly string[] | null;

  /** The maximum number of steps that it runs at the same time. */
  @Column({ type: 'integer' })
  readonly concurrency!: number;

  @Column({ name: 'lease_seconds', type: 'double precision' })
  readonly leaseSeconds!: number;

  /** The ids of the named tasks whose templates it has loaded. */
  @Column({ name: 'template_ids', type: 'bigint', array: true })
  readonly templateIds!: readonly string[];

  /** Those of `templateIds` for which it has a task handler. */
  @Column({ name: 'handled_template_ids', type: 'bigint', array: true })
  readonly handledTemplateIds!: readonly string[];

  @Column({ name: 'started_at', type: 'timestamptz' })
  readonly startedAt!: Date;

  @Column({ name: 'last_heartbeat_at', type: 'timestamptz' })
  readonly lastHeartbeatAt!: Date;

  @Column({ name: 'stopped_at', type: 'timestamptz', nullable: true })
  readonly stoppedAt!: Date | null;

  /** When a check found that the worker, which had ended an hour before, holds no step. */
  @Column({ name: 'cleared_at', type: 'timestamptz', nullable: true })
  readonly clearedAt!: Date | null;

  /** When another worker declared it lost. */
  @Column({ name: 'lost_at', type: 'timestamptz', nullable: true })
  readonly lostAt!: Date | null;
}
