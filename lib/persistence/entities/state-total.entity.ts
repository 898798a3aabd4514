import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { StepState, TaskState } from '../../workflow/states.js';

/** The number of tasks or steps of a namespace in a state, without the deltas that have not been added up yet. */
@Entity({ schema: 'tasker', name: 'state_totals', synchronize: false })
export class StateTotalEntity {
  @PrimaryColumn({ name: 'task_namespace_id', type: 'bigint' })
  readonly namespaceId!: string;

  @PrimaryColumn({ type: 'text' })
  readonly kind!: 'task' | 'step';

  @PrimaryColumn({ type: 'text' })
  readonly state!: TaskState | StepState;

  @Column({ type: 'bigint' })
  readonly total!: string;
}
