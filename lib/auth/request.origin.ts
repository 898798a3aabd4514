import type { ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { RequestOrigin } from '../options/request.origin.js';
import type { AccessFace } from '../workflow/access/authorization-coordinator.contract.js';
import type { TaskerUser } from '../workflow/access/authenticator.contract.js';
import type { Permission } from '../workflow/access/permissions.js';
import { storableText } from '../workflow/json.check.js';
import { correlationIdOf } from './correlation.js';

/** Names the operation of a method, for the audit log. */
export const NamedOperation = Reflector.createDecorator<string>();

/** The fields of requests of both servers, some of which a socket does not have. */
interface Addressed {
  readonly ip?: unknown;
  readonly socket?: { readonly remoteAddress?: unknown };
}

interface Asked {
  readonly operation: string;
  readonly permission: Permission | null;
  readonly face: AccessFace;
  readonly request: unknown;
  readonly user: TaskerUser | null;
}

export function originOf({ operation, permission, face, request, user }: Asked): RequestOrigin {
  const { method, tokenId, roles } = user ?? ({} as Partial<TaskerUser>);
  return {
    ...{ operation, permission, face },
    actor: user?.id ?? null,
    roles: Array.isArray(roles) ? textsOf(roles) : null,
    method: text(method),
    tokenId: text(tokenId),
    address: addressOf(request),
    correlationId: typeof request === 'object' && request !== null ? correlationIdOf(request) : null,
  };
}

/** The address that the server takes for that of the caller; null if unknown. */
export function addressOf(request: unknown): string | null {
  const { ip, socket } = (request ?? {}) as Addressed;
  return text(ip) ?? text(socket?.remoteAddress);
}

/** The operation of the method that a request calls. */
export function operationNameOf(context: ExecutionContext, reflector: Reflector): string {
  const handler = context.getHandler();
  return reflector.get<string | undefined>(NamedOperation, handler) ?? handler.name;
}

/** Longer texts are cut, because an operation must not fail for the wrong texts of an authenticator. */
const MAX_LENGTH = 256;
const MAX_ROLES = 100;

const text = (value: unknown): string | null => (typeof value === 'string' ? storableText(value, MAX_LENGTH) : null);

const textsOf = (values: readonly unknown[]): readonly string[] =>
  values.slice(0, MAX_ROLES).flatMap((value) => text(value) ?? []);
