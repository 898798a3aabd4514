import type { StepState, TaskState } from '../workflow/states.js';
import type { StepFailure } from '../workflow/step-failure.js';

/** The fields of every event. */
export interface Happening {
  /** When this process received the change, ISO 8601. The stored transition has the time of the database. */
  readonly at: string;
}

/** The task that an event is about. */
export interface TaskPayload extends Happening {
  readonly taskId: string;
  readonly namespace: string;
  /** The name of the task template. */
  readonly name: string;
  readonly version: string;
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

export interface BackoffPayload extends StepPayload {
  /** The wait before the next attempt, in seconds. */
  readonly backoffSeconds: number;
  /** `server_requested` if the handler named the wait, such as that of a `Retry-After` header; else `exponential`. */
  readonly backoffType: 'server_requested' | 'exponential';
  /** When the next attempt is due, by the clock of the database, ISO 8601. */
  readonly retryAt: string;
}

export interface EnqueuedTaskPayload extends TaskPayload {
  /** The time before which no step begins, ISO 8601; null for none. */
  readonly runAt: string | null;
}

/** The worker that an event is about. */
export interface WorkerPayload extends Happening {
  readonly workerId: string;
}

export interface RegisteredWorkerPayload extends WorkerPayload {
  /** The host and the id of the process, such as `app-1:4711`. */
  readonly name: string;
  readonly host: string;
  readonly pid: number;
  /** The version of this package. */
  readonly version: string;
  /** The queues that it serves; null for all. */
  readonly queues: readonly string[] | null;
  readonly concurrency: number;
}

export interface LeaseLostPayload extends WorkerPayload {
  /** The number of running steps that the worker dropped. Other workers take them over. */
  readonly droppedSteps: number;
}

/** A task, and the worker that works on it. */
export interface WorkedTaskPayload extends TaskPayload {
  readonly workerId: string;
}

export interface ClaimedStepsPayload extends WorkedTaskPayload {
  readonly stepIds: readonly string[];
  /** The names of the steps, in the same order. */
  readonly steps: readonly string[];
  readonly stepCount: number;
}

export interface StartedStepsPayload extends WorkerPayload {
  readonly stepCount: number;
}

export interface RecordedStepsPayload extends WorkerPayload {
  /** The number of attempts whose outcome was recorded. */
  readonly processedCount: number;
  readonly successfulCount: number;
  /** The number of attempts that failed, for good or not. */
  readonly failedCount: number;
}

export interface FinalisedTaskPayload extends TaskPayload {
  /** The state in which the task ended. */
  readonly state: TaskState;
}

export interface RequeuedTaskPayload extends TaskPayload {
  /** The names of the steps that will run again. */
  readonly steps: readonly string[];
  readonly reason: 'handed_back' | 'retry_requested' | 'worker_lost';
}

export interface DelayedTaskPayload extends TaskPayload {
  /** The name of the step that waits for its next attempt. */
  readonly step: string;
  readonly reason: 'retry_backoff';
  readonly delaySeconds: number;
  /** When the step is due, by the clock of the database, ISO 8601. */
  readonly scheduledFor: string;
}

export interface ReachedLimitPayload extends WorkerPayload {
  /** The seconds until a rate limit has room again. A place under a concurrency limit may become free earlier. */
  readonly opensInSeconds: number;
}

export interface RefusedTasksPayload extends Happening {
  readonly namespace: string;
  /** The number of unfinished tasks that the namespace may have: the option `backPressure.maxUnfinished`. */
  readonly limit: number;
  /** The number of tasks that were to be started. */
  readonly requested: number;
  /** The seconds after which the request may be repeated; null if it is larger than the limit itself. */
  readonly retryAfterSeconds: number | null;
}

export interface ActionPayload extends Happening {
  /** The name of the action, as in `TaskService`, such as `cancel` or `retryStep`. */
  readonly action: string;
  readonly taskId: string;
  /** The name or id of the step, as it was given; null for an action on the task. */
  readonly step: string | null;
  /** The person or program that acted. */
  readonly actor: string;
  /** False if the task or step was already in the requested state. */
  readonly changed: boolean;
}

export interface RetentionPayload extends Happening {
  /** The number of finished tasks that were removed. */
  readonly removed: number;
  /** Whether they were archived. */
  readonly archived: boolean;
}

export interface RegisteredHandlerPayload extends Happening {
  /** The name by which templates refer to it. */
  readonly handler: string;
  readonly className: string;
}

export interface RegisteredSubscriberPayload extends Happening {
  readonly subscriber: string;
  /** The events and patterns that it listens to. */
  readonly events: readonly string[];
}
