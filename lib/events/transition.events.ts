import type { StepState, TaskState } from '../workflow/states.js';
import type { EventName, EventPayload } from './event.catalogue.js';
import type { StepTransitionPayload, TaskTransitionPayload } from './event.payloads.js';

/** The events whose payload is exactly `Payload`. */
type EventCarrying<Payload> = {
  [Name in EventName]: Payload extends EventPayload<Name> ? (EventPayload<Name> extends Payload ? Name : never) : never;
}[EventName];

/** The events that announce a transition of a task. */
export type TaskTransitionEvent = EventCarrying<TaskTransitionPayload>;
/** The events that announce a transition of a step, without that of a failure, which has more fields. */
export type StepTransitionEvent = EventCarrying<StepTransitionPayload>;

const TASK_EVENTS = {
  pending: 'task.initialize_requested',
  in_progress: 'task.start_requested',
  complete: 'task.completed',
  error: 'task.failed',
  cancelled: 'task.cancelled',
  resolved_manually: 'task.resolved_manually',
} as const satisfies Record<TaskState, TaskTransitionEvent>;

const STEP_EVENTS = {
  pending: 'step.handed_back',
  in_progress: 'step.execution_requested',
  complete: 'step.completed',
  error: 'step.failed',
  cancelled: 'step.cancelled',
  resolved_manually: 'step.resolved_manually',
  skipped: 'step.skipped',
} as const satisfies Record<StepState, EventName>;

/** The event of a permitted transition of a task. A failed task that becomes unfinished again was asked to retry. */
export function taskEventOf(from: TaskState | null, to: TaskState): TaskTransitionEvent {
  if (from === 'error' && (to === 'pending' || to === 'in_progress')) return 'task.retry_requested';
  return TASK_EVENTS[to];
}

/** The event of a permitted transition of a step. */
export function stepEventOf(from: StepState, to: StepState): (typeof STEP_EVENTS)[StepState] | 'step.retry_requested' {
  if (from === 'error' && to === 'pending') return 'step.retry_requested';
  return STEP_EVENTS[to];
}
