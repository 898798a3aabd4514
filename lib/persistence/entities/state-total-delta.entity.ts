import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { StepState, TaskState } from '../../workflow/states.js';

/** A change of totals that is not yet folded in. */
@Entity({ schema: 'tasker', name: 'state_total_deltas', synchronize: false })
export class StateTotalDeltaEntity {
  /** Where the row lies: the table has no key, and without one TypeORM would take equal rows for one. */
  @PrimaryColumn({ name: 'ctid', type: 'text', insert: false, update: false })
  readonly place!: string;

  @Column({ name: 'task_namespace_id', type: 'bigint' })
  readonly namespaceId!: string;

  @Column({ type: 'text' })
  readonly kind!: 'task' | 'step';

  /** Null: they are new. */
  @Column({ type: 'text', name: 'from_state', nullable: true })
  readonly fromState!: TaskState | StepState | null;

  /** Null: they are removed. */
  @Column({ type: 'text', name: 'to_state', nullable: true })
  readonly toState!: TaskState | StepState | null;

  /** How many went from the one to the other. */
  @Column({ type: 'bigint' })
  readonly amount!: string;
}
