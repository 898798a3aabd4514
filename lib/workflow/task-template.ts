import type { BackoffPolicy } from './backoff.js';
import type { JsonObject } from './json.js';

/** A step of a template, with every default filled in. */
export interface StepTemplate {
  readonly name: string;
  readonly description: string;
  readonly dependentSystem: string;
  /** The name given to `@StepHandler`. */
  readonly handler: string;
  /** Handed to the handler as it stands, with `${VARIABLES}` replaced in the process that runs the step. */
  readonly handlerConfig: JsonObject;
  /** Names of the steps that must be done first, in order of declaration, without repeats. */
  readonly dependsOn: readonly string[];
  readonly retryable: boolean;
  /** Attempts in all, the first included. */
  readonly retryLimit: number;
  readonly skippable: boolean;
  /** A run longer than this is aborted and counts as a failed attempt. */
  readonly timeoutSeconds: number;
  readonly backoff: BackoffPolicy;
  readonly queue: string;
  /** Higher runs first. */
  readonly priority: number;
  /** The handler's database work and the outcome are one transaction. */
  readonly transactional: boolean;
  /** Null: as many as there is room for. */
  readonly limits: StepLimits | null;
  readonly customEvents: readonly CustomEvent[];
}

/** How many steps of one name run or start at a time, over all processes. One of the two is not null. */
export interface StepLimits {
  /** How many run at the same time. */
  readonly concurrency: number | null;
  readonly rate: StartRate | null;
  /** Where in the context the value is that has a limit of its own; null: one limit for all. */
  readonly key: readonly string[] | null;
}

/** At most `count` starts within any span of `seconds`. */
export interface StartRate {
  readonly count: number;
  readonly seconds: number;
}

/** An event of the host that a step may publish. */
export interface CustomEvent {
  readonly name: string;
  readonly description: string;
}

/** A checked, immutable task template, from YAML or TypeScript. */
export interface TaskTemplate {
  readonly namespace: string;
  readonly name: string;
  /** Semantic version, such as `1.2.0`. */
  readonly version: string;
  readonly description: string;
  /** In order of declaration. May be empty: such a task completes at once. */
  readonly steps: readonly StepTemplate[];
  /** Seconds that a task may take, from when it may begin; what is unfinished then fails. Null: any time. */
  readonly deadlineSeconds: number | null;
  /** JSON Schema of the context; its defaults are written into the stored context. */
  readonly contextSchema: JsonObject | null;
}

/** `namespace/name@version`, as messages and logs name a template. */
export function templateLabel(template: Pick<TaskTemplate, 'namespace' | 'name' | 'version'>): string {
  return `${template.namespace}/${template.name}@${template.version}`;
}
