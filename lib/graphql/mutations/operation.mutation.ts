import { applyDecorators, type Type } from '@nestjs/common';
import { Mutation, type ReturnTypeFunc } from '@nestjs/graphql';
import { Permitted, type Operation } from '../../api/operation.js';
import { CurrentExecution, type Execution } from '../graphql.execution.js';
import { Input } from './mutation.input.js';

/** Makes a method of a resolver the mutation of an operation of `lib/api`: its name, permissions and description. */
export function OperationMutation(payload: ReturnTypeFunc, operation: Operation): MethodDecorator {
  const { id, summary } = operation;
  return applyDecorators(Mutation(payload, { name: id, description: summary }), Permitted(operation));
}

/** The types of a mutation. */
interface MutationTypes<Fields extends object> {
  readonly input: Type<Fields>;
  readonly payload: Type<object>;
}

/** Adds a mutation for the operation to a resolver. It behaves like a method with decorators. */
export function addMutation<Resolver extends object, Fields extends object>(
  resolver: Type<Resolver>,
  operation: Operation,
  { input, payload }: MutationTypes<Fields>,
  carryOut: (resolver: Resolver, input: Fields, execution: Execution) => Promise<object>,
): void {
  const { id } = operation;
  const { prototype } = resolver as { readonly prototype: object };
  const method = function (this: Resolver, fields: Fields, execution: Execution): Promise<object> {
    return carryOut(this, fields, execution);
  };
  Object.defineProperty(method, 'name', { value: id });
  Object.defineProperty(prototype, id, { value: method, writable: true, configurable: true });
  Reflect.defineMetadata('design:paramtypes', [Object, Object], prototype, id);
  const descriptor = Object.getOwnPropertyDescriptor(prototype, id)!;
  OperationMutation(() => payload, operation)(prototype, id, descriptor);
  Input(() => input)(prototype, id, 0);
  CurrentExecution()(prototype, id, 1);
}

/** The prefix of the names of a mutation's types: `CancelTask` for `cancelTask`. */
export function typePrefix(id: string): string {
  return id.charAt(0).toUpperCase() + id.slice(1);
}
