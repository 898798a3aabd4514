import type { EntityManager } from 'typeorm';
import type { ContextOf, StepNameOf } from '../../templates/define-task.js';
import type { JsonObject } from '../../workflow/json.js';
import type { TaskState } from '../../workflow/states.js';
import type { TaskScope } from '../../workflow/task.scope.js';

/** A request to start a task. */
export interface StartTaskRequest<Context = JsonObject> {
  /** @default 'default' */
  readonly namespace?: string;
  readonly name: string;
  /** An exact version, or `latest` for the highest release registered in this process. @default '0.1.0' */
  readonly version?: string;
  /** Checked against the template's context schema, whose defaults are added. @default {} */
  readonly context?: Context;
  /** Who asks, at most 128 characters. @default 'unknown' */
  readonly initiator?: string;
  /** @default 'unknown' */
  readonly sourceSystem?: string;
  /** @default 'unknown' */
  readonly reason?: string;
  /** @default [] */
  readonly tags?: readonly string[];
  /** Overrides the priority of all steps of this task; higher runs first. @default the templates' */
  readonly priority?: number;
  /** Skippable steps of the template that are passed over when their turn comes. @default [] */
  readonly bypassSteps?: readonly string[];
  /** Not before this instant; text is ISO 8601. @default at once */
  readonly runAt?: Date | string;
  /** What is unfinished at this instant fails; text is ISO 8601. @default the template's `deadline_seconds`, if any */
  readonly deadlineAt?: Date | string;
  /** Two requests for the same task template with the same key are one task, at most 255 characters. @default none */
  readonly idempotencyKey?: string;
  /** Kept whatever the retention says. @default false */
  readonly retained?: boolean;
}

/**
 * A request to start a task of `defineTask`. The definition supplies the name, the version and the type of the context.
 */
export type DefinedTaskRequest<Task> = ContextPart<ContextOf<Task>> & {
  readonly [Key in Exclude<keyof StartTaskRequest, DefinedKey>]?: StartTaskRequest[Key] | undefined;
} & {
  /** Skippable steps to skip when their turn comes. @default [] */
  readonly bypassSteps?: readonly StepNameOf<Task>[] | undefined;
};

type DefinedKey = 'namespace' | 'name' | 'version' | 'context' | 'bypassSteps';

/** The context may be left out if the task accepts an empty one. */
type ContextPart<Context> = Empty extends Context ? { readonly context?: Context } : { readonly context: Context };

// eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type -- every type without required fields fits it
type Empty = Record<never, never>;

/** The arguments after the definition in `tasks.start(processOrder, request, options)`. */
export type StartArguments<Task> =
  Empty extends ContextOf<Task>
    ? [request?: DefinedTaskRequest<Task>, options?: StartOptions]
    : [request: DefinedTaskRequest<Task>, options?: StartOptions];

/** The transaction to start the task in, and a key for the request. */
export interface StartOptions {
  /**
   * The manager of a transaction of the host's: the task exists exactly if that transaction commits.
   * @default where a library keeps a transaction in the asynchronous context, the `manager` of the data source
   */
  readonly manager?: EntityManager;
  /**
   * Names the request itself: for a day, another one for the same template with this key is answered with the task of the
   * first, unless the request has an `idempotencyKey`. For callers that repeat what they got no answer to. @default none
   */
  readonly requestKey?: string;
  /** For a caller with a scope, no template exists that is not in it. What else the scope says is not asked here. @default every template */
  readonly scope?: TaskScope | null;
  /** Whose the `idempotencyKey` of each request is: the same key of two owners is two keys. @default nobody's */
  readonly keyOwner?: string;
}

/** The answer to a request to start a task. */
export interface StartedTask {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly state: TaskState;
  /** False when the request was the same as an earlier one, whose task this is. */
  readonly created: boolean;
}
