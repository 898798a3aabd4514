import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { TaskScope } from '../workflow/task.scope.js';
import type { TaskerError } from '../workflow/tasker.error.js';
import type { Access } from './access.js';
import { MissingPermissionError } from './auth.errors.js';
import type { AccessFace } from './authorization-coordinator.contract.js';
import type { Permission } from './permissions.js';

/** The outcome of the guard, for the operation that it let pass. */
export interface Grant {
  readonly access: Access;
  readonly permission: Permission;
  readonly face: AccessFace;
  readonly field: string | null;
  /** The tasks that the operation may be about; null: all. To be given to whatever reads or changes tasks. */
  readonly scope: TaskScope | null;
  /** The task or step that the operation names does not exist for this user; null: it does, or nobody had to look. */
  readonly missing: TaskerError | null;
}

/** By the request or, in GraphQL, by the `info` of the field: one operation may have many fields. */
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

/** Null for a field that is no operation by itself. */
export function findGrant(context: ExecutionContext): Grant | null {
  return grants.get(keyOf(context)) ?? null;
}

/** The grant of the request, for a method of a controller. */
export const Granted = createParamDecorator((_: unknown, context: ExecutionContext): Grant => grantOf(context));

function keyOf(context: ExecutionContext): object {
  const isGraphql = context.getType<string>() === 'graphql';
  return context.getArgByIndex<object>(isGraphql ? 3 : 0);
}
