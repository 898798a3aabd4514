import { Inject, Injectable, Logger, type CanActivate, type OnModuleInit, type Type } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { TASKER_OPTIONS } from '../options/options.module.js';
import { classesOf, type ProviderWrapper } from '../options/provider.mark.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import { TASKER_AUTHENTICATOR, type Authenticator } from '../workflow/access/authenticator.contract.js';
import {
  TASKER_AUTHORIZATION_COORDINATOR,
  type AuthorizationCoordinator,
} from '../workflow/access/authorization-coordinator.contract.js';
import { AuthenticatorMark, CoordinatorMark } from './auth-provider.decorator.js';
import { besideTheOption, tooMany, usable, type Chosen, type Provided } from './auth-provider.faults.js';
import { DEFAULT_SCHEME, InvalidAuthProvidersError } from './auth.errors.js';
import { AuthenticatorChain } from './authenticator.chain.js';
import { CONNECT, isConnected, type FindGuard } from './connected.authenticator.js';
import { isLogin, type LoginAuthenticator } from './openid/login.authenticator.js';
import { RoleCoordinator } from './roles/role.coordinator.js';

/** Matches the name of a scheme with optional parameters, such as `Bearer realm="shop"` (RFC 9110, 11.6.1). */
const CHALLENGE = /^[\w!#$%&'*+.^`|~-]+(?: [\x20-\x7e]+)?$/;

const KINDS = {
  authenticator: { method: 'authenticate', token: TASKER_AUTHENTICATOR, mark: AuthenticatorMark },
  coordinator: { method: 'may', token: TASKER_AUTHORIZATION_COORDINATOR, mark: CoordinatorMark },
} as const;
type Kind = keyof typeof KINDS;

/**
 * Finds the authenticators and the coordinator that the options name, or else those that any module of the host
 * provides, by token or as a marked class; the module does not have to be global. An invalid one stops the start,
 * because ignoring it would permit everything.
 */
@Injectable()
export class AuthProviderExplorer implements OnModuleInit {
  private readonly logger = new Logger('TaskerAuth');
  authenticator: Authenticator | null = null;
  coordinator: AuthorizationCoordinator | null = null;
  /** The authenticator that lets users of the dashboard log in. */
  login: LoginAuthenticator | null = null;
  /** True if nobody chose who may use the API, and this process runs in production: then nobody may. */
  isClosed = false;

  constructor(
    private readonly discovery: DiscoveryService,
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  /** @throws InvalidAuthProvidersError with every fault */
  onModuleInit(): void {
    const { auth } = this.options;
    const faults: string[] = [];
    const authenticators = this.findAuthenticators(faults);
    const coordinators = this.find('coordinator', faults) as readonly AuthorizationCoordinator[];
    if (faults.length === 0) faults.push(...this.contradictions(authenticators, coordinators));
    if (faults.length > 0) throw new InvalidAuthProvidersError(faults);
    this.authenticator =
      authenticators.length > 1 ? new AuthenticatorChain(authenticators) : (authenticators[0] ?? null);
    this.login = authenticators.find(isLogin) ?? null;
    this.coordinator = coordinators[0] ?? (this.authenticator && new RoleCoordinator(auth));
    this.isClosed = auth.choice === 'unset' && !this.coordinator && process.env.NODE_ENV === 'production';
    this.warn();
  }

  private findAuthenticators(faults: string[]): readonly Authenticator[] {
    const found = this.find('authenticator', faults) as readonly Authenticator[];
    for (const { scheme = DEFAULT_SCHEME } of found as readonly { readonly scheme?: unknown }[]) {
      if (typeof scheme !== 'string' || !CHALLENGE.test(scheme))
        faults.push(`the scheme of an authenticator is not allowed in WWW-Authenticate: ${JSON.stringify(scheme)}`);
    }
    const findGuard: FindGuard = (guard) =>
      usable(this.chosen('guard', guard), 'canActivate', faults) as CanActivate | null;
    if (found.filter(isLogin).length > 1)
      faults.push('several authenticators let users log in; name only one LoginAuthenticator');
    for (const each of found) if (isConnected(each)) each[CONNECT](findGuard, faults);
    return found;
  }

  private find(kind: Kind, faults: string[]): readonly object[] {
    const { auth } = this.options;
    const named = kind === 'authenticator' ? auth.authenticators : [auth.coordinator ?? []].flat();
    const provided = this.provided(kind);
    const others = provided.filter(({ wrapper }) => !classesOf(wrapper).some((each) => named.includes(each as never)));
    const fault = named.length > 0 ? besideTheOption(kind, others) : tooMany(kind, provided);
    if (fault !== null) faults.push(fault);
    const chosen = named.length > 0 ? named.map((each) => this.chosen(kind, each)) : provided;
    return chosen.flatMap((each) => usable(each, KINDS[kind].method, faults) ?? []);
  }

  /** The providers of the token, and those of marked classes. A class that the token stands for is one provider. */
  private provided(kind: Kind): readonly Provided[] {
    const { token, mark } = KINDS[kind];
    const found = this.wrappers((wrapper) => wrapper.token === token || mark.of(wrapper) !== undefined);
    const instances = found.map(({ instance }) => instance as object | null);
    return found
      .filter((_, index) => !instances[index] || instances.indexOf(instances[index]) === index)
      .map((wrapper) => ({ name: wrapper.token === token ? nameOf(token) : String(wrapper.name), wrapper }));
  }

  /** An instance, or the provider whose class the options name. */
  private chosen(kind: Kind | 'guard', given: object | Type): Chosen {
    if (typeof given !== 'function') return { name: `the ${kind} of the option auth`, instance: given };
    const [wrapper] = this.wrappers((each) => classesOf(each).includes(given as Type));
    return { name: given.name, ...(wrapper && { wrapper }) };
  }

  private wrappers(matches: (wrapper: ProviderWrapper) => boolean): readonly ProviderWrapper[] {
    return this.discovery.getProviders().filter(matches);
  }

  private contradictions(authenticators: readonly unknown[], coordinators: readonly unknown[]): readonly string[] {
    const { choice } = this.options.auth;
    const areAny = authenticators.length + coordinators.length > 0;
    if (choice === 'none' && areAny)
      return [
        "the option auth is 'none', but a module provides an authenticator or a coordinator; remove one of the two",
      ];
    if (choice === 'given' && !areAny)
      return [
        'the option auth names no authenticator; list one in auth.authenticators, mark a class with @TaskerAuthenticator(), ' +
          "provide TASKER_AUTHENTICATOR, or write auth: 'none'",
      ];
    return [];
  }

  private warn(): void {
    if (this.isClosed) {
      this.logger.warn(
        'The API answers only health checks, because NODE_ENV is production and nothing says who may use it. Set the ' +
          "option auth: name authenticators, or write 'none' if anyone who can reach the API may do anything.",
      );
    } else if (this.coordinator && !this.authenticator) {
      this.logger.warn(
        'There is an authorization coordinator but no authenticator, so its user is null for every request. ' +
          'Provide TASKER_AUTHENTICATOR, or mark a class with @TaskerAuthenticator(), to identify users.',
      );
    }
  }
}

function nameOf(token: symbol): string {
  return String(token.description).replace(/^.*\./, '');
}
