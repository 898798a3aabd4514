import { textProblem } from '../input.checks.js';

/** The user of a request. The host may add further fields. */
export interface TaskerUser {
  /**
   * An id of 1 to 128 characters. It is stored with the user's tasks and actions, so it must be the same in every
   * request.
   */
  readonly id: string;
  /** How the user was authenticated, such as `jwt`, for the audit log. @default unknown */
  readonly method?: string;
  /** The id of the token by which the user was authenticated, for the audit log. @default none */
  readonly tokenId?: string;
  /** When the credentials expire. Later requests are not authenticated, and streams end. @default never */
  readonly expiresAt?: Date | null;
  /** The roles of the user, for the default coordinator. @default none */
  readonly roles?: readonly string[];
  /** The namespaces to which the roles of the user are limited, for the default coordinator. @default every namespace */
  readonly namespaces?: readonly string[] | null;
}

/**
 * Identifies the user of a request. If any module of the host provides one, every request to REST and GraphQL needs a
 * user:
 *
 * { provide: TASKER_AUTHENTICATOR, useClass: JwtAuthenticator }
 *
 * One instance serves all requests at the same time, so do not store data of a request on it.
 */
export interface Authenticator<User extends TaskerUser = TaskerUser> {
  /**
   * The authentication scheme in `WWW-Authenticate` of answers with status 401 (RFC 9110, 11.6.1).
   * @default 'Bearer'
   */
  readonly scheme?: string;

  /**
   * Returns the user of a request of Express or Fastify, or null if it has no valid credentials. An error refuses the
   * request with status 500, because an outage of the user directory is not a wrong password; an
   * `AuthUnavailableError` does so with 503. A user without a valid id is refused with 500, too.
   */
  authenticate(request: unknown): User | null | Promise<User | null>;
}

/** The fault of a user that an authenticator returned; null if there is none. */
export function userFault(user: TaskerUser): string | null {
  const { id, expiresAt } = user as Readonly<Record<keyof TaskerUser, unknown>>;
  if (typeof id !== 'string') return `its id must be a string, got ${id === null ? 'null' : typeof id}`;
  if (id === '') return 'its id must not be empty';
  const problem = textProblem('/id', id);
  if (problem) return `its id ${problem.message}`;
  if (expiresAt === undefined || expiresAt === null) return null;
  const isInstant = expiresAt instanceof Date && !Number.isNaN(expiresAt.getTime());
  return isInstant ? null : 'its expiresAt must be a valid Date; leave it out if the credentials do not expire';
}

/** The injection token of the host's `Authenticator`, the same in every copy of this package. */
export const TASKER_AUTHENTICATOR = Symbol.for('nestjs-tasker.TASKER_AUTHENTICATOR');
