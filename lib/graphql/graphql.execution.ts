import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { OperationTypeNode, type GraphQLResolveInfo } from 'graphql';
import { fieldOf } from '../auth/asked.operation.js';
import { MissingPermissionError } from '../auth/auth.errors.js';
import type { AccessFace } from '../workflow/access/authorization-coordinator.contract.js';
import { findGrant, type Grant } from '../auth/grant.js';
import type { Permission } from '../workflow/access/permissions.js';
import { RequirePermission } from '../auth/require-permission.decorator.js';
import type { TaskScope } from '../workflow/task.scope.js';

/** One execution of an operation. */
export interface Execution {
  /** The HTTP request, by convention `context.req`. */
  readonly req: unknown;
  /**
   * Identifies the execution. It is the object of the variables, because each execution has its own. The context may be
   * shared by the events of a subscription, by the operations of a batch, or if the host gives an object for it.
   */
  readonly key: object;
  /** The permission that the field declares; null for a field that shows no more than its parent. */
  readonly permission: Permission | null;
  /** The field, such as `Task.steps`. */
  readonly field: string | null;
  readonly face: AccessFace;
  /** The result of the guard; null for a field that is not an operation. */
  readonly grant: Grant | null;
}

/** The execution in which a resolver is called. */
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
 * The scope of an operation, which must be passed to all readers.
 * @throws MissingPermissionError for a field that is not an operation
 */
export function scopeOf(execution: Execution): TaskScope | null {
  return grantIn(execution).scope;
}

/** @throws MissingPermissionError for a field that is not an operation */
export function grantIn({ grant, field }: Execution): Grant {
  if (!grant) throw new MissingPermissionError([String(field)]);
  return grant;
}

/** False if the guard found that the named task or step does not exist for this user. */
export function isThere({ grant }: Execution): boolean {
  return grant?.missing === null;
}
