import { Injectable } from '@nestjs/common';
import { HttpAdapterHost, type AbstractHttpAdapter } from '@nestjs/core';
import { SubjectGateway } from '../persistence/subject.gateway.js';
import { Access } from './access.js';
import { AuthProviderExplorer } from './auth-provider.explorer.js';
import {
  ApiClosedError,
  InvalidUserError,
  isUnauthenticated,
  MissingRequestError,
  UnauthenticatedError,
} from './auth.errors.js';
import { addressOf } from './request.origin.js';
import { nameCaller } from './upgrade.address.js';
import { FailureLimiter } from '../rate-limits/failure.limiter.js';
import { RateLimiter } from '../rate-limits/rate.limiter.js';
import { userFault, type Authenticator, type TaskerUser } from '../workflow/access/authenticator.contract.js';

/**
 * Authenticates the user of a request, and decides what the user may do:
 *
 * | authenticator | coordinator | permissions |
 * | --- | --- | --- |
 * | none | none | everyone may do everything; for a host that guards its mount path itself |
 * | one | none | the roles of the user decide |
 * | one | one | the coordinator decides |
 * | none | one | the coordinator decides, with null as the user |
 */
@Injectable()
export class AccessDecision {
  private readonly known = new WeakMap<object, Promise<Access>>();

  constructor(
    private readonly providers: AuthProviderExplorer,
    private readonly subjects: SubjectGateway,
    private readonly failures: FailureLimiter,
    private readonly requests: RateLimiter,
    private readonly host: HttpAdapterHost,
  ) {}

  /** True if nobody may use the API, because nobody chose who may. */
  get isClosed(): boolean {
    return this.providers.isClosed;
  }

  /**
   * The access of a request to a route that is open: everything is permitted.
   * @throws RateLimitedError
   */
  async openTo(request: unknown): Promise<Access> {
    await this.requests.count(request, null, addressOf(request));
    return new Access(null, null, this.subjects);
  }

  /**
   * Returns the access of a request, or of a GraphQL execution. The user is authenticated once.
   * @param key identifies the request or the execution
   * @throws UnauthenticatedError, InvalidUserError, MissingRequestError, ApiClosedError, RateLimitedError
   */
  of(key: object, request: unknown): Promise<Access> {
    const access = this.known.get(key) ?? this.admitted(request);
    this.known.set(key, access);
    return access;
  }

  /**
   * The access of the same user as it is now, for streams that go on after their request was answered. It is no further
   * request, so no limit counts it.
   * @throws UnauthenticatedError also if the request is now that of another user
   */
  async renewed({ user }: Access, request: unknown): Promise<Access> {
    const now = await this.identify(request);
    if (now?.id !== user?.id) throw new UnauthenticatedError(this.providers.authenticator?.scheme);
    return this.accessOf(now);
  }

  /**
   * @returns the user, or null if the host has no authenticator
   * @throws UnauthenticatedError, InvalidUserError, MissingRequestError, ApiClosedError, RateLimitedError
   */
  async authenticate(request: unknown): Promise<TaskerUser | null> {
    nameCaller(this.host.httpAdapter as AbstractHttpAdapter | undefined, request);
    if (!this.providers.authenticator) return this.identify(request);
    return this.failures.watch(request, addressOf(request), () => this.identify(request), isUnauthenticated);
  }

  private async admitted(request: unknown): Promise<Access> {
    const user = await this.authenticate(request);
    await this.requests.count(request, user?.id ?? null, addressOf(request));
    return this.accessOf(user);
  }

  private async identify(request: unknown): Promise<TaskerUser | null> {
    const { authenticator, isClosed } = this.providers;
    if (isClosed) throw new ApiClosedError();
    if (!authenticator) return null;
    if (request === undefined || request === null) throw new MissingRequestError();
    return userBy(authenticator, request);
  }

  private accessOf(user: TaskerUser | null): Access {
    return new Access(user, this.providers.coordinator, this.subjects);
  }
}

/** @throws UnauthenticatedError, InvalidUserError */
export async function userBy(authenticator: Authenticator, request: unknown): Promise<TaskerUser> {
  const user = await authenticator.authenticate(request);
  if (!user) throw new UnauthenticatedError(authenticator.scheme);
  const fault = userFault(user);
  if (fault !== null) throw new InvalidUserError(fault);
  if (user.expiresAt && user.expiresAt.getTime() <= Date.now()) throw new UnauthenticatedError(authenticator.scheme);
  return user;
}
