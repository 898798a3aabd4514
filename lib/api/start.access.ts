import type { TaskScope } from '../workflow/task.scope.js';
import { subjectOfStart } from '../auth/asked.operation.js';
import { ForbiddenError } from '../auth/auth.errors.js';
import type { RequestKey } from './request.key.js';
import type { Grant } from '../auth/grant.js';

/** The fields of a request to start a task that access depends on. */
interface Start {
  readonly namespace?: string;
  readonly name: string;
  readonly version?: string;
  readonly initiator?: string;
  readonly sourceSystem?: string;
  readonly tags?: readonly string[];
}

/**
 * Checks the tasks that a request starts. Their initiator is the user, unless the user has the permission to name
 * another one. A task that the user could not see is refused.
 *
 * @throws ForbiddenError
 */
export async function startsOf<Each extends Start>(starts: readonly Each[], grant: Grant): Promise<readonly Each[]> {
  const { access, permission, scope } = grant;
  const { user } = access;
  for (const start of starts) {
    if (user === null || start.initiator === undefined || start.initiator === user.id) continue;
    await access.require(MAY_NAME, subjectOfStart(start, MAY_NAME, grant));
  }
  const named = user === null ? starts : starts.map((start) => ({ ...start, initiator: start.initiator ?? user.id }));
  if (!named.every((start) => isSeen(start, scope))) throw new ForbiddenError(permission);
  return named;
}

/** The options for starting the tasks of a request. */
interface StartOptions {
  readonly requestKey?: string;
  readonly keyOwner?: string;
  readonly scope: TaskScope | null;
}

/** @param key lets a repetition find the tasks if the process dies between the start and its answer */
export function startOptionsFor({ access: { user }, scope }: Grant, key: RequestKey | null): StartOptions {
  return {
    scope,
    ...(key && { requestKey: JSON.stringify([key.caller, key.key]) }),
    ...(user && { keyOwner: user.id }),
  };
}

const MAY_NAME = 'tasker.task:set_initiator';

/**
 * Whether the user could see the task. Other conditions of the scope, such as those on the context, cannot be checked
 * before the task exists.
 */
function isSeen({ initiator, sourceSystem, tags = [] }: Start, scope: TaskScope | null): boolean {
  return (
    scope === null ||
    ((scope.initiator === undefined || scope.initiator === initiator) &&
      (scope.sourceSystem === undefined || scope.sourceSystem === sourceSystem) &&
      (scope.tags?.every((tag) => tags.includes(tag)) ?? true) &&
      (scope.anyTags?.some((tag) => tags.includes(tag)) ?? true))
  );
}
