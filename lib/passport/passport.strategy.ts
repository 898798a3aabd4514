import type { FactoryProvider, OnModuleInit, Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { AccessDecision, userBy } from '../auth/access.decision.js';
import { InvalidAuthProvidersError, UnauthenticatedError } from '../auth/auth.errors.js';
import { isDetached } from '../auth/host/detached.request.js';
import type { Authenticator, TaskerUser } from '../workflow/access/authenticator.contract.js';
import { hostPassport, type PassportStrategy, type StrategyActions } from './host.passport.js';

/**
 * A provider that registers a strategy with Passport, so that routes of the application need the same login as the API.
 * `request.user` is then the `TaskerUser`:
 *
 * ```ts
 * @Module({ providers: [passportStrategy('tasker')] })
 * export class LoginModule {}
 *
 * @UseGuards(AuthGuard('tasker'))
 * ```
 *
 * Without valid credentials, the guard of `@nestjs/passport` answers 401; if a service is unreachable, Nest answers 503.
 *
 * @param authenticator one of its own: an instance, or the class of a provider of any module. By default, those of the
 *   engine, in their order
 */
export function passportStrategy(
  name: string,
  authenticator: Authenticator | Type<Authenticator> | null = null,
): FactoryProvider<object> {
  return {
    provide: Symbol(`Passport strategy ${name}`),
    inject: [ModuleRef],
    useFactory: (modules: ModuleRef): object => {
      const strategy = new TaskerStrategy(name, authenticator, modules);
      hostPassport().use(name, strategy);
      return strategy;
    },
  };
}

/** Whether the strategy asks the authenticators of the engine, so that none of these may ask it. */
export function asksTheEngine(strategy: PassportStrategy): boolean {
  return strategy instanceof TaskerStrategy && strategy.asksTheEngine;
}

export function circleOf(name: string): string {
  return `the Passport strategy "${name}" asks the authenticators of the engine, so it cannot be asked by one of them; pass an authenticator to passportStrategy()`;
}

type Login = (request: object) => Promise<TaskerUser | null>;

class TaskerStrategy implements PassportStrategy, OnModuleInit {
  private login: Login | null = null;

  constructor(
    private readonly name: string,
    private readonly authenticator: Authenticator | Type<Authenticator> | null,
    private readonly modules: ModuleRef,
  ) {}

  get asksTheEngine(): boolean {
    return this.authenticator === null;
  }

  /** Looks up the authenticators. Before, not every provider exists. */
  onModuleInit(): void {
    const { authenticator, modules } = this;
    if (!authenticator) {
      const decision = modules.get(AccessDecision, { strict: false });
      this.login = (request) => decision.authenticate(request);
      return;
    }
    const found = typeof authenticator === 'function' ? modules.get(authenticator, { strict: false }) : authenticator;
    this.login = (request) => userBy(found, request);
  }

  /** Passport calls it with a `this` of its own for each request, which has the actions. */
  async authenticate(this: TaskerStrategy & StrategyActions, request: object): Promise<void> {
    const outcome = await this.outcomeOf(request);
    outcome();
  }

  /** The action to take. It is not taken here: an error that a route throws is not an error of the login. */
  private async outcomeOf(this: TaskerStrategy & StrategyActions, request: object): Promise<() => void> {
    try {
      if (this.asksTheEngine && isDetached(request)) throw new InvalidAuthProvidersError([circleOf(this.name)]);
      const user = await this.login!(request);
      return () => (user ? this.success(user) : this.fail());
    } catch (error) {
      if (error instanceof UnauthenticatedError) return () => this.fail(error.scheme);
      return () => this.error(error);
    }
  }
}
