import type { JsonObject, JsonValue } from '../../workflow/json.js';
import type { NamedTaskChange } from '../../persistence/operator.gateway.js';
import type { StepChange } from '../../persistence/worker.gateway.js';

/** The person or program that acts, and the reason. Both are stored with the change. */
export interface ActionBy {
  /** At most 128 characters. */
  readonly actor: string;
  /** At most 500 characters. @default none */
  readonly reason?: string;
}

/** The person or program that changes a task or step, the reason, and optionally the revision that is meant. */
export interface ChangeBy extends ActionBy {
  /** Only if the task or step is still at this `revision`. @default in any case */
  readonly ifRevision?: string;
}

/** The person or program that retries, the reason, and how many further attempts to allow. */
export interface RetryBy extends ActionBy {
  /** How many more attempts. @default as many as the step's template allows in all */
  readonly attempts?: number;
}

/** The person or program that resolves a step, the reason, and the results to store. */
export interface ResolveStepBy extends ActionBy {
  /** What the steps that depend on it find as its results. @default null */
  readonly results?: JsonValue;
}

/** The person or program that reruns a task, the reason, and optionally the step to begin with and the version. */
export interface RerunBy extends ActionBy {
  /** The step to begin with: it and what depends on it run again, other finished steps keep their results. @default all run */
  readonly from?: string;
  /** @default that of the task to repeat */
  readonly context?: JsonObject;
  /**
   * Of the template; `latest` for the highest that runs. Results of finished steps are kept under their names.
   * @default that of the task to repeat, whether or not any process still has it loaded
   */
  readonly version?: string;
}

/** The result of an operator action. */
export interface ActionResult {
  /** False: the task or step was already as asked. */
  readonly changed: boolean;
  /** The transitions of steps, in order. */
  readonly steps: readonly StepChange[];
  /** The transitions of the task, in order. */
  readonly tasks: readonly NamedTaskChange[];
}
