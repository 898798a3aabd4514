import { Field, ResolveField, type FieldMiddleware, type FieldOptions, type ReturnTypeFunc } from '@nestjs/graphql';
import type { Permission } from '../../auth/permissions.js';
import { graphqlErrorOf } from '../graphql.error.js';

/** Translates errors: Nest's filters do that for fields only where the host says so. */
export const translating: FieldMiddleware<object, { readonly req?: unknown } | undefined> = async (
  { context },
  next,
) => {
  try {
    return (await next()) as unknown;
  } catch (error) {
    throw graphqlErrorOf(error, context?.req);
  }
};

/** A field that is read on demand. */
export const TaskerField = (
  type: ReturnTypeFunc,
  options: FieldOptions = {},
  ...middleware: readonly FieldMiddleware[]
): MethodDecorator => ResolveField(type, { ...options, middleware: [translating, ...middleware] });

/** What a `@Deferred` field holds: reads the value for users who have the permission that the field declares. */
export type Deferral<Value> = (permission: Permission) => Promise<Value | null>;

/** A field over a property that holds a function, which is called when the field is asked for. Null if there is none. */
export function Deferred(type: ReturnTypeFunc, permission: Permission, description: string): PropertyDecorator {
  const calling: FieldMiddleware = async (_, next) => {
    const deferral = (await next()) as Deferral<unknown> | null | undefined;
    return deferral ? await deferral(permission) : null;
  };
  return Field(type, {
    description: `${description} Needs ${permission}.`,
    nullable: true,
    middleware: [translating, calling],
  });
}
