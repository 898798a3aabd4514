import type { TaskScope } from '../workflow/task.scope.js';
import { subjectOfStart } from './asked.operation.js';
import { ForbiddenError } from './auth.errors.js';
import type { RequestKey } from './caller.js';
import type { Grant } from './grant.js';

/** What a request says of a task that is to be started. */
interface Start {
  readonly namespace?: string;
  readonly name: string;
  readonly version?: string;
  readonly initiator?: string;
  readonly sourceSystem?: string;
  readonly tags?: readonly string[];
}

/**
 * The tasks that a request starts. Their initiator is the user who asks; to name another one takes a permission of its own.
 * A task that its own starter would not see is refused.
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

/** How the tasks of a request are to be started. */
interface StartOptions {
  readonly requestKey?: string;
  readonly keyOwner?: string;
  readonly scope: TaskScope | null;
}

/** @param key should the process die between the start and its answer, a repetition with it finds what was started */
export function startOptionsFor({ access: { user }, scope }: Grant, key: RequestKey | null): StartOptions {
  return {
    scope,
    ...(key && { requestKey: JSON.stringify([key.caller, key.key]) }),
    ...(user && { keyOwner: user.id }),
  };
}

const MAY_NAME = 'tasker.task:set_initiator';

/** What else a scope may ask for, such as something in the context, cannot be looked at before there is a task. */
function isSeen({ initiator, sourceSystem, tags = [] }: Start, scope: TaskScope | null): boolean {
  return (
    scope === null ||
    ((scope.initiator === undefined || scope.initiator === initiator) &&
      (scope.sourceSystem === undefined || scope.sourceSystem === sourceSystem) &&
      (scope.tags?.every((tag) => tags.includes(tag)) ?? true) &&
      (scope.anyTags?.some((tag) => tags.includes(tag)) ?? true))
  );
}
