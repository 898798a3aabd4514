import type { Permission } from '../auth/permissions.js';
import type { ActionInput, ActionResult, By } from '../engine/tasks/task.action.js';
import type { BulkAction } from '../engine/tasks/task.bulk.js';
import type { StartedTask } from '../engine/tasks/task.request.js';
import type { TaskService } from '../engine/tasks/task.service.js';
import type { InputClass } from '../workflow/input.fields.js';
import type { Operation } from './operation.js';

/** The task of an action, and the step if it is about one. */
export interface ActionTarget {
  readonly taskId: string;
  /** Its name or id; empty for an action on a task. */
  readonly step: string;
}

/** An operation that people carry out on a task or a step. Repeating it changes nothing. */
export interface ActionOperation<
  Input extends ActionInput = ActionInput,
  Result = ActionResult | StartedTask,
> extends Operation {
  readonly permission: Permission;
  /** Checked by `TaskService`. */
  readonly input: InputClass<Input>;
  /** Also offered for every task that a filter finds. */
  readonly bulk?: BulkAction;
  /** Answers with a new task instead of what changed. */
  readonly startsTask?: true;
  /** Takes the revision at which the task or step must still be. REST answers with the step. */
  readonly isConditional?: true;
  readonly run: (
    tasks: TaskService,
    target: ActionTarget,
    by: By<Input> & { readonly ifRevision?: string },
  ) => Promise<Result>;
}

/** Who acts, and why, in examples. */
export const BY = { actor: 'ann', reason: 'the bank is back' } as const;

/** Checks the types of an action against each other, and forgets those of its input, so that actions fit into one list. */
export function action<Input extends ActionInput>(declared: ActionOperation<Input>): ActionOperation {
  const { isConditional, example } = declared;
  return {
    ...(declared as unknown as ActionOperation),
    ...(!isConditional && { isInputOptional: true }),
    example: { ...example, ...BY },
  };
}
