import { Injectable } from '@nestjs/common';
import { AuthProviderExplorer } from './auth-provider.explorer.js';
import { ForbiddenError, MissingRequestError, UnauthenticatedError } from './auth.errors.js';
import type { TaskerUser } from './authenticator.contract.js';
import type { AuthorizedResource } from './authorization-coordinator.contract.js';
import type { Permission } from './permissions.js';

/**
 * Decides about one request:
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
  constructor(private readonly providers: AuthProviderExplorer) {}

  /**
   * @returns the user, or null when the host has no authenticator
   * @throws UnauthenticatedError, ForbiddenError
   */
  async decide(request: unknown, permission: Permission, resource: AuthorizedResource): Promise<TaskerUser | null> {
    const { coordinator } = this.providers;
    const user = await this.authenticate(request);
    const granted: unknown = coordinator ? await coordinator.may(user, permission, resource) : true;
    // Only a plain yes is one.
    if (granted !== true) throw new ForbiddenError(permission);
    return user;
  }

  /**
   * @returns the user, or null when the host has no authenticator
   * @throws UnauthenticatedError, MissingRequestError
   */
  async authenticate(request: unknown): Promise<TaskerUser | null> {
    const { authenticator } = this.providers;
    if (!authenticator) return null;
    if (request === undefined || request === null) throw new MissingRequestError();
    const user = await authenticator.authenticate(request);
    if (!user) throw new UnauthenticatedError();
    return user;
  }
}
