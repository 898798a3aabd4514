import { inLines } from '../workflow/sentence.js';
import { TaskerError, type Problem } from '../workflow/tasker.error.js';
import type { Permission } from './permissions.js';

export class UnauthenticatedError extends TaskerError {
  readonly code = 'TASKER_UNAUTHENTICATED';
  override readonly httpStatus = 401;

  constructor() {
    super('The request is not authenticated.');
  }
}

export class ForbiddenError extends TaskerError {
  readonly code = 'TASKER_FORBIDDEN';
  override readonly httpStatus = 403;

  constructor(readonly permission: Permission) {
    super(`The user lacks the permission ${permission}.`);
  }
}

/** Somebody says to act as another than who the host knows it is. */
export class ForeignActorError extends TaskerError {
  readonly code = 'TASKER_FOREIGN_ACTOR';
  override readonly httpStatus = 400;
  override readonly problems: readonly Problem[] = [
    { pointer: '/actor', message: 'is the authenticated user; leave it out' },
  ];

  constructor() {
    super('The actor is the authenticated user and cannot be anyone else. Omit it.');
  }
}

/** An authenticator or coordinator of the host that cannot be used: the process must not start without it. */
export class InvalidAuthProvidersError extends TaskerError {
  readonly code = 'TASKER_INVALID_AUTH_PROVIDERS';

  constructor(readonly faults: readonly string[]) {
    super(`Authentication is not set up correctly:\n${inLines(faults)}`);
    this.hide('faults');
  }
}

/** A request that changes something, with a body in another type than JSON. */
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

/** The context of a GraphQL API has no request by which to find who asks: it is set up in another way than we need. */
export class MissingRequestError extends TaskerError {
  readonly code = 'TASKER_MISSING_REQUEST';

  constructor() {
    super(
      'The GraphQL context has no `req`, so nobody can be authenticated. Let the `context` of the API (and that of its ' +
        'subscriptions) have the HTTP request as `req`.',
    );
  }
}

/** A route of ours that says neither which permission it needs nor that it is public; it stays closed. */
export class MissingPermissionError extends TaskerError {
  readonly code = 'TASKER_MISSING_PERMISSION';

  constructor(readonly route: string) {
    super(`${route} is guarded but has no @RequirePermission(...).`);
  }
}
