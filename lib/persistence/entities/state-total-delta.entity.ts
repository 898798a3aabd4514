import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { StepState, TaskState } from '../../workflow/states.js';

/** A change of the totals that has not been added up yet. */
@Entity({ schema: 'tasker', name: 'state_total_deltas', synchronize: false })
export class StateTotalDeltaEntity {
  @PrimaryGeneratedColumn('identity', { name: 'state_total_delta_id', type: 'bigint', generatedIdentity: 'ALWAYS' })
  readonly id!: string;

  @Column({ name: 'task_namespace_id', type: 'bigint' })
  readonly namespaceId!: string;

  @Column({ type: 'text' })
  readonly kind!: 'task' | 'step';

  /** Null for new tasks or steps. */
  @Column({ type: 'text', name: 'from_state', nullable: true })
  readonly fromState!: TaskState | StepState | null;

  /** Null for removed tasks or steps. */
  @Column({ type: 'text', name: 'to_state', nullable: true })
  readonly toState!: TaskState | StepState | null;

  /** The number of tasks or steps that changed from one state to the other. */
  @Column({ type: 'bigint' })
  readonly amount!: string;
}
