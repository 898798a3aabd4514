import type { Permission } from '../workflow/access/permissions.js';
import type { ActionInput, ActionResult, By } from '../engine/tasks/task.action.js';
import type { BulkAction } from '../engine/tasks/task.bulk.js';
import type { StartedTask } from '../engine/tasks/task.request.js';
import type { TaskService } from '../engine/tasks/task.service.js';
import type { InputClass } from '../workflow/input.fields.js';
import type { TaskScope } from '../workflow/task.scope.js';
import type { Operation } from './operation.js';

/** The task of an action and, for an action on a step, the step. */
export interface ActionTarget {
  readonly taskId: string;
  /** The name or id of the step. Empty for an action on a task. */
  readonly step: string;
}

/** An operation that people carry out on a task or a step. A repetition changes nothing. */
export interface ActionOperation<
  Input extends ActionInput = ActionInput,
  Result = ActionResult | StartedTask,
> extends Operation {
  readonly permission: Permission;
  /** `TaskService` checks the values. */
  readonly input: InputClass<Input>;
  /** The bulk action that does the same for every task that matches a filter. */
  readonly bulk?: BulkAction;
  /** True if the answer is a new task instead of the changes. */
  readonly startsTask?: true;
  /** True if the caller can require a revision of the step. The answer of REST is then the step. */
  readonly isConditional?: true;
  readonly run: (
    tasks: TaskService,
    target: ActionTarget,
    by: By<Input> & { readonly ifRevision?: string },
    /** The scope of the caller. The guard has checked that the task or step is in it. */
    scope: TaskScope | null,
  ) => Promise<Result>;
}

/** The actor and the reason in examples. */
export const BY = { actor: 'ann', reason: 'the bank is back' } as const;

/** Checks the types of an action, and then widens the type of its input, so that all actions fit into one list. */
export function action<Input extends ActionInput>(declared: ActionOperation<Input>): ActionOperation {
  const { isConditional, example } = declared;
  return {
    ...(declared as unknown as ActionOperation),
    ...(!isConditional && { isInputOptional: true }),
    example: { ...example, ...BY },
  };
}
