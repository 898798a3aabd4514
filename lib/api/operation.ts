import { applyDecorators } from '@nestjs/common';
import type { Permission } from '../workflow/access/permissions.js';
import { CanBeOpen } from '../auth/open-route.guard.js';
import { NamedOperation } from '../auth/request.origin.js';
import { RequireAlso, RequirePermission } from '../auth/require-permission.decorator.js';
import type { OpenRoute } from '../options/auth.options.js';
import type { InputClass } from '../workflow/input.fields.js';
import type { JsonObject } from '../workflow/json.js';
import { Requested } from './requested.operation.js';

export type Verb = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

/** An operation of the engine that clients can call, declared once for REST, GraphQL, OpenAPI and `docs/`. */
export interface Operation {
  /** The `operationId` of OpenAPI, and the name of the mutation if there is one. */
  readonly id: string;
  /** Verb and path below the mount path. */
  readonly route: `${Verb} /${string}`;
  /** Null if everybody may call the operation. */
  readonly permission: Permission | null;
  /** Further permissions that the operation needs for the same task or step. */
  readonly also?: readonly Permission[];
  /** One sentence for OpenAPI, GraphQL and `docs/`. */
  readonly summary: string;
  /** The fields of the request body, and of the argument of the mutation. */
  readonly input?: InputClass;
  /** Whether the body of a request may be omitted. */
  readonly isInputOptional?: boolean;
  /** An example of the input. */
  readonly example?: JsonObject;
  /** The route needs no user if the option `auth.open` has this name. */
  readonly openAs?: OpenRoute;
  /** True if the answer has a secret. It is not stored for repetitions, or kept by caches. */
  readonly answersSecret?: true;
  /** True if another operation has replaced this one. */
  readonly isDeprecated?: true;
}

/** Declares an operation in one row. */
export function operation(
  id: string,
  route: Operation['route'],
  permission: Permission | null,
  summary: string,
  more: Partial<Omit<Operation, 'id' | 'route' | 'permission' | 'summary'>> = {},
): Operation {
  return { id, route, permission, summary, ...more };
}

/** Requires the permissions of an operation for a method of a controller or a resolver. */
export function Permitted({ id, route, permission, also, openAs }: Operation): MethodDecorator {
  return applyDecorators(
    NamedOperation(id),
    ...(route.startsWith('GET ') ? [] : [Requested(id, permission)]),
    ...(permission === null ? [] : [RequirePermission(permission)]),
    ...(also ? [RequireAlso(also)] : []),
    ...(openAs ? [CanBeOpen(openAs)] : []),
  );
}
