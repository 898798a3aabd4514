import type { BackoffPolicy } from './backoff.js';
import type { JsonObject } from './json.js';

/** One step of a template, complete: every default is filled in. */
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
  readonly customEvents: readonly CustomEvent[];
}

/** An event of the host's own that a step may publish. */
export interface CustomEvent {
  readonly name: string;
  readonly description: string;
}

/** A validated, immutable task template; YAML and TypeScript both end here. */
export interface TaskTemplate {
  readonly namespace: string;
  readonly name: string;
  /** Semantic version, such as `1.2.0`. */
  readonly version: string;
  readonly description: string;
  /** In order of declaration. May be empty: such a task completes at once. */
  readonly steps: readonly StepTemplate[];
  /** JSON Schema of the context; its defaults are written into the stored context. */
  readonly contextSchema: JsonObject | null;
}

/** `namespace/name@version`, as messages and logs name a template. */
export function templateLabel(template: Pick<TaskTemplate, 'namespace' | 'name' | 'version'>): string {
  return `${template.namespace}/${template.name}@${template.version}`;
}
