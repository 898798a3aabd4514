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
  /**
   * The input of the workflow. It is checked against the template's context schema, whose defaults are added.
   * @default {}
   */
  readonly context?: Context;
  /** The person or program that starts the task, at most 128 characters. @default 'unknown' */
  readonly initiator?: string;
  /** @default 'unknown' */
  readonly sourceSystem?: string;
  /** @default 'unknown' */
  readonly reason?: string;
  /** @default [] */
  readonly tags?: readonly string[];
  /** Overrides the priority of all steps of this task. Steps of higher priority run first. @default the templates' */
  readonly priority?: number;
  /** The names of skippable steps to skip when their turn comes. @default [] */
  readonly bypassSteps?: readonly string[];
  /** The time before which no step begins; text is ISO 8601. @default at once */
  readonly runAt?: Date | string;
  /** The time at which unfinished steps fail; text is ISO 8601. @default the template's `deadline_seconds`, if any */
  readonly deadlineAt?: Date | string;
  /** Requests for the same task template with the same key start one task. At most 255 characters. @default none */
  readonly idempotencyKey?: string;
  /** Whether the task is kept regardless of the option `retention`. @default false */
  readonly retained?: boolean;
}

/**
 * A request to start a task of `defineTask`. The definition has the name, the version and the type of the context.
 */
export type DefinedTaskRequest<Task> = ContextPart<ContextOf<Task>> & {
  readonly [Key in Exclude<keyof StartTaskRequest, DefinedKey>]?: StartTaskRequest[Key] | undefined;
} & {
  /** The names of skippable steps to skip when their turn comes. @default [] */
  readonly bypassSteps?: readonly StepNameOf<Task>[] | undefined;
};

type DefinedKey = 'namespace' | 'name' | 'version' | 'context' | 'bypassSteps';

/** The context may be omitted if the task accepts an empty one. */
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
   * The manager of a transaction of the host. The task exists exactly if that transaction commits.
   * @default the `manager` of the data source, if a library keeps a transaction in the asynchronous context
   */
  readonly manager?: EntityManager;
  /**
   * A key for the request itself, for callers that repeat a request without an answer. For a day, a further request for
   * the same template with this key returns the task of the first. Ignored if the request has an `idempotencyKey`.
   * @default none
   */
  readonly requestKey?: string;
  /**
   * The scope of the caller. Templates out of scope do not exist; conditions on tasks are ignored.
   * @default all templates
   */
  readonly scope?: TaskScope | null;
  /**
   * The owner of the `idempotencyKey` of each request. The same key of two owners counts as two keys.
   * @default no owner
   */
  readonly keyOwner?: string;
}

/** The answer to a request to start a task. */
export interface StartedTask {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly state: TaskState;
  /** False if the request equalled an earlier one, whose task this is. */
  readonly created: boolean;
}
