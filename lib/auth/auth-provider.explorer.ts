import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { DEFAULT_SCHEME, InvalidAuthProvidersError } from './auth.errors.js';
import { TASKER_AUTHENTICATOR, type Authenticator } from '../workflow/access/authenticator.contract.js';
import {
  TASKER_AUTHORIZATION_COORDINATOR,
  type AuthorizationCoordinator,
} from '../workflow/access/authorization-coordinator.contract.js';

/** Matches the name of a scheme with optional parameters, such as `Bearer realm="shop"` (RFC 9110, 11.6.1). */
const CHALLENGE = /^[\w!#$%&'*+.^`|~-]+(?: [\x20-\x7e]+)?$/;

/**
 * Finds the authenticator and the coordinator in any module of the host, which does not have to be global. An invalid
 * one stops the start, because ignoring it would permit everything.
 */
@Injectable()
export class AuthProviderExplorer implements OnModuleInit {
  private readonly logger = new Logger('TaskerAuth');
  authenticator: Authenticator | null = null;
  coordinator: AuthorizationCoordinator | null = null;

  constructor(private readonly discovery: DiscoveryService) {}

  onModuleInit(): void {
    const faults: string[] = [];
    this.authenticator = this.find(TASKER_AUTHENTICATOR, 'authenticate', faults) as Authenticator | null;
    this.coordinator = this.find(TASKER_AUTHORIZATION_COORDINATOR, 'may', faults) as AuthorizationCoordinator | null;
    const scheme: unknown = this.authenticator?.scheme ?? DEFAULT_SCHEME;
    if (typeof scheme !== 'string' || !CHALLENGE.test(scheme))
      faults.push(
        `TASKER_AUTHENTICATOR has a scheme that is not allowed in WWW-Authenticate: ${JSON.stringify(scheme)}`,
      );
    if (faults.length > 0) throw new InvalidAuthProvidersError(faults);
    if (this.coordinator && !this.authenticator) {
      this.logger.warn(
        'There is an authorization coordinator but no authenticator, so its user is null for every request. ' +
          'Provide TASKER_AUTHENTICATOR to identify users.',
      );
    }
  }

  private find(token: symbol, method: string, faults: string[]): unknown {
    const wrappers = this.discovery.getProviders().filter((wrapper) => wrapper.token === token);
    const name = String(token.description).replace(/^.*\./, '');
    if (wrappers.length > 1) faults.push(`${name} is provided by more than one module; provide it once`);
    if (wrappers.some((wrapper) => !wrapper.isDependencyTreeStatic())) {
      faults.push(
        `${name} is request-scoped; remove its scope, because the request is passed to ${method}() as an argument`,
      );
      return null;
    }
    const instance = wrappers[0]?.instance as Record<string, unknown> | undefined;
    if (wrappers.length > 0 && typeof instance?.[method] !== 'function')
      faults.push(`${name} has no method ${method}()`);
    return instance ?? null;
  }
}
