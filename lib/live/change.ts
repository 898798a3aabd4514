import type { EventName } from '../events/event.catalogue.js';
import type { TransitionDetails } from '../persistence/task.details.js';

/** A committed transition of a task or step, made by any process. */
export interface Change extends TransitionDetails {
  /** Its position in the history, an opaque text. Pass it as `after` to receive only later changes. */
  readonly position: string;
  /** The name of the event. */
  readonly event: ChangeEvent;
  readonly taskId: string;
  readonly namespace: string;
  /** The name of the task template. */
  readonly name: string;
  readonly version: string;
  /** Null for a transition of the task itself. */
  readonly stepId: string | null;
}

/** The names of the events that the history contains. */
export const CHANGE_EVENTS = [
  'task.initialize_requested',
  'task.start_requested',
  'task.completed',
  'task.failed',
  'task.retry_requested',
  'task.cancelled',
  'task.resolved_manually',
  'step.execution_requested',
  'step.completed',
  'step.failed',
  'step.retry_requested',
  'step.handed_back',
  'step.cancelled',
  'step.resolved_manually',
  'step.skipped',
] as const satisfies EventName[];

/** One of `CHANGE_EVENTS`. */
export type ChangeEvent = (typeof CHANGE_EVENTS)[number];
