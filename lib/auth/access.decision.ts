import { Injectable } from '@nestjs/common';
import { SubjectGateway } from '../persistence/subject.gateway.js';
import { Access } from './access.js';
import { AuthProviderExplorer } from './auth-provider.explorer.js';
import { InvalidUserError, MissingRequestError, UnauthenticatedError } from './auth.errors.js';
import { userFault, type TaskerUser } from './authenticator.contract.js';

/**
 * Finds out who asks, and what they may do:
 *
 * | authenticator | coordinator | who may |
 * | --- | --- | --- |
 * | none | none | everybody everything; meant for a host that guards its mount path itself |
 * | one | none | every accepted user everything |
 * | one | one | as the coordinator says |
 * | none | one | as the coordinator says, which is asked about the user null |
 */
@Injectable()
export class AccessDecision {
  private readonly known = new WeakMap<object, Promise<Access>>();

  constructor(
    private readonly providers: AuthProviderExplorer,
    private readonly subjects: SubjectGateway,
  ) {}

  /**
   * The access of a request, or of an execution of GraphQL; its user is authenticated once.
   * @param key stands for the request or the execution
   * @throws UnauthenticatedError, InvalidUserError, MissingRequestError
   */
  of(key: object, request: unknown): Promise<Access> {
    const access = this.known.get(key) ?? this.fresh(request);
    this.known.set(key, access);
    return access;
  }

  /** The access as it is now, for what goes on after its request was answered. */
  async fresh(request: unknown): Promise<Access> {
    return new Access(await this.authenticate(request), this.providers.coordinator, this.subjects);
  }

  /**
   * @returns the user, or null when the host has no authenticator
   * @throws UnauthenticatedError, InvalidUserError, MissingRequestError
   */
  async authenticate(request: unknown): Promise<TaskerUser | null> {
    const { authenticator } = this.providers;
    if (!authenticator) return null;
    if (request === undefined || request === null) throw new MissingRequestError();
    const user = await authenticator.authenticate(request);
    if (!user) throw new UnauthenticatedError(authenticator.scheme);
    const fault = userFault(user);
    if (fault !== null) throw new InvalidUserError(fault);
    if (user.expiresAt && user.expiresAt.getTime() <= Date.now()) throw new UnauthenticatedError(authenticator.scheme);
    return user;
  }
}
