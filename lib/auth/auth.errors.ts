import { HttpException } from '@nestjs/common';
import { OutageError } from '../workflow/outage.error.js';
import { inLines } from '../workflow/sentence.js';
import { TaskerError, type Problem } from '../workflow/tasker.error.js';
import type { Permission } from '../workflow/access/permissions.js';

/** The authentication scheme if the authenticator does not name one. */
export const DEFAULT_SCHEME = 'Bearer';

export class UnauthenticatedError extends TaskerError {
  readonly code = 'TASKER_UNAUTHENTICATED';
  override readonly httpStatus = 401;

  /** @param scheme the authentication scheme for `WWW-Authenticate` */
  constructor(readonly scheme: string = DEFAULT_SCHEME) {
    super('The request is not authenticated.');
  }
}

/** Whether an error of the package or the host means that the caller is not authenticated. */
export function isUnauthenticated(error: unknown): boolean {
  const status = error instanceof HttpException ? error.getStatus() : error instanceof TaskerError && error.httpStatus;
  return status === 401;
}

/**
 * The service that knows the users or their permissions is out of order. Throw it in an authenticator or a coordinator:
 * the request is refused with status 503, and not as if its credentials were wrong.
 */
export class AuthUnavailableError extends OutageError {
  readonly code = 'TASKER_AUTH_UNAVAILABLE';

  /** @param reason for the log, without a full stop; callers do not get it */
  constructor(
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super('The user cannot be identified at the moment, because another service is unavailable.', options);
    this.hide('reason');
  }
}

/** The process runs in production, and nothing says who may use the API. Only health checks are answered. */
export class ApiClosedError extends TaskerError {
  readonly code = 'TASKER_API_CLOSED';
  override readonly httpStatus = 403;

  constructor() {
    super('The API is closed until the application says who may use it.');
  }
}

/** The authenticator returned an invalid user. The request is refused, because without an id, actions have no actor. */
export class InvalidUserError extends TaskerError {
  readonly code = 'TASKER_INVALID_USER';

  constructor(fault: string) {
    super(`The authenticator returned a user that cannot be used: ${fault}. Return null for a request without a user.`);
  }
}

export class ForbiddenError extends TaskerError {
  readonly code = 'TASKER_FORBIDDEN';
  override readonly httpStatus = 403;

  constructor(readonly permission: Permission) {
    super(`The user lacks the permission ${permission}.`);
  }
}

/** A request names another actor than the authenticated user. */
export class ForeignActorError extends TaskerError {
  readonly code = 'TASKER_FOREIGN_ACTOR';
  override readonly httpStatus = 400;
  override readonly problems: readonly Problem[] = [
    { pointer: '/actor', message: 'is the authenticated user; omit it' },
  ];

  constructor() {
    super('The actor is the authenticated user and cannot be anyone else. Omit it.');
  }
}

/** The authenticator or coordinator of the host is invalid, so the process must not start. */
export class InvalidAuthProvidersError extends TaskerError {
  readonly code = 'TASKER_INVALID_AUTH_PROVIDERS';

  constructor(readonly faults: readonly string[]) {
    super(`Authentication is not set up correctly:\n${inLines(faults)}`);
    this.hide('faults');
  }
}

/** A request that changes data has a body of another type than JSON. */
export class UnsupportedMediaTypeError extends TaskerError {
  readonly code = 'TASKER_UNSUPPORTED_MEDIA_TYPE';
  override readonly httpStatus = 415;

  constructor(readonly mediaType: string) {
    super(
      `A body must be application/json, but this request has the Content-Type "${mediaType}". ` +
        'Without a body, omit the header.',
    );
  }
}

/** The context of a GraphQL API does not contain the request, so the user cannot be authenticated. */
export class MissingRequestError extends TaskerError {
  readonly code = 'TASKER_MISSING_REQUEST';

  constructor() {
    super(
      'The GraphQL context has no `req`, so no user can be authenticated. Set `req` to the HTTP request in the `context` ' +
        'of the API, and in that of its subscriptions.',
    );
  }
}

/**
 * Routes or fields of the package declare neither a permission nor that they are public. The process must not start.
 */
export class MissingPermissionError extends TaskerError {
  readonly code = 'TASKER_MISSING_PERMISSION';

  constructor(readonly operations: readonly string[]) {
    super(
      `These operations declare no permission:\n${inLines(operations)}\nGuard each and mark it with @RequirePermission(...); ` +
        'mark a field that shows no more than its parent with @NeedsNoPermission().',
    );
    this.hide('operations');
  }
}
