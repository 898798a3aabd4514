import { Field, ResolveField, type FieldMiddleware, type FieldOptions, type ReturnTypeFunc } from '@nestjs/graphql';
import { graphqlErrorOf } from '../graphql.error.js';

/** Translates errors: Nest's filters do that for fields only where the host says so. */
export const translating: FieldMiddleware = async (_, next) => {
  try {
    return (await next()) as unknown;
  } catch (error) {
    throw graphqlErrorOf(error);
  }
};

/** A field that is read on demand. */
export const TaskerField = (
  type: ReturnTypeFunc,
  options: FieldOptions = {},
  ...middleware: readonly FieldMiddleware[]
): MethodDecorator => ResolveField(type, { ...options, middleware: [translating, ...middleware] });

/** What a `@Deferred` field holds. */
export type Deferral<Value> = () => Promise<Value | null>;

/** A field over a property that holds a function, which is called when the field is asked for. Null where there is none. */
export function Deferred(type: ReturnTypeFunc, options: FieldOptions = {}): PropertyDecorator {
  const calling: FieldMiddleware = async (_, next) => {
    const deferral = (await next()) as Deferral<unknown> | null | undefined;
    return deferral ? await deferral() : null;
  };
  return Field(type, { ...options, nullable: true, middleware: [translating, calling] });
}
