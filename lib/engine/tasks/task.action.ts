import type { TaskChanges, TaskTransition } from '../../persistence/operator.gateway.js';
import type { StepTransition } from '../../persistence/worker.gateway.js';
import { Input, RequiredInput } from '../../workflow/input.fields.js';
import { count, flag, json, object, orNull, priority, stepReference, text, texts } from '../../workflow/input.kinds.js';
import type { JsonObject, JsonValue } from '../../workflow/json.js';

const MAX_ATTEMPTS = 32_767;
const MAX_REASON_LENGTH = 500;

/** The input of an action without further parameters. */
export class ActionInput {
  @Input(text(), 'The person or program that acts. Give it only if the host does not authenticate users.')
  readonly actor?: string;

  @Input(text(MAX_REASON_LENGTH), 'The reason of the action, which is stored with the changes.')
  readonly reason?: string;
}

export class RetryInput extends ActionInput {
  @Input(count(1, MAX_ATTEMPTS), 'The number of further attempts. If omitted, as many as the template allows.')
  readonly attempts?: number;
}

export class ResolveStepInput extends ActionInput {
  @Input(json, 'The results to store for the step; the steps that depend on it receive them. Null if omitted.')
  readonly results?: JsonValue;
}

export class RerunInput extends ActionInput {
  @Input(
    stepReference,
    'The name or id of the step to begin with. This step and all steps that depend on it run again; other finished steps keep their results. If omitted, all steps run.',
  )
  readonly from?: string;

  @Input(object(), 'The context of the new task. If omitted, the context of the original task.')
  readonly context?: JsonObject;

  @Input(
    text(128, 1),
    'The version of the template: an exact version or `latest`. If omitted, the version of the original task, even if no process has loaded it.',
  )
  readonly version?: string;
}

export class ChangeRetryLimitInput extends ActionInput {
  @RequiredInput(count(1, MAX_ATTEMPTS), 'The maximum number of attempts of the step in total.')
  readonly retryLimit!: number;
}

/** Omitted fields stay as they are. */
export class ChangeTaskInput implements TaskChanges {
  @Input(orNull(priority), 'Steps of higher priority run first. Null gives each step the priority of its template.')
  readonly priority?: number | null;

  @Input(texts, 'Replaces all tags of the task.')
  readonly tags?: readonly string[];

  @Input(text(), 'The reason of the task.')
  readonly reason?: string;

  @Input(flag, 'Whether retention keeps the task.')
  readonly retained?: boolean;
}

/** The input of an action, and the person or program that acts. */
export type By<Action extends ActionInput> = Action & {
  /** The person or program that acts, at most 128 characters. */
  readonly actor: string;
};

/** The person or program that acts, and the reason. Both are stored with the change. */
export type ActionBy = By<ActionInput>;

/** The person or program that retries, the reason, and how many further attempts to allow. */
export type RetryBy = By<RetryInput>;

/** The person or program that resolves a step, the reason, and the results to store. */
export type ResolveStepBy = By<ResolveStepInput>;

/** The person or program that reruns a task, the reason, and optionally the step to begin with, a context and the version. */
export type RerunBy = By<RerunInput>;

/** The person or program that changes a task or step, the reason, and optionally the revision that is meant. */
export interface ChangeBy extends ActionBy {
  /** Makes the change only if the task or step still has this `revision`. @default the change is made in any case */
  readonly ifRevision?: string;
}

/** The effect of an action. */
export interface ActionResult {
  /** False if the task or step was already in the requested state. */
  readonly changed: boolean;
  /** The transitions of steps, in the order in which they happened. */
  readonly steps: readonly StepTransition[];
  /** The transitions of the task, in the order in which they happened. */
  readonly tasks: readonly TaskTransition[];
}
