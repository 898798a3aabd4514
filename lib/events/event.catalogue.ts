import type { StepState, TaskState } from '../workflow/states.js';
import type { StepFailure } from '../workflow/step-failure.js';

/** The task that an event is about. */
export interface TaskPayload {
  readonly taskId: string;
  readonly namespace: string;
  /** The name of the task template. */
  readonly name: string;
  readonly version: string;
  /** When this process received the change, ISO 8601. The stored transition has the time of the database. */
  readonly at: string;
}

export interface TaskTransitionPayload extends TaskPayload {
  /** Null for a task that was just created. */
  readonly from: TaskState | null;
  readonly to: TaskState;
}

/** The attempt of a step that an event is about. */
export interface StepPayload extends TaskPayload {
  readonly stepId: string;
  /** The name of the step. */
  readonly step: string;
  /**
   * The number of the attempt, as in the handler's context: counted from 1 since the latest reset, without attempts
   * that were handed back. 0 for a step that has not run since then.
   */
  readonly attempt: number;
}

export interface StepTransitionPayload extends StepPayload {
  readonly from: StepState;
  readonly to: StepState;
}

export interface StepFailedPayload extends StepTransitionPayload {
  readonly error: StepFailure;
  /** When the next attempt is due, by the clock of the database, ISO 8601; null if no attempt follows automatically. */
  readonly retryAt: string | null;
}

export interface StaleOutcomePayload extends StepPayload {
  /** The worker whose outcome arrived too late. */
  readonly workerId: string;
  /** The outcome that was dropped. */
  readonly outcome: 'complete' | 'retry' | 'error' | 'handed_back';
}

export interface WorkerPayload {
  readonly workerId: string;
  readonly at: string;
}

declare const payload: unique symbol;

/** One kind of event: a description for people, and the type of its payload for the compiler. */
export interface EventKind<Payload> {
  readonly when: string;
  readonly [payload]?: Payload;
}

const event = <Payload>(when: string): EventKind<Payload> => ({ when });

/**
 * The names of all events. An event is published once, after the commit of the change, in the process that made the
 * change. Events of transitions have the names of Rails Tasker. The history has the same payload under the same name:
 * see `Change`.
 */
export const EVENTS = {
  'task.initialize_requested': event<TaskTransitionPayload>('A task was created, or waits again for its first step.'),
  'task.start_requested': event<TaskTransitionPayload>('The first step of a task was claimed.'),
  'task.completed': event<TaskTransitionPayload>('Every step of a task is done.'),
  'task.failed': event<TaskTransitionPayload>('A task cannot go on: a failed step blocks the rest of it.'),
  'task.retry_requested': event<TaskTransitionPayload>('A failed task was restarted.'),
  'task.cancelled': event<TaskTransitionPayload>('A task was cancelled.'),
  'task.resolved_manually': event<TaskTransitionPayload>('A person resolved a failed task.'),

  'step.execution_requested': event<StepTransitionPayload>('A worker claimed a step and is about to run its handler.'),
  'step.completed': event<StepTransitionPayload>('An attempt succeeded and its results are stored.'),
  'step.failed': event<StepFailedPayload>('An attempt failed, whether or not another follows.'),
  'step.retry_requested': event<StepTransitionPayload>('A person asked for another attempt of a failed step.'),
  'step.handed_back': event<StepTransitionPayload>(
    'A worker handed a step back unfinished; the attempt does not count.',
  ),
  'step.cancelled': event<StepTransitionPayload>('A step was cancelled.'),
  'step.resolved_manually': event<StepTransitionPayload>('A person resolved a step.'),
  'step.skipped': event<StepTransitionPayload>('A step was bypassed.'),
  'step.outcome_stale': event<StaleOutcomePayload>(
    'An outcome came too late: its attempt was no longer leased to its worker.',
  ),

  'worker.lost': event<WorkerPayload>('A worker missed its heartbeats, and its steps were taken back.'),
} as const;

/** The name of an event. */
export type EventName = keyof typeof EVENTS;

/** The payload of the event `Name`. */
export type EventPayload<Name extends EventName> =
  (typeof EVENTS)[Name] extends EventKind<infer Payload> ? Payload : never;

/** A name to listen to; `*` means every event. */
export type EventPattern = EventName | '*';

/** A function that receives the payload of an event, and its name. */
export type EventListener<Pattern extends EventPattern> = (
  payload: EventPayload<Pattern extends EventName ? Pattern : EventName>,
  name: Pattern extends EventName ? Pattern : EventName,
) => unknown;

export function isEventPattern(name: string): name is EventPattern {
  return name === '*' || Object.hasOwn(EVENTS, name);
}
