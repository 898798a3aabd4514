import type { JsonObject, JsonValue } from '../../workflow/json.js';
import type { NamedTaskChange } from '../../persistence/operator.gateway.js';
import type { StepChange } from '../../persistence/worker.gateway.js';

/** Who acts, and why; both are kept with what changes. */
export interface ActionBy {
  /** At most 128 characters. */
  readonly actor: string;
  /** At most 500 characters. @default none */
  readonly reason?: string;
}

export interface ChangeBy extends ActionBy {
  /** Only if the task or step is still at this `revision`. @default in any case */
  readonly ifRevision?: string;
}

export interface RetryBy extends ActionBy {
  /** How many more attempts. @default as many as the step's template allows in all */
  readonly attempts?: number;
}

export interface ResolveStepBy extends ActionBy {
  /** What the steps that depend on it find as its results. @default null */
  readonly results?: JsonValue;
}

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

/** What an operator action did. */
export interface ActionResult {
  /** False: the task or step was already as asked. */
  readonly changed: boolean;
  /** The transitions of steps, in order. */
  readonly steps: readonly StepChange[];
  /** The transitions of the task, in order. */
  readonly tasks: readonly NamedTaskChange[];
}
