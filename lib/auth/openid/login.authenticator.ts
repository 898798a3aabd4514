import { InvalidOptionsError } from '../../options/options.errors.js';
import type { Authenticator, TaskerUser } from '../../workflow/access/authenticator.contract.js';
import { LoginFlow } from './login.flow.js';
import { loginFaults, type LoginOptions } from './login.options.js';

/** For the routes of the dashboard; not for hosts. */
export const LOGIN = Symbol.for('nestjs-tasker.login');

/**
 * Lets users of the dashboard log in at a provider of OpenID Connect, and identifies them by a cookie afterwards.
 *
 * ```ts
 * const login = new LoginAuthenticator({
 *   issuer: 'https://login.example.com/',
 *   clientId: 'tasker',
 *   clientSecret: process.env.CLIENT_SECRET!,
 *   redirectUri: 'https://example.com/tasker/dashboard/login/callback',
 *   sessionSecret: process.env.SESSION_SECRET!,
 * });
 * TaskerModule.forRoot({ auth: { authenticators: [login] } })
 * ```
 */
export class LoginAuthenticator implements Authenticator {
  readonly scheme = 'Cookie';
  /** @internal */
  readonly [LOGIN]: LoginFlow;

  /** @throws InvalidOptionsError with every fault */
  constructor(options: LoginOptions) {
    const faults = loginFaults(options);
    if (faults.length > 0) throw new InvalidOptionsError(faults, 'LoginAuthenticator');
    this[LOGIN] = new LoginFlow(options);
  }

  /** The cookie does not count in requests that another site may have caused. */
  async authenticate(request: unknown): Promise<TaskerUser | null> {
    return this[LOGIN].isOwn(request) ? this[LOGIN].userOf(request) : null;
  }
}

/** Whether an authenticator lets users log in. */
export function isLogin(authenticator: object): authenticator is LoginAuthenticator {
  return LOGIN in authenticator;
}
