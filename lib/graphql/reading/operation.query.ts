import { applyDecorators } from '@nestjs/common';
import { Query, type QueryOptions, type ReturnTypeFunc } from '@nestjs/graphql';
import { Permitted, type Operation } from '../../api/operation.js';

/** Makes a method of a resolver a query that does what an operation of `lib/api` does, with its permissions. */
export function OperationQuery(
  type: ReturnTypeFunc,
  operation: Operation,
  options: QueryOptions = {},
): MethodDecorator {
  return applyDecorators(Query(type, { description: operation.summary, ...options }), Permitted(operation));
}
