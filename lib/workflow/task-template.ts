import type { BackoffPolicy } from './backoff.js';
import type { JsonObject } from './json.js';

/** A step of a template, with every default filled in. */
export interface StepTemplate {
  readonly name: string;
  readonly description: string;
  readonly dependentSystem: string;
  /** The name that is passed to `@StepHandler`. */
  readonly handler: string;
  /** Passed to the handler unchanged, except that `${VARIABLES}` are replaced in the process that runs the step. */
  readonly handlerConfig: JsonObject;
  /** The names of the steps that this step depends on, in order of declaration, without duplicates. */
  readonly dependsOn: readonly string[];
  readonly retryable: boolean;
  /** The maximum number of attempts, including the first. */
  readonly retryLimit: number;
  readonly skippable: boolean;
  /** An attempt that takes longer is aborted and counts as failed. */
  readonly timeoutSeconds: number;
  readonly backoff: BackoffPolicy;
  readonly queue: string;
  /** Steps of higher priority run first. */
  readonly priority: number;
  /** Whether the handler's database work and the outcome are one transaction. */
  readonly transactional: boolean;
  /** Null for no limits other than the capacity of the workers. */
  readonly limits: StepLimits | null;
  readonly customEvents: readonly CustomEvent[];
}

/**
 * Limits on how many steps of this name run or start at a time, across all processes. At least one of the two is not
 * null.
 */
export interface StepLimits {
  /** The maximum number of steps that run at the same time. */
  readonly concurrency: number | null;
  readonly rate: StartRate | null;
  /**
   * The path of a value in the context. The limits apply to each value separately. Null: they apply to all steps
   * together.
   */
  readonly key: readonly string[] | null;
}

/** At most `count` starts within any period of `seconds`. */
export interface StartRate {
  readonly count: number;
  readonly seconds: number;
}

/** An event of the application that a step may publish. */
export interface CustomEvent {
  readonly name: string;
  readonly description: string;
}

/**
 * The values of a task that must not be shown: JSON paths (RFC 9535) into its documents. They are kept apart from the
 * documents, which have `[redacted]` in their places, and only handlers receive them.
 */
export interface SensitiveData {
  readonly context: readonly string[];
  /** Paths into the results of steps, by the name of the step. */
  readonly results: Readonly<Record<string, readonly string[]>>;
  /** Paths into the errors of steps; see `StepErrorRecord`. */
  readonly errors: readonly string[];
  /** The path of the value in the context that identifies the person whom the task is about. Null for none. */
  readonly subject: string | null;
}

/** A checked, immutable task template, from YAML or TypeScript. */
export interface TaskTemplate {
  readonly namespace: string;
  readonly name: string;
  /** A semantic version, such as `1.2.0`. */
  readonly version: string;
  readonly description: string;
  /** The steps in order of declaration. A task without steps completes at once. */
  readonly steps: readonly StepTemplate[];
  /** The maximum duration of a task, from the time when it may begin. Unfinished steps then fail. Null for no limit. */
  readonly deadlineSeconds: number | null;
  /** JSON Schema of the context; its defaults are written into the stored context. */
  readonly contextSchema: JsonObject | null;
  /** Undefined if the template marks nothing as sensitive. */
  readonly sensitiveData?: SensitiveData;
}

/** The name of a template in messages and logs: `namespace/name@version`. */
export function templateLabel(template: Pick<TaskTemplate, 'namespace' | 'name' | 'version'>): string {
  return `${template.namespace}/${template.name}@${template.version}`;
}
