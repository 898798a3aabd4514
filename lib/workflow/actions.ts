import type { StepState, TaskState } from './states.js';

/**
 * The actions on a task, with the states in which each is permitted. SQL has the same rules, and docs/operating.md
 * lists them; tests compare them. An action has the same name in code, over HTTP and in GraphQL.
 */
export const TASK_ACTIONS = {
  cancel: ['pending', 'in_progress', 'error'],
  hold: ['pending', 'in_progress', 'error'],
  release: ['pending', 'in_progress', 'error'],
  change: ['pending', 'in_progress', 'complete', 'error', 'cancelled', 'resolved_manually'],
  retry: ['in_progress', 'error'],
  reset: ['in_progress', 'error'],
  resolve: ['error'],
  rerun: ['complete', 'error', 'cancelled', 'resolved_manually'],
  erase: ['complete', 'cancelled', 'resolved_manually'],
} as const satisfies Record<string, readonly TaskState[]>;

/**
 * The actions on a step, with the states in which each is permitted, as long as its task has not ended. A step can be
 * skipped only if its template declares it skippable.
 */
export const STEP_ACTIONS = {
  cancel: ['pending', 'in_progress', 'error'],
  changeRetryLimit: ['pending', 'in_progress', 'error'],
  resolve: ['pending', 'error'],
  skip: ['pending', 'error'],
  retry: ['error'],
  reset: ['error'],
} as const satisfies Record<string, readonly StepState[]>;

/** One of the keys of `TASK_ACTIONS`. */
export type TaskAction = keyof typeof TASK_ACTIONS;
/** One of the keys of `STEP_ACTIONS`. */
export type StepAction = keyof typeof STEP_ACTIONS;
export type ActionSubject = 'task' | 'step';

const TABLES: Readonly<Record<ActionSubject, Readonly<Record<string, readonly string[]>>>> = {
  task: TASK_ACTIONS,
  step: STEP_ACTIONS,
};

/** The actions that are permitted on a task or step in this state. */
export function permittedActions(subject: ActionSubject, state: TaskState | StepState): readonly string[] {
  const table = TABLES[subject];
  return Object.keys(table).filter((action) => table[action]!.includes(state));
}

/** The states in which the action is permitted. */
export function statesFor(subject: ActionSubject, action: string): readonly string[] {
  return TABLES[subject][action] ?? [];
}
