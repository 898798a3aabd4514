import type { CanActivate, Type } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { isObservable, lastValueFrom } from 'rxjs';
import type { Authenticator, TaskerUser } from '../../workflow/access/authenticator.contract.js';
import { DEFAULT_SCHEME, InvalidAuthProvidersError } from '../auth.errors.js';
import { CONNECT, type FindGuard } from '../connected.authenticator.js';
import { loginByHost, type HostLoginOptions } from './host.login.js';

/** The options of `guardAuthenticator`. */
export interface GuardAuthenticatorOptions<Account> extends HostLoginOptions<Account> {
  /** The property of the request in which the guard stores the account. @default 'user' */
  readonly property?: string;
}

/**
 * Identifies users by a guard of the application that sets `request.user`: an instance, or the class of a provider of any
 * module.
 *
 * ```ts
 * TaskerModule.forRoot({
 *   auth: {
 *     authenticators: [
 *       guardAuthenticator(SessionGuard, { user: ({ email, groups }: Account) => ({ id: email, roles: groups }) }),
 *     ],
 *   },
 * })
 * ```
 *
 * The guard is called as for a route without decorators. If it returns false, sets no account, answers the request
 * itself, or throws an `HttpException` with a status below 500, the request has no valid credentials.
 */
export function guardAuthenticator<Account = TaskerUser>(
  guard: CanActivate | Type<CanActivate>,
  options: GuardAuthenticatorOptions<Account> = {},
): Authenticator {
  return new GuardAuthenticator(guard, options);
}

class GuardAuthenticator<Account> implements Authenticator {
  readonly scheme: string;
  private guard: CanActivate | null;

  constructor(
    private readonly given: CanActivate | Type<CanActivate>,
    private readonly options: GuardAuthenticatorOptions<Account>,
  ) {
    this.scheme = options.scheme ?? DEFAULT_SCHEME;
    this.guard = typeof given === 'function' ? null : given;
  }

  [CONNECT](findGuard: FindGuard): void {
    this.guard = findGuard(this.given);
  }

  authenticate(request: unknown): Promise<TaskerUser | null> {
    const { property = 'user' } = this.options;
    return loginByHost(request, this.options, async (own, response) => {
      const isPermitted = await this.ask(own, response);
      return isPermitted ? (own as Readonly<Record<string, unknown>>)[property] : null;
    });
  }

  private async ask(request: object, response: object): Promise<boolean> {
    if (!this.guard) throw unconnected(this.given);
    // The third of the four arguments of a resolver is the context: a guard of resolvers looks for the request there.
    const args = [request, response, { req: request, res: response }, {}];
    // A handler without decorators, so that no guard takes the API for a public route.
    const context = new ExecutionContextHost(args, GuardAuthenticator, () => undefined);
    const answer = await this.guard.canActivate(context);
    return isObservable(answer) ? lastValueFrom(answer) : answer;
  }
}

function unconnected(guard: unknown): InvalidAuthProvidersError {
  const { name } = guard as { readonly name: string };
  return new InvalidAuthProvidersError([
    `guardAuthenticator(${name}) is neither in the option auth nor the provider of TASKER_AUTHENTICATOR, so the guard was not looked up; pass an instance of it`,
  ]);
}
