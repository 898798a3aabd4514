import type { JsonObject, JsonValue } from '../workflow/json.js';
import type { ExecutionStatus, HealthStatus, RecommendedAction } from '../workflow/execution-status.js';
import type { StepState, TaskState } from '../workflow/states.js';
import type { StepErrorCause, StepFailure } from '../workflow/step-failure.js';

/** A task without its parts. Ids are strings; instants are ISO 8601 in UTC. */
export interface TaskOutline {
  readonly id: string;
  readonly namespace: string;
  /** The name of the task template. */
  readonly name: string;
  readonly version: string;
  readonly state: TaskState;
  /** The priority of all steps; null if each step has the priority of its template. */
  readonly priority: number | null;
  readonly initiator: string;
  readonly sourceSystem: string;
  readonly reason: string;
  readonly tags: readonly string[];
  readonly requestedAt: string;
  /** The time before which no step begins; null for none. */
  readonly runAt: string | null;
  /** The time at which unfinished steps fail; null for none. */
  readonly deadlineAt: string | null;
  /** When the task was put on hold; null if it is not on hold. */
  readonly heldAt: string | null;
  /** Whether retention keeps the task. */
  readonly retained: boolean;
  /** The task that this task repeats. */
  readonly rerunOf: string | null;
  /** The names of skippable steps that are skipped when their turn comes. */
  readonly bypassSteps: readonly string[];
  /** The hash that identifies equal requests; null if no other request counts as equal. */
  readonly identityHash: string | null;
  readonly createdAt: string;
  /** When the task reached a final state; null before. */
  readonly completedAt: string | null;
  readonly updatedAt: string;
  /** A text that differs after each change of the task itself. */
  readonly revision: string;
}

/** The stored parts of a task, which are read on request, all of the same instant. */
export interface StoredParts {
  readonly context: JsonObject;
  readonly summary: TaskSummary;
  /**
   * The steps. `TaskReader` returns each after the steps that it depends on, and otherwise in the order of declaration.
   */
  readonly steps: readonly StepDetails[];
  /** The annotations, in the order in which they were added. */
  readonly annotations: readonly AnnotationDetails[];
  /** The transitions of the task and its steps, in the order in which they happened. */
  readonly transitions: readonly TransitionDetails[];
}

export type StoredPart = keyof StoredParts;

/** One task with its steps. */
export interface TaskDetails extends TaskOutline, Pick<StoredParts, 'context' | 'summary' | 'steps'> {}

/** An annotation of a task. */
export interface AnnotationDetails {
  readonly id: string;
  readonly type: string;
  readonly annotation: JsonValue;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A transition of a task or step. */
export interface TransitionDetails {
  /** The name of the step; null for a transition of the task itself. */
  readonly step: string | null;
  readonly from: string;
  readonly to: string;
  /**
   * The number of the attempt that began or ended, counted since the latest reset, without those that were handed back.
   */
  readonly attempt: number | null;
  /** The name of the worker that ran the attempt. */
  readonly worker: string | null;
  /** The person or program that acted; null for the engine. */
  readonly actor: string | null;
  readonly reason: string | null;
  /** The duration of the attempt, or of the task if it completed. */
  readonly durationSeconds: number | null;
  /** The failure of the attempt; null if it did not fail. */
  readonly error: StepFailure | null;
  /** When the next attempt of a failed step is due; null if no attempt follows automatically. */
  readonly retryAt: string | null;
  readonly at: string;
}

/** The numbers of steps of a task, and the status that follows from them. */
export interface TaskSummary {
  readonly executionStatus: ExecutionStatus;
  readonly healthStatus: HealthStatus;
  readonly recommendedAction: RecommendedAction;
  /** From 0 to 100. */
  readonly completionPercentage: number;
  readonly totalSteps: number;
  readonly pendingSteps: number;
  readonly inProgressSteps: number;
  readonly completedSteps: number;
  readonly failedSteps: number;
  readonly cancelledSteps: number;
  readonly readySteps: number;
  /** The number of failed steps that will not be retried automatically. */
  readonly exhaustedRetrySteps: number;
  readonly nextRetryAt: string | null;
}

/** A step of a task. */
export interface StepDetails {
  readonly id: string;
  readonly name: string;
  readonly state: StepState;
  /** The names of the steps that this step depends on. */
  readonly dependsOn: readonly string[];
  readonly attempts: number;
  /** The maximum number of attempts. */
  readonly retryLimit: number;
  readonly retryable: boolean;
  readonly skippable: boolean;
  readonly results: JsonValue;
  /** The error of the latest failed attempt; null once a later attempt succeeded. */
  readonly error: StepErrorDetails | null;
  readonly nextRetryAt: string | null;
  /** When the first attempt began. */
  readonly startedAt: string | null;
  /** When the latest attempt began. */
  readonly lastAttemptedAt: string | null;
  readonly processedAt: string | null;
  /** A text that differs after each change of the step. */
  readonly revision: string;
}

/** The error of a step, without its stack. */
export interface StepErrorDetails extends StepFailure {
  readonly context: JsonObject;
  /** The cause of the error, if there is one. */
  readonly cause?: StepErrorCause;
  /** The first five errors of an `AggregateError`. */
  readonly errors?: readonly StepErrorCause[];
}
