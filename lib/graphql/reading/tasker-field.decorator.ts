import { applyDecorators } from '@nestjs/common';
import { Field, ResolveField, type FieldMiddleware, type FieldOptions, type ReturnTypeFunc } from '@nestjs/graphql';
import type { Permission } from '../../workflow/access/permissions.js';
import { NeedsNoPermission, RequirePermission } from '../../auth/require-permission.decorator.js';
import { graphqlErrorOf } from '../graphql.error.js';

/** Translates errors, because Nest's filters do so for fields only if the host enables it. */
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

/**
 * A field that is read on request.
 * @param needs the permission; null for a field that shows no more than its parent, so that seeing the parent is enough
 */
export function PermittedField(
  type: ReturnTypeFunc,
  needs: Permission | null,
  { description, ...options }: FieldOptions = {},
  ...middleware: readonly FieldMiddleware[]
): MethodDecorator {
  const text = [description, needs && `Needs ${needs}.`].filter(Boolean).join(' ');
  return applyDecorators(
    ResolveField(type, { ...options, ...(text && { description: text }), middleware: [translating, ...middleware] }),
    needs ? RequirePermission(needs) : NeedsNoPermission(),
  );
}

/**
 * The value of a `@Deferred` field: a function that reads the value for users with the permission that the field
 * declares.
 */
export type Deferral<Value> = (permission: Permission) => Promise<Value | null>;

/** A field for a property with a function, which is called when the field is requested. Null if there is none. */
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
