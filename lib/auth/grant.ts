import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { TaskScope } from '../workflow/task.scope.js';
import type { TaskerError } from '../workflow/tasker.error.js';
import type { Access } from './access.js';
import { MissingPermissionError } from './auth.errors.js';
import type { AccessFace } from '../workflow/access/authorization-coordinator.contract.js';
import type { Permission } from '../workflow/access/permissions.js';

/** The result of the guard, for the operation that it permitted. */
export interface Grant {
  readonly access: Access;
  readonly permission: Permission;
  readonly face: AccessFace;
  readonly field: string | null;
  /** The tasks that the operation may read or change; null for all. Must be passed to every service that does so. */
  readonly scope: TaskScope | null;
  /** The error if the named task or step does not exist for this user; null if it does, or if no lookup was needed. */
  readonly missing: TaskerError | null;
  /**
   * The same decision as it is now, for an operation that lasts. Its user is authenticated once more.
   * @throws UnauthenticatedError, ForbiddenError, UnknownTaskError, UnknownStepError, and whatever kept somebody from deciding
   */
  readonly renew: () => Promise<Grant>;
}

/** By request or, in GraphQL, by the `info` of the field, because one operation may have many fields. */
const grants = new WeakMap<object, Grant>();

export function rememberGrant(context: ExecutionContext, grant: Grant): void {
  grants.set(keyOf(context), grant);
}

/** @throws MissingPermissionError */
export function grantOf(context: ExecutionContext): Grant {
  const grant = findGrant(context);
  if (!grant) throw new MissingPermissionError([`${context.getClass().name}.${context.getHandler().name}`]);
  return grant;
}

/** Null for a field that is not an operation. */
export function findGrant(context: ExecutionContext): Grant | null {
  return grants.get(keyOf(context)) ?? null;
}

/** The grant of the request, for a method of a controller. */
export const Granted = createParamDecorator((_: unknown, context: ExecutionContext): Grant => grantOf(context));

function keyOf(context: ExecutionContext): object {
  const isGraphql = context.getType<string>() === 'graphql';
  return context.getArgByIndex<object>(isGraphql ? 3 : 0);
}
