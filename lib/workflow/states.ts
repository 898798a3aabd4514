/** The states of a task. `complete`, `cancelled` and `resolved_manually` are final; `error` waits for a person. */
export const TASK_STATES = ['pending', 'in_progress', 'complete', 'error', 'cancelled', 'resolved_manually'] as const;
/** One of `TASK_STATES`. */
export type TaskState = (typeof TASK_STATES)[number];

/** The states of a step. A step in `error` may still be waiting for an automatic retry. */
export const STEP_STATES = [
  'pending',
  'in_progress',
  'complete',
  'error',
  'cancelled',
  'resolved_manually',
  'skipped',
] as const;
/** One of `STEP_STATES`. */
export type StepState = (typeof STEP_STATES)[number];

/**
 * The permitted transitions of a task, from each state to others. SQL has the same table, as checks of the transition
 * tables, and a test compares the two. In contrast to Rails Tasker, a task in `error` may also be cancelled and
 * resumed, and a task without steps goes from `pending` straight to `complete`.
 */
export const TASK_TRANSITIONS = {
  pending: ['in_progress', 'complete', 'error', 'cancelled'],
  in_progress: ['complete', 'error', 'cancelled', 'pending'],
  complete: [],
  error: ['pending', 'in_progress', 'cancelled', 'resolved_manually'],
  cancelled: [],
  resolved_manually: [],
} as const satisfies Record<TaskState, readonly TaskState[]>;

/**
 * The permitted transitions of a step. `error → in_progress` is the claim of an automatic retry. `in_progress →
 * pending` is a step that was handed back unfinished (at shutdown, or by a process without its handler), which does not
 * count as an attempt.
 */
export const STEP_TRANSITIONS = {
  pending: ['in_progress', 'cancelled', 'resolved_manually', 'skipped'],
  in_progress: ['complete', 'error', 'pending', 'cancelled'],
  complete: [],
  error: ['in_progress', 'pending', 'cancelled', 'resolved_manually', 'skipped'],
  cancelled: [],
  resolved_manually: [],
  skipped: [],
} as const satisfies Record<StepState, readonly StepState[]>;

/** The states of a step that is done, so that the steps that depend on it may run. */
export const SATISFYING_STEP_STATES = ['complete', 'resolved_manually', 'skipped'] as const satisfies StepState[];

export function mayTaskTransition(from: TaskState, to: TaskState): boolean {
  return (TASK_TRANSITIONS[from] as readonly TaskState[]).includes(to);
}

export function mayStepTransition(from: StepState, to: StepState): boolean {
  return (STEP_TRANSITIONS[from] as readonly StepState[]).includes(to);
}

/** Whether a task in this state can never change its state again, neither by itself nor by an operator. */
export function isFinalTaskState(state: TaskState): boolean {
  return TASK_TRANSITIONS[state].length === 0;
}
