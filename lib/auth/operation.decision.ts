import { UnknownStepError, UnknownTaskError } from '../persistence/persistence.errors.js';
import { isWithin, type TaskScope } from '../workflow/task.scope.js';
import type { TaskerError } from '../workflow/tasker.error.js';
import type { Access } from './access.js';
import { kindOf, subjectsOf, type AskedOperation } from './asked.operation.js';
import { ForbiddenError } from './auth.errors.js';
import type { AuthorizationSubject } from '../workflow/access/authorization-coordinator.contract.js';
import { neededByFilter } from './filter.permissions.js';
import type { Permission } from '../workflow/access/permissions.js';

/** An operation as a caller asked for it, with the permissions that its method declares. */
export interface DeclaredOperation {
  readonly asked: AskedOperation;
  readonly permission: Permission;
  /** Further permissions for the same task or step. */
  readonly also: readonly Permission[];
}

/** What is decided about an operation that is permitted. */
export interface OperationDecision {
  /** The tasks that the operation may be about; null: all. */
  readonly scope: TaskScope | null;
  /** The task or step that the operation names does not exist for this user; null: it does, or nobody had to look. */
  readonly missing: TaskerError | null;
}

/** @throws ForbiddenError, InvalidScopeError, and what the coordinator throws */
export async function decide(
  { asked, permission, also }: DeclaredOperation,
  access: Access,
): Promise<OperationDecision> {
  if (!access.decides) return { scope: null, missing: null };
  const subjects = subjectsOf(asked, permission);
  const missing: AuthorizationSubject[] = [];
  for (const subject of subjects) {
    for (const each of [permission, ...also]) {
      if (!(await access.requireNamed(each, asSubjectOf(each, subject)))) missing.push(subject);
    }
  }
  const scope = await access.scope(permission);
  const namesNone = subjects.every(({ id, taskId }) => id === null && taskId === null);
  const ofAll = [...(namesNone ? also : []), ...neededByFilter(asked.filter, permission)];
  for (const each of ofAll) {
    for (const subject of subjects) await access.require(each, asSubjectOf(each, subject));
    if (!isWithin(scope, await access.scope(each))) throw new ForbiddenError(each);
  }
  return { scope, missing: missing[0] ? missingError(missing[0]) : null };
}

/** The subject for a further permission. For the steps of a task, it has the id of the task. */
function asSubjectOf(permission: Permission, subject: AuthorizationSubject): AuthorizationSubject {
  const kind = kindOf(permission);
  return kind === subject.kind ? subject : { ...subject, kind, id: kind === 'task' ? subject.taskId : null };
}

/** The same error as that of the operation itself. */
function missingError({ taskId, id }: AuthorizationSubject): TaskerError {
  return taskId === null ? new UnknownStepError(`There is no step ${id}.`) : new UnknownTaskError(taskId);
}
