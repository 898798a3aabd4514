import type { JsonObject, JsonValue } from '../workflow/json.js';
import type { StepState, TaskState } from '../workflow/states.js';
import type { StepTemplate } from '../workflow/task-template.js';

/**
 * The contract of a task handler: a provider class marked with `@TaskHandler({ name })`. It has at least one of these members.
 * One instance serves all tasks at once.
 */
export interface TaskHandlerContract<Context = JsonObject> {
  /** JSON Schema of the context, instead of the template's own. Read once, at start. */
  readonly schema?: JsonObject;

  /**
   * Requests of this template for which it answers the same text are one task; null: never the same as another. Not asked
   * when the caller gives an idempotency key; asked instead of the option `identity.strategy`.
   */
  identify?(request: IdentifiedRequest<Context>): string | null;

  /**
   * Changes the steps of one task, once, before anything of it is stored. What it throws refuses the request. Look up what
   * it has to know before the task is started, and give it in the context.
   */
  establishStepDependenciesAndDefaults?(
    task: RequestedTask<Context>,
    steps: readonly StepTemplate[],
  ): readonly StepTailoring[];

  /**
   * Answers what is to be noted of a task that has come to an end. Each end of a task is noted exactly once, also when this
   * had to be called again; it is called again when it throws, or does not answer within half a minute.
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
  /** Null: each step has the priority of its template. */
  readonly priority: number | null;
}

/** How a step of one task differs from its template. What is left out stays. */
export interface StepTailoring {
  /** Its name. */
  readonly step: string;
  /** Attempts in all, the first included. */
  readonly retryLimit?: number;
  readonly retryable?: boolean;
  /** Names of steps that must be done first, beside those of the template. */
  readonly alsoDependsOn?: readonly string[];
}

/** A task that has ended, as a task handler sees it. */
export interface EndedTask<Context = JsonObject> {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  /** How it ended. An operator may have let a failed task go on since. */
  readonly state: Extract<TaskState, 'complete' | 'error' | 'cancelled' | 'resolved_manually'>;
  /** When. */
  readonly endedAt: Date;
  readonly context: Context;
  readonly initiator: string;
  readonly sourceSystem: string;
  readonly reason: string;
  readonly tags: readonly string[];
}

/** A step of an ended task, as a task handler sees it. */
export interface EndedStep {
  readonly id: string;
  readonly name: string;
  readonly state: StepState;
  readonly dependsOn: readonly string[];
  readonly attempts: number;
  readonly retryLimit: number;
  /** Null before it is done. */
  readonly results: JsonValue;
  /** What the latest attempt failed with; null once a later one succeeded. */
  readonly error: { readonly message: string; readonly code: string | null; readonly class: string } | null;
}

/** An annotation to store with a task. */
export interface NewAnnotation {
  /** At most 64 characters; becomes known with its first use. */
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
