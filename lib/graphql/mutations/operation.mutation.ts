import type { Type } from '@nestjs/common';
import { Mutation } from '@nestjs/graphql';
import type { Permission } from '../../auth/permissions.js';
import { RequireAlso, RequirePermission } from '../../auth/require-permission.decorator.js';
import { CurrentExecution, type Execution } from '../graphql.execution.js';
import { Input } from './mutation.input.js';

/** The part of an operation of `lib/api` that makes it a mutation. */
export interface MutatingOperation<Fields extends object> {
  readonly id: string;
  readonly permission: Permission;
  readonly also?: readonly Permission[];
  readonly summary: string;
  readonly input: Type<Fields>;
  readonly payload: Type<object>;
}

/** Adds a method to a resolver that carries out the mutation, as one with decorators would. */
export function addMutation<Resolver extends object, Fields extends object>(
  resolver: Type<Resolver>,
  { id, permission, also, summary, input, payload }: MutatingOperation<Fields>,
  carryOut: (resolver: Resolver, input: Fields, execution: Execution) => Promise<object>,
): void {
  const { prototype } = resolver as { readonly prototype: object };
  const method = function (this: Resolver, fields: Fields, execution: Execution): Promise<object> {
    return carryOut(this, fields, execution);
  };
  Object.defineProperty(method, 'name', { value: id });
  Object.defineProperty(prototype, id, { value: method, writable: true, configurable: true });
  Reflect.defineMetadata('design:paramtypes', [Object, Object], prototype, id);
  const descriptor = Object.getOwnPropertyDescriptor(prototype, id)!;
  Mutation(() => payload, { name: id, description: summary })(prototype, id, descriptor);
  RequirePermission(permission)(prototype, id, descriptor);
  if (also) RequireAlso(also)(prototype, id, descriptor);
  Input(() => input)(prototype, id, 0);
  CurrentExecution()(prototype, id, 1);
}

/** `CancelTask` of `cancelTask`, with which the names of its types begin. */
export function typePrefix(id: string): string {
  return id.charAt(0).toUpperCase() + id.slice(1);
}
