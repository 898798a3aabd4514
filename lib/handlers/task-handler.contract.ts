import type { JsonObject, JsonValue } from '../workflow/json.js';
import type { StepState, TaskState } from '../workflow/states.js';
import type { StepTemplate } from '../workflow/task-template.js';

/**
 * The contract of a task handler: a provider class marked with `@TaskHandler({ name })`. It has at least one of these members.
 * One instance serves all tasks at once.
 */
export interface TaskHandlerContract<Context = JsonObject> {
  /** A JSON Schema of the context that replaces the template's own. Read once, at start. */
  readonly schema?: JsonObject;

  /**
   * Returns a text that identifies a request: requests of this template with the same text start one task. With null, a
   * request is never equal to another. Replaces the option `identity.strategy`, and is not called if the caller gives
   * an idempotency key.
   */
  identify?(request: IdentifiedRequest<Context>): string | null;

  /**
   * Changes the steps of a new task. Called once, before anything is stored; an error refuses the request. It is
   * synchronous, so look up the data that it needs before you start the task, and pass it in the context.
   */
  establishStepDependenciesAndDefaults?(
    task: RequestedTask<Context>,
    steps: readonly StepTemplate[],
  ): readonly StepTailoring[];

  /**
   * Called when a task ends; returns the annotations to store. It is called again if it throws or does not return
   * within half a minute, but the annotations of each end are stored exactly once.
   */
  updateAnnotations?(
    task: EndedTask<Context>,
    steps: readonly EndedStep[],
  ): readonly NewAnnotation[] | Promise<readonly NewAnnotation[]>;
}

/** A complete request to start a task, with a checked context that includes the defaults of its schema. */
export interface IdentifiedRequest<Context = JsonObject> {
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly context: Context;
  readonly initiator: string;
  readonly sourceSystem: string;
  readonly reason: string;
  readonly bypassSteps: readonly string[];
}

/** A task that is about to be created. */
export interface RequestedTask<Context = JsonObject> extends IdentifiedRequest<Context> {
  readonly tags: readonly string[];
  /** The priority of all steps; null if each step has the priority of its template. */
  readonly priority: number | null;
}

/** The differences between a step of one task and its template. Omitted fields stay as they are. */
export interface StepTailoring {
  /** The name of the step. */
  readonly step: string;
  /** The maximum number of attempts, including the first. */
  readonly retryLimit?: number;
  readonly retryable?: boolean;
  /** The names of further steps that the step depends on, in addition to those of the template. */
  readonly alsoDependsOn?: readonly string[];
}

/** A task that has ended, as a task handler receives it. */
export interface EndedTask<Context = JsonObject> {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  /** The state in which the task ended. An operator may have restarted a failed task since then. */
  readonly state: Extract<TaskState, 'complete' | 'error' | 'cancelled' | 'resolved_manually'>;
  /** The time of the end. */
  readonly endedAt: Date;
  readonly context: Context;
  readonly initiator: string;
  readonly sourceSystem: string;
  readonly reason: string;
  readonly tags: readonly string[];
}

/** A step of an ended task, as a task handler receives it. */
export interface EndedStep {
  readonly id: string;
  readonly name: string;
  readonly state: StepState;
  readonly dependsOn: readonly string[];
  readonly attempts: number;
  readonly retryLimit: number;
  /** The results of the step; null if it is not done. */
  readonly results: JsonValue;
  /** The error of the latest failed attempt; null once a later attempt succeeded. */
  readonly error: { readonly message: string; readonly code: string | null; readonly class: string } | null;
}

/** An annotation to store with a task. */
export interface NewAnnotation {
  /** A name of at most 64 characters. The type is created with its first use. */
  readonly type: string;
  readonly annotation: JsonValue;
}

/** The members that a task handler may have. */
export const TASK_HANDLER_MEMBERS = [
  'schema',
  'identify',
  'establishStepDependenciesAndDefaults',
  'updateAnnotations',
] as const satisfies readonly (keyof TaskHandlerContract)[];

export type TaskHandlerMember = (typeof TASK_HANDLER_MEMBERS)[number];
