import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { OperationTypeNode, type GraphQLResolveInfo } from 'graphql';
import { fieldOf } from '../auth/asked.operation.js';
import { MissingPermissionError } from '../auth/auth.errors.js';
import type { AccessFace } from '../auth/authorization-coordinator.contract.js';
import { findGrant, type Grant } from '../auth/grant.js';
import type { Permission } from '../auth/permissions.js';
import { RequirePermission } from '../auth/require-permission.decorator.js';
import type { TaskScope } from '../workflow/task.scope.js';

/** One execution of an operation. */
export interface Execution {
  /** The HTTP request, which is by convention `context.req`. */
  readonly req: unknown;
  /**
   * Stands for the execution. It is the object of the variables, which each has anew; the context may be shared, by the events of
   * a subscription, the operations of a batch, or where the host gives an object for it.
   */
  readonly key: object;
  /** Of the field: the permission that it declares; null for one that shows no more than its parent. */
  readonly permission: Permission | null;
  /** Of the field, such as `Task.steps`. */
  readonly field: string | null;
  readonly face: AccessFace;
  /** What the guard decided; null for a field that is no operation by itself. */
  readonly grant: Grant | null;
}

/** The execution that a resolver works for. */
export const CurrentExecution = createParamDecorator((_: unknown, host: ExecutionContext): Execution => {
  const [, , context, info] = host.getArgs<[unknown, unknown, { readonly req?: unknown }, GraphQLResolveInfo]>();
  return {
    req: context.req,
    key: info.variableValues,
    permission: declaredBy(host.getHandler()),
    field: fieldOf(info),
    face: info.operation.operation === OperationTypeNode.SUBSCRIPTION ? 'subscription' : 'graphql',
    grant: findGrant(host),
  };
});

const reflector = new Reflector();

function declaredBy(handler: ReturnType<ExecutionContext['getHandler']>): Permission | null {
  return reflector.get<Permission | undefined>(RequirePermission.KEY, handler) ?? null;
}

/**
 * The scope of an operation, which whatever it reads must be given.
 * @throws MissingPermissionError for a field that is no operation by itself
 */
export function scopeOf(execution: Execution): TaskScope | null {
  return grantIn(execution).scope;
}

/** @throws MissingPermissionError for a field that is no operation by itself */
export function grantIn({ grant, field }: Execution): Grant {
  if (!grant) throw new MissingPermissionError([String(field)]);
  return grant;
}

/** Whether the task or step that the operation names exists for this user, as far as the guard had to look. */
export function isThere({ grant }: Execution): boolean {
  return grant?.missing === null;
}
