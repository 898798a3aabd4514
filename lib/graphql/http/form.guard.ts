import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { OperationTypeNode, type GraphQLResolveInfo } from 'graphql';
import { isJsonType } from '../../api/json.type.js';
import { UnsupportedMediaTypeError } from '../../auth/auth.errors.js';
import { isWelcome } from '../subscriptions/socket.request.js';
import { ForeignOriginError } from './foreign-origin.error.js';
import { GRAPHQL_TYPE } from './json.only.js';

interface Request {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** The context that resolvers share. Mercurius adds the request itself, regardless of what the host sets as `req`. */
interface Shared {
  readonly reply?: { readonly request?: unknown };
  /** The request that opened a socket of Mercurius. */
  readonly request?: unknown;
  readonly req?: unknown;
}

/** Browsers send a preflight request before they send one of these to another site. */
const PREFLIGHTED = [
  'apollo-require-preflight',
  'x-apollo-operation-name',
  'mercurius-require-preflight',
  'x-mercurius-operation-name',
];

/**
 * Refuses mutations from forms and WebSockets of other sites, which browsers send with the visitor's cookies. The
 * separate API accepts neither, but the API of a host may.
 */
@Injectable()
export class FormGuard implements CanActivate {
  /** @throws UnsupportedMediaTypeError, ForeignOriginError */
  canActivate(context: ExecutionContext): boolean {
    const [, , shared, { operation }] = context.getArgs<[unknown, unknown, Shared, GraphQLResolveInfo]>();
    if (operation.operation !== OperationTypeNode.MUTATION) return true;
    const request = [shared.reply?.request, shared.request, shared.req].find(isRequest);
    if (request) refuseForeign(request);
    return true;
  }
}

function refuseForeign(request: Request): void {
  const { headers } = request;
  if (headers.upgrade?.toLowerCase() === 'websocket') {
    if (!isWelcome(request, [])) throw new ForeignOriginError(String(headers.origin));
  } else if (couldBeForm(request)) throw new UnsupportedMediaTypeError(typeOf(request));
}

function couldBeForm(request: Request): boolean {
  const { method, headers } = request;
  if (method !== 'POST' || PREFLIGHTED.some((name) => name in headers)) return false;
  const type = typeOf(request);
  return !isJsonType(type) && !GRAPHQL_TYPE.test(type);
}

function typeOf({ headers }: Request): string {
  return headers['content-type'] ?? '';
}

/** A host can put something else into the context. */
function isRequest(value: unknown): value is Request {
  if (typeof value !== 'object' || value === null) return false;
  const { method, headers } = value as Readonly<Record<keyof Request, unknown>>;
  return typeof method === 'string' && typeof headers === 'object' && headers !== null;
}
