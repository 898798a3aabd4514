import { textProblem } from '../workflow/input.checks.js';

/** The user of a request. What else the host keeps about its users may be added. */
export interface TaskerUser {
  /** 1 to 128 characters. It is stored with whatever the user starts or does, so it must be the same in every request. */
  readonly id: string;
  /** When the credentials expire: a request that comes later is not authenticated. @default never */
  readonly expiresAt?: Date | null;
}

/**
 * Identifies the user of a request. Provide one in any module of the host, and every request to REST and GraphQL needs a user:
 *
 *     { provide: TASKER_AUTHENTICATOR, useClass: JwtAuthenticator }
 *
 * One instance serves all requests at once, so keep nothing of a request on it.
 */
export interface Authenticator<User extends TaskerUser = TaskerUser> {
  /** Authentication scheme that an answer with status 401 names in `WWW-Authenticate` (RFC 9110, 11.6.1). @default 'Bearer' */
  readonly scheme?: string;

  /**
   * The user of the request as the HTTP server knows it (Express or Fastify), or null when it does not prove who asks.
   * An error refuses the request with status 500: an outage of the user directory is not a wrong password. So does a user
   * without a usable id.
   */
  authenticate(request: unknown): User | null | Promise<User | null>;
}

/** What is wrong with what an authenticator returned for a user; null: nothing. */
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

/** Injection token of the host's `Authenticator`; the same in every copy of this package. */
export const TASKER_AUTHENTICATOR = Symbol.for('nestjs-tasker.TASKER_AUTHENTICATOR');
