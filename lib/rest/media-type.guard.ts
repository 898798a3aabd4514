import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { isJsonType } from '../api/json.type.js';
import { UnsupportedMediaTypeError } from '../auth/auth.errors.js';

export interface TypedRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

const SAFE_METHODS: readonly string[] = ['GET', 'HEAD'];

/** Whether a request changes nothing. */
export const isSafe = ({ method }: Pick<TypedRequest, 'method'>): boolean => SAFE_METHODS.includes(method);

/** Accepts requests that change data only as JSON, or without a `Content-Type`. */
@Injectable()
export class MediaTypeGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const error = mediaTypeError(context.switchToHttp().getRequest<TypedRequest>());
    if (error) throw error;
    return true;
  }
}

/** The error for the `Content-Type`; null if it is accepted. */
export function mediaTypeError(request: TypedRequest): UnsupportedMediaTypeError | null {
  const type = request.headers['content-type'];
  const isWrong = typeof type === 'string' && type !== '' && !isJsonType(type);
  return isWrong && !isSafe(request) ? new UnsupportedMediaTypeError(type) : null;
}
