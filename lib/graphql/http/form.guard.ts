import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { OperationTypeNode, type GraphQLResolveInfo } from 'graphql';
import { UnsupportedMediaTypeError } from '../../auth/auth.errors.js';
import { isJsonType } from '../../auth/json.type.js';
import { GRAPHQL_TYPE } from './json.only.js';

interface Request {
  readonly method?: unknown;
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Browsers ask us before they send one of these to another site. */
const PREFLIGHTED = [
  'apollo-require-preflight',
  'x-apollo-operation-name',
  'mercurius-require-preflight',
  'x-mercurius-operation-name',
];

/**
 * A page of another site can post a form with the cookies of its visitor. Our own API takes none, nor does Apollo; but the API of
 * a host on Mercurius does unless told otherwise, and so our mutations look for themselves.
 */
@Injectable()
export class FormGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const [, , shared, { operation }] = context.getArgs<[unknown, unknown, { req?: Request }, GraphQLResolveInfo]>();
    const { req } = shared;
    if (operation.operation === OperationTypeNode.MUTATION && req && couldBeForm(req)) {
      throw new UnsupportedMediaTypeError(typeOf(req));
    }
    return true;
  }
}

function couldBeForm(request: Request): boolean {
  const { method, headers = {} } = request;
  if (method !== 'POST' || PREFLIGHTED.some((name) => name in headers)) return false;
  const type = typeOf(request);
  return !isJsonType(type) && !GRAPHQL_TYPE.test(type);
}

function typeOf({ headers }: Request): string {
  return String(headers?.['content-type'] ?? '');
}
