import { DEFAULT_SCHEME, InvalidAuthProvidersError } from '../auth/auth.errors.js';
import { CONNECT, type FindGuard } from '../auth/connected.authenticator.js';
import { loginByHost, type HostLoginOptions } from '../auth/host/host.login.js';
import type { Authenticator, TaskerUser } from '../workflow/access/authenticator.contract.js';
import { unknownName } from '../workflow/near.name.js';
import { hostPassport, type PassportStrategy, type StrategyActions } from './host.passport.js';
import { asksTheEngine, circleOf } from './passport.strategy.js';

/** Passport's own. It reports a user only to the request, not by `success`, so it cannot be asked. */
const SESSION = 'session';

/**
 * Identifies users by a strategy of Passport that the application has registered, for example with `PassportStrategy` of
 * `@nestjs/passport`. An unknown name stops the start.
 *
 * ```ts
 * TaskerModule.forRoot({
 *   auth: {
 *     authenticators: [
 *       passportAuthenticator('jwt'),
 *       passportAuthenticator('saml', { user: ({ nameID, groups }: Profile) => ({ id: nameID, roles: groups }) }),
 *     ],
 *   },
 * })
 * ```
 *
 * If the strategy fails, passes, redirects, or reports an `HttpException` with a status below 500, the request has no
 * valid credentials.
 */
export function passportAuthenticator<Account = TaskerUser>(
  strategy: string,
  options: HostLoginOptions<Account> = {},
): Authenticator {
  return new PassportAuthenticator(strategy, options);
}

class PassportAuthenticator<Account> implements Authenticator {
  readonly scheme: string;

  constructor(
    private readonly name: string,
    private readonly options: HostLoginOptions<Account>,
  ) {
    this.scheme = options.scheme ?? DEFAULT_SCHEME;
  }

  [CONNECT](_: FindGuard, faults: string[]): void {
    const strategy = strategyNamed(this.name);
    if (!strategy) faults.push(unknownStrategy(this.name));
    else if (asksTheEngine(strategy)) faults.push(circleOf(this.name));
  }

  authenticate(request: unknown): Promise<TaskerUser | null> {
    const strategy = strategyNamed(this.name);
    if (!strategy) throw new InvalidAuthProvidersError([unknownStrategy(this.name)]);
    return loginByHost(request, this.options, (own) => accountBy(strategy, own));
  }
}

function strategyNamed(name: string): PassportStrategy | undefined {
  const { _strategies: known } = hostPassport();
  return name !== SESSION && Object.hasOwn(known, name) ? known[name] : undefined;
}

function unknownStrategy(name: string): string {
  const known = Object.keys(hostPassport()._strategies).filter((each) => each !== SESSION);
  return unknownName('Passport strategy', name, known);
}

/**
 * The account that a strategy finds; null if it finds none. As Passport does, it is given a strategy of its own for each
 * request, because strategies report their result by methods of `this`.
 */
function accountBy(strategy: PassportStrategy, request: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const refuse = (): void => resolve(null);
    const actions: StrategyActions = { success: resolve, fail: refuse, pass: refuse, redirect: refuse, error: reject };
    const own = Object.assign(Object.create(strategy) as PassportStrategy, actions);
    // Passport ignores what it returns, but a promise that is rejected would end the process.
    Promise.resolve(own.authenticate(request, { session: false })).catch(reject);
  });
}
