import { applyDecorators } from '@nestjs/common';
import type { Permission } from '../auth/permissions.js';
import { RequireAlso, RequirePermission } from '../auth/require-permission.decorator.js';
import type { InputClass } from '../workflow/input.fields.js';
import type { JsonObject } from '../workflow/json.js';

export type Verb = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

/** Something that can be asked of the engine from outside, declared once for REST, GraphQL, OpenAPI and `docs/`. */
export interface Operation {
  /** The `operationId` of OpenAPI, and the name of the mutation if there is one. */
  readonly id: string;
  /** Verb and path below the mount path. */
  readonly route: `${Verb} /${string}`;
  /** Null: it is for everybody. */
  readonly permission: Permission | null;
  /** Further permissions that it needs for the same task or step. */
  readonly also?: readonly Permission[];
  /** One sentence for OpenAPI, GraphQL and `docs/`. */
  readonly summary: string;
  /** What a request body or the argument of a mutation consists of. */
  readonly input?: InputClass;
  /** Whether a request may have no body at all. */
  readonly isInputOptional?: boolean;
  /** An input. */
  readonly example?: JsonObject;
  /** Whether another operation has replaced it. */
  readonly isDeprecated?: true;
}

/** A row of a table of operations. */
export function operation(
  id: string,
  route: Operation['route'],
  permission: Permission | null,
  summary: string,
  more: Partial<Omit<Operation, 'id' | 'route' | 'permission' | 'summary'>> = {},
): Operation {
  return { id, route, permission, summary, ...more };
}

/** Asks for the permissions of an operation before a method of a controller or a resolver is called. */
export function Permitted({ permission, also }: Operation): MethodDecorator {
  return applyDecorators(
    ...(permission === null ? [] : [RequirePermission(permission)]),
    ...(also ? [RequireAlso(also)] : []),
  );
}
