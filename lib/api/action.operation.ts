import type { Permission } from '../auth/permissions.js';
import type { ActionInput, ActionResult, By } from '../engine/tasks/task.action.js';
import type { BulkAction } from '../engine/tasks/task.bulk.js';
import type { StartedTask } from '../engine/tasks/task.request.js';
import type { TaskService } from '../engine/tasks/task.service.js';
import type { InputClass } from '../workflow/input.fields.js';
import type { JsonObject } from '../workflow/json.js';

/** The task of an action, and the step if it is about one. */
export interface ActionTarget {
  readonly taskId: string;
  /** Its name or id; empty for an action on a task. */
  readonly step: string;
}

/**
 * Something that people do to a task or a step, declared once. REST routes, GraphQL mutations and the OpenAPI document are made
 * from it, and tests compare the tables in `docs/` with it. Repeating an action changes nothing.
 */
export interface ActionOperation<Input extends ActionInput = ActionInput, Result = ActionResult | StartedTask> {
  /** The name of the mutation, and the `operationId` of OpenAPI. */
  readonly id: string;
  /** Verb and path below the mount path. Null: REST has it as part of another operation. */
  readonly route: `POST /tasks/${string}` | null;
  readonly permission: Permission;
  /** Further permissions that it needs for the same task or step. */
  readonly also?: readonly Permission[];
  /** One sentence for OpenAPI, GraphQL and `docs/`. */
  readonly summary: string;
  /** Checked by `TaskService`. */
  readonly input: InputClass<Input>;
  /** Values for the fields of `input`, as an example. */
  readonly example?: JsonObject;
  /** Also offered for every task that a filter finds. */
  readonly bulk?: BulkAction;
  /** Answers with a new task instead of what changed. */
  readonly startsTask?: true;
  /** Takes the revision at which the task or step must still be. */
  readonly isConditional?: true;
  readonly run: (
    tasks: TaskService,
    target: ActionTarget,
    by: By<Input> & { readonly ifRevision?: string },
  ) => Promise<Result>;
}

/** Checks the types of an action against each other, and forgets those of its input, so that actions fit into one list. */
export function action<Input extends ActionInput>(declared: ActionOperation<Input>): ActionOperation {
  return declared as unknown as ActionOperation;
}
