/** States of a task. `complete`, `cancelled` and `resolved_manually` are final; `error` waits for a person. */
export const TASK_STATES = ['pending', 'in_progress', 'complete', 'error', 'cancelled', 'resolved_manually'] as const;
/** One of `TASK_STATES`. */
export type TaskState = (typeof TASK_STATES)[number];

/** States of a workflow step. A step in `error` may still be waiting for an automatic retry. */
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
 * The permitted transitions of a task, from state to states. The same table stands in SQL, as checks of the
 * transition tables, and a test compares the two. Against Rails Tasker, `error` may also be cancelled and resumed, and a task without steps goes
 * from `pending` straight to `complete`.
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
 * The permitted transitions of a step. `error → in_progress` is an automatic retry being claimed; `in_progress → pending`
 * a step handed back unfinished (graceful shutdown, or a process without its handler), which costs no attempt.
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

/** States of a step that satisfy the steps which depend on it. */
export const SATISFYING_STEP_STATES = ['complete', 'resolved_manually', 'skipped'] as const satisfies StepState[];

export function mayTaskTransition(from: TaskState, to: TaskState): boolean {
  return (TASK_TRANSITIONS[from] as readonly TaskState[]).includes(to);
}

export function mayStepTransition(from: StepState, to: StepState): boolean {
  return (STEP_TRANSITIONS[from] as readonly StepState[]).includes(to);
}

/** Whether a task in this state can never change again by itself or by an operator. */
export function isFinalTaskState(state: TaskState): boolean {
  return TASK_TRANSITIONS[state].length === 0;
}
