import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { GraphQLResolveInfo } from 'graphql';

/** One execution of an operation. */
export interface Execution {
  /** The HTTP request, which is by convention `context.req`. */
  readonly req: unknown;
  /**
   * Stands for the execution. It is the object of the variables, which each has anew; the context may be shared, by the events of
   * a subscription, the operations of a batch, or where the host gives an object for it.
   */
  readonly key: object;
}

/** The execution that a resolver works for. */
export const CurrentExecution = createParamDecorator((_: unknown, host: ExecutionContext): Execution => {
  const [, , context, info] = host.getArgs<[unknown, unknown, { readonly req?: unknown }, GraphQLResolveInfo]>();
  return { req: context.req, key: info.variableValues };
});
