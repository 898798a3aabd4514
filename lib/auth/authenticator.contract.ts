/** Who asks. What else the host keeps about its users may be added. */
export interface TaskerUser {
  readonly id: string;
}

/**
 * Finds out who asks. Provide one in any module of the host, and every request to REST and GraphQL needs a user:
 *
 *     { provide: TASKER_AUTHENTICATOR, useClass: JwtAuthenticator }
 *
 * One instance serves all requests at once, so keep nothing of a request on it.
 */
export interface Authenticator<User extends TaskerUser = TaskerUser> {
  /**
   * The user of the request as the HTTP server knows it (Express or Fastify), or null when it does not prove who asks.
   * An error refuses the request with status 500: an outage of the user directory is not a wrong password.
   */
  authenticate(request: unknown): User | null | Promise<User | null>;
}

/** Injection token of the host's `Authenticator`; the same in every copy of this package. */
export const TASKER_AUTHENTICATOR = Symbol.for('nestjs-tasker.TASKER_AUTHENTICATOR');
