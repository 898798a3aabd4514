import { stepEventOf, taskEventOf } from '../events/transition.events.js';
import type { ChangePosition, StoredChange, StoredChanges } from '../persistence/change.gateway.js';
import type { StepState, TaskState } from '../workflow/states.js';
import type { Change, ChangeEvent } from './change.js';
import { positionText } from './change.position.js';

export interface MergedChanges {
  readonly changes: readonly Change[];
  /** The position up to which no change is missing. */
  readonly position: ChangePosition;
}

/**
 * Merges the rows that were read of the two histories, from `after` to `until`, into one order: by time, but never against the
 * order of either history, so that two ids suffice as a position. If one history was read only in part, or held back, the rows of
 * the other one that come after that part wait for the next reading.
 */
export function mergeChanges(
  { tasks, steps, isHeldBack }: StoredChanges,
  after: ChangePosition,
  until: ChangePosition,
  limit: number,
): MergedChanges {
  const isPartial = { tasks: tasks.length >= limit, steps: steps.length >= limit || isHeldBack };
  const changes: Change[] = [];
  let { task, step } = after;
  for (let t = 0, s = 0; ;) {
    const nextTask = tasks[t];
    const nextStep = steps[s];
    if (!nextTask && !isPartial.tasks) task = until.task;
    if (!nextStep && !isPartial.steps) step = until.step;
    if ((!nextTask && isPartial.tasks) || (!nextStep && isPartial.steps)) break;
    const next = comesFirst(nextTask, nextStep);
    if (!next) break;
    if (next === nextTask) {
      t++;
      task = next.rowId;
    } else {
      s++;
      step = next.rowId;
    }
    changes.push(changeOf(next, { task, step }));
  }
  return { changes, position: { task, step } };
}

function comesFirst(task: StoredChange | undefined, step: StoredChange | undefined): StoredChange | undefined {
  if (!task || !step) return task ?? step;
  if (task.micros !== step.micros) return task.micros < step.micros ? task : step;
  // Both are of one transaction: a task begins with its first step, and ends after its last one.
  return task.to === 'in_progress' || task.to === 'pending' ? task : step;
}

function changeOf({ rowId: _id, micros: _micros, ...stored }: StoredChange, position: ChangePosition): Change {
  return { ...stored, position: positionText(position), event: eventOf(stored) };
}

function eventOf({ step, from, to }: Pick<StoredChange, 'step' | 'from' | 'to'>): ChangeEvent {
  if (step === null) return taskEventOf(from as TaskState, to as TaskState);
  return stepEventOf(from as StepState, to as StepState);
}
