import type { JsonObject, JsonValue } from '../workflow/json.js';
import type { ExecutionStatus, HealthStatus, RecommendedAction } from '../workflow/execution-status.js';
import type { StepState, TaskState } from '../workflow/states.js';
import type { StepErrorCause, StepFailure } from '../workflow/step-failure.js';

/** A task without its parts. Ids are strings, instants ISO 8601 in UTC. */
export interface TaskOutline {
  readonly id: string;
  readonly namespace: string;
  /** Of the task template. */
  readonly name: string;
  readonly version: string;
  readonly state: TaskState;
  /** Null: each step has the priority of its template. */
  readonly priority: number | null;
  readonly initiator: string;
  readonly sourceSystem: string;
  readonly reason: string;
  readonly tags: readonly string[];
  readonly requestedAt: string;
  /** Its first steps are not due before; null: at once. */
  readonly runAt: string | null;
  /** What is unfinished then fails; null: never. */
  readonly deadlineAt: string | null;
  /** Since when it is on hold; null: it is not. */
  readonly heldAt: string | null;
  /** Kept whatever the retention says. */
  readonly retained: boolean;
  /** The task that this one repeats. */
  readonly rerunOf: string | null;
  /** Skippable steps that are passed over when their turn comes. */
  readonly bypassSteps: readonly string[];
  /** What tells equal requests; null: it is never the same as another. */
  readonly identityHash: string | null;
  readonly createdAt: string;
  /** When it reached a final state. */
  readonly completedAt: string | null;
  readonly updatedAt: string;
  /** Another one after each change of the task itself; see `ChangeBy`. */
  readonly revision: string;
}

/** What belongs to a task and is shown on demand, all of one instant. */
export interface StoredParts {
  readonly context: JsonObject;
  readonly summary: TaskSummary;
  /** From `TaskReader`: dependencies first, and what is free at the same time in the order of its declaration. */
  readonly steps: readonly StepDetails[];
  /** In the order in which they were added. */
  readonly annotations: readonly AnnotationDetails[];
  /** Of the task and its steps, in the order in which they happened. */
  readonly transitions: readonly TransitionDetails[];
}

export type StoredPart = keyof StoredParts;

/** One task with its steps. */
export type TaskDetails = TaskOutline & Pick<StoredParts, 'context' | 'summary' | 'steps'>;

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
  /** Null: of the task itself. */
  readonly step: string | null;
  readonly from: string;
  readonly to: string;
  /** Of the step: which attempt began or ended, counted since the latest reset and without those that were handed back. */
  readonly attempt: number | null;
  /** The name of the worker that ran it. */
  readonly worker: string | null;
  /** Who did it by hand; null: the engine. */
  readonly actor: string | null;
  readonly reason: string | null;
  /** How long the attempt ran, or, where the task completed, how long that took. */
  readonly durationSeconds: number | null;
  /** What the attempt failed with; null: it did not. */
  readonly error: StepFailure | null;
  /** When the next attempt of a failed step is due; null: none follows by itself. */
  readonly retryAt: string | null;
  readonly at: string;
}

/** Counts of the steps of a task, and what follows from them. */
export interface TaskSummary {
  readonly executionStatus: ExecutionStatus;
  readonly healthStatus: HealthStatus;
  readonly recommendedAction: RecommendedAction;
  /** 0 to 100. */
  readonly completionPercentage: number;
  readonly totalSteps: number;
  readonly pendingSteps: number;
  readonly inProgressSteps: number;
  readonly completedSteps: number;
  readonly failedSteps: number;
  readonly cancelledSteps: number;
  readonly readySteps: number;
  /** Failed steps that will not be retried by themselves. */
  readonly exhaustedRetrySteps: number;
  readonly nextRetryAt: string | null;
}

/** A step of a task. */
export interface StepDetails {
  readonly id: string;
  readonly name: string;
  readonly state: StepState;
  /** Names of the steps that must be done first. */
  readonly dependsOn: readonly string[];
  readonly attempts: number;
  /** Attempts allowed in all. */
  readonly retryLimit: number;
  readonly retryable: boolean;
  readonly skippable: boolean;
  readonly results: JsonValue;
  /** What the latest attempt failed with; null once a later one succeeded. */
  readonly error: StepErrorDetails | null;
  readonly nextRetryAt: string | null;
  /** When the first attempt began. */
  readonly startedAt: string | null;
  /** When the latest attempt began. */
  readonly lastAttemptedAt: string | null;
  readonly processedAt: string | null;
  /** Another one after each change of the step; see `ChangeBy`. */
  readonly revision: string;
}

/** The error of a step, without its stack, which describes the host and not the failure. */
export interface StepErrorDetails extends StepFailure {
  readonly context: JsonObject;
  /** What led to it, where there was something. */
  readonly cause?: StepErrorCause;
  /** The first five of what it sums up, where it is an `AggregateError`. */
  readonly errors?: readonly StepErrorCause[];
}
