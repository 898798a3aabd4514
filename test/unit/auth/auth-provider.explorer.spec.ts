import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  Injectable,
  Logger,
  Scope,
  type ExecutionContext,
  type INestApplicationContext,
  type ModuleMetadata,
  type Provider,
  type Type,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { TaskerAuthenticator, TaskerAuthorizationCoordinator } from '../../../lib/auth/auth-provider.decorator.js';
import { AuthProviderExplorer } from '../../../lib/auth/auth-provider.explorer.js';
import { AuthModule } from '../../../lib/auth/auth.module.js';
import { guardAuthenticator } from '../../../lib/auth/host/guard.authenticator.js';
import { RoleCoordinator } from '../../../lib/auth/roles/role.coordinator.js';
import type { AuthOption } from '../../../lib/options/auth.options.js';
import { PersistenceModule } from '../../../lib/persistence/persistence.module.js';
import { TASKER_AUTHENTICATOR, type TaskerUser } from '../../../lib/workflow/access/authenticator.contract.js';
import { TASKER_AUTHORIZATION_COORDINATOR } from '../../../lib/workflow/access/authorization-coordinator.contract.js';
import { given } from '../../support/given.options.js';
import { NoDatabase } from '../../support/no.database.js';

/** Knows whoever has its token. */
const knowing = (id: string, scheme?: string) => ({
  ...(scheme !== undefined && { scheme }),
  authenticate: ({ token }: { readonly token?: string }): TaskerUser | null => (token === id ? { id } : null),
});
const broken = {
  authenticate: (): never => {
    throw new Error('the directory is away');
  },
};

@Injectable()
class ProvidedUsers {
  authenticate = (): TaskerUser => ({ id: 'provided' });
}

@Injectable()
class ProvidedRules {
  may = (): boolean => true;
}

@Injectable({ scope: Scope.REQUEST })
class RequestUsers extends ProvidedUsers {}

@Injectable()
class NoUsers {}

@TaskerAuthenticator()
@Injectable()
class Badges {
  authenticate = (): TaskerUser => ({ id: 'badge' });
}

@TaskerAuthenticator()
@Injectable()
class Keys {
  authenticate = (): TaskerUser => ({ id: 'key' });
}

@TaskerAuthenticator()
@Injectable({ scope: Scope.REQUEST })
class RequestBadges extends Badges {}

@TaskerAuthorizationCoordinator()
@Injectable()
class StaffRules extends ProvidedRules {}

@TaskerAuthorizationCoordinator()
@Injectable()
class GuestRules extends ProvidedRules {}

@TaskerAuthorizationCoordinator()
@Injectable({ scope: Scope.TRANSIENT })
class TransientRules extends ProvidedRules {}

@Injectable()
class UnmarkedRules extends StaffRules {}

const aModule = (): Type =>
  class {
    readonly name = 'elsewhere';
  };

@Injectable()
class ProvidedGuard {
  canActivate = (context: ExecutionContext): boolean => {
    const request = context.switchToHttp().getRequest<{ readonly token: string; user?: object }>();
    request.user = { id: request.token };
    return true;
  };
}

@Injectable({ scope: Scope.REQUEST })
class RequestGuard extends ProvidedGuard {}

const AUTHENTICATOR = { provide: TASKER_AUTHENTICATOR, useValue: knowing('ann') };
const COORDINATOR = { provide: TASKER_AUTHORIZATION_COORDINATOR, useValue: new ProvidedRules() };

describe('who the option auth names', () => {
  let app: INestApplicationContext | undefined;
  let warned: ReturnType<typeof jest.spyOn>;
  beforeEach(() => {
    warned = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  });
  afterEach(async () => {
    warned.mockRestore();
    await app?.close();
    app = undefined;
  });

  const explore = async (auth: AuthOption | undefined, ...providers: Provider[]): Promise<AuthProviderExplorer> =>
    exploreModules(auth, { providers });
  const exploreModules = async (
    auth: AuthOption | undefined,
    ...modules: ModuleMetadata[]
  ): Promise<AuthProviderExplorer> => {
    const elsewhere = modules.map((metadata) => ({ module: aModule(), ...metadata }));
    const imports = [...given(auth === undefined ? {} : { auth }), AuthModule, ...elsewhere];
    const module = await Test.createTestingModule({ imports })
      .overrideModule(PersistenceModule)
      .useModule(NoDatabase.with())
      .compile();
    app = await module.init();
    return app.get(AuthProviderExplorer, { strict: false });
  };
  const faultsOf = (auth: AuthOption | undefined, ...providers: Provider[]): Promise<unknown> =>
    faultsIn(explore(auth, ...providers));
  const faultsIn = (start: Promise<unknown>): Promise<unknown> =>
    start.then(
      () => [],
      (error: unknown) => (error as { readonly faults: unknown }).faults,
    );

  it('is asked in the given order, an instance or a provider of any module, until one knows the user', async () => {
    const { authenticator } = await explore(
      { authenticators: [knowing('ann'), knowing('bob'), ProvidedUsers] },
      ProvidedUsers,
    );
    const known = ['ann', 'bob', 'carl'].map(async (token) => authenticator!.authenticate({ token }));
    expect((await Promise.all(known)).map((user) => user?.id)).toEqual(['ann', 'bob', 'provided']);
  });

  it('may be the guard of any module, global ones too', async () => {
    const guard = guardAuthenticator(ProvidedGuard);
    for (const provider of [ProvidedGuard, { provide: APP_GUARD, useClass: ProvidedGuard }]) {
      const { authenticator } = await explore({ authenticators: [guard] }, provider);
      expect(await authenticator!.authenticate({ token: 'ann' })).toEqual({ id: 'ann' });
      await app?.close();
    }
    const { authenticator } = await explore({}, ProvidedGuard, { provide: TASKER_AUTHENTICATOR, useValue: guard });
    expect(await authenticator!.authenticate({ token: 'bob' })).toEqual({ id: 'bob' });
  });

  it('knows nobody whom none of them knows', async () => {
    const { authenticator } = await explore({ authenticators: [knowing('ann'), knowing('bob')] });
    expect(await authenticator!.authenticate({ token: 'carl' })).toBeNull();
  });

  it('refuses the request if one of them cannot tell, even if the next would know the user', async () => {
    const { authenticator } = await explore({ authenticators: [broken, knowing('ann')] });
    await expect(authenticator!.authenticate({ token: 'ann' })).rejects.toThrow('the directory is away');
  });

  it('names each scheme once in a challenge', async () => {
    const authenticators = [knowing('a'), knowing('b', 'Basic realm="shop"'), knowing('c', 'Bearer')];
    expect((await explore({ authenticators })).authenticator?.scheme).toBe('Bearer, Basic realm="shop"');
  });

  it('is decided about by roles, unless there is a coordinator in the options or among the providers', async () => {
    const authenticators = [knowing('ann')];
    expect((await explore({ authenticators })).coordinator).toBeInstanceOf(RoleCoordinator);
    await app?.close();
    expect((await explore({ authenticators, coordinator: ProvidedRules }, ProvidedRules)).coordinator).toBeInstanceOf(
      ProvidedRules,
    );
    await app?.close();
    expect((await explore({ authenticators }, COORDINATOR)).coordinator).toBe(COORDINATOR.useValue);
  });

  it('may be a provider, with roles of the options', async () => {
    const { coordinator } = await explore({ roles: { clerk: { permissions: ['tasker.task:show'] } } }, AUTHENTICATOR);
    const clerk = { id: 'ann', roles: ['clerk'] };
    expect(coordinator!.may(clerk, 'tasker.task:show', null as never)).toBe(true);
    expect(coordinator!.may(clerk, 'tasker.task:index', null as never)).toBe(false);
  });

  it.each<[string, AuthOption, Provider[], string]>([
    [
      'a class that nobody provides',
      { authenticators: [ProvidedUsers] },
      [],
      'ProvidedUsers is not a provider of any module; add it to the providers of one',
    ],
    [
      'a class without the method',
      { authenticators: [NoUsers as never] },
      [NoUsers],
      'NoUsers has no method authenticate()',
    ],
    [
      'a provider for each request',
      { authenticators: [RequestUsers] },
      [RequestUsers],
      'RequestUsers is request-scoped; remove its scope, because the request is passed to authenticate() as an argument',
    ],
    [
      'a guard that nobody provides',
      { authenticators: [guardAuthenticator(ProvidedGuard)] },
      [],
      'ProvidedGuard is not a provider of any module; add it to the providers of one',
    ],
    [
      'a guard for each request',
      { authenticators: [knowing('a'), guardAuthenticator(RequestGuard)] },
      [RequestGuard],
      'RequestGuard is request-scoped; remove its scope, because the request is passed to canActivate() as an argument',
    ],
    [
      'a guard without the method',
      { authenticators: [guardAuthenticator({} as never)] },
      [],
      'the guard of the option auth has no method canActivate()',
    ],
    [
      'a coordinator that nobody provides',
      { authenticators: [knowing('a')], coordinator: ProvidedRules },
      [],
      'ProvidedRules is not a provider of any module; add it to the providers of one',
    ],
    [
      'two sources of users',
      { authenticators: [knowing('a')] },
      [AUTHENTICATOR],
      'the option auth names an authenticator, but a module provides TASKER_AUTHENTICATOR as well; keep one of the two, or list the class in auth.authenticators',
    ],
    [
      'two coordinators',
      { authenticators: [knowing('a')], coordinator: new ProvidedRules() },
      [COORDINATOR],
      'the option auth names a coordinator, but a module provides TASKER_AUTHORIZATION_COORDINATOR as well; keep one of the two',
    ],
    [
      'no users',
      { roles: {} },
      [],
      'the option auth names no authenticator; list one in auth.authenticators, mark a class with @TaskerAuthenticator(), ' +
        "provide TASKER_AUTHENTICATOR, or write auth: 'none'",
    ],
    [
      'a marked class that the options do not list',
      { authenticators: [Keys] },
      [Keys, Badges],
      'the option auth names an authenticator, but a module provides Badges as well; keep one of the two, or list the class in auth.authenticators',
    ],
    [
      'a marked coordinator beside that of the options',
      { authenticators: [knowing('a')], coordinator: ProvidedRules },
      [ProvidedRules, StaffRules],
      'the option auth names a coordinator, but a module provides StaffRules as well; keep one of the two',
    ],
    [
      'a marked class that is transient',
      { authenticators: [knowing('a')] },
      [TransientRules],
      'TransientRules is transient, so Nest would never instantiate it; remove its scope',
    ],
    [
      'nobody and a marked class',
      'none',
      [StaffRules],
      "the option auth is 'none', but a module provides an authenticator or a coordinator; remove one of the two",
    ],
    [
      'nobody and somebody',
      'none',
      [AUTHENTICATOR],
      "the option auth is 'none', but a module provides an authenticator or a coordinator; remove one of the two",
    ],
    [
      'nobody and rules',
      'none',
      [COORDINATOR],
      "the option auth is 'none', but a module provides an authenticator or a coordinator; remove one of the two",
    ],
  ])('stops the start with %s', async (_, auth, providers, fault) => {
    expect(await faultsOf(auth, ...providers)).toEqual([fault]);
  });

  describe('a class that is marked', () => {
    it('is found in any module, without a token', async () => {
      const { authenticator, coordinator } = await explore(undefined, Badges, StaffRules);
      expect(authenticator).toBeInstanceOf(Badges);
      expect(coordinator).toBeInstanceOf(StaffRules);
    });

    it('needs the method, or the compiler and the start refuse it', async () => {
      // @ts-expect-error: it has no authenticate()
      @TaskerAuthenticator()
      @Injectable()
      class Empty {}
      expect(await faultsOf(undefined, Empty)).toEqual(['Empty has no method authenticate()']);
    });

    it('does not mark the classes that extend it', async () => {
      const { coordinator } = await explore(undefined, AUTHENTICATOR, UnmarkedRules);
      expect(coordinator).toBeInstanceOf(RoleCoordinator);
    });

    it('may be what the token stands for', async () => {
      const { authenticator, coordinator } = await explore(
        undefined,
        Badges,
        { provide: TASKER_AUTHENTICATOR, useExisting: Badges },
        { provide: TASKER_AUTHORIZATION_COORDINATOR, useClass: StaffRules },
      );
      expect(authenticator).toBeInstanceOf(Badges);
      expect(coordinator).toBeInstanceOf(StaffRules);
    });

    it('is asked where the options list it, if there are several', async () => {
      const { authenticator } = await explore({ authenticators: [knowing('ann'), Keys, Badges] }, Badges, Keys);
      expect(await authenticator!.authenticate({ token: 'carl' })).toEqual({ id: 'key' });
    });

    it('may be named by the options, too', async () => {
      const auth = { authenticators: [Badges], coordinator: StaffRules };
      expect((await explore(auth, Badges, StaffRules)).coordinator).toBeInstanceOf(StaffRules);
    });
  });

  it('stops the start with every fault at once, and each name', async () => {
    const faults = await faultsOf(undefined, Keys, Badges, RequestBadges, AUTHENTICATOR, StaffRules, GuestRules);
    expect(faults).toEqual([
      'there is more than one authenticator: Keys, Badges, RequestBadges, TASKER_AUTHENTICATOR; list the classes in ' +
        'auth.authenticators, in the order in which they are asked',
      'RequestBadges is request-scoped; remove its scope, because the request is passed to authenticate() as an argument',
      'there is more than one coordinator: StaffRules, GuestRules; keep one',
    ]);
    expect(await faultsOf(undefined, AUTHENTICATOR, StaffRules, COORDINATOR)).toEqual([
      'there is more than one coordinator: StaffRules, TASKER_AUTHORIZATION_COORDINATOR; keep one',
    ]);
  });

  it('stops the start if two modules provide the same', async () => {
    const twice = { providers: [StaffRules, { provide: TASKER_AUTHENTICATOR, useClass: ProvidedUsers }] };
    expect(await faultsIn(exploreModules(undefined, twice, twice))).toEqual([
      'TASKER_AUTHENTICATOR is provided by more than one module; provide it once',
      'StaffRules is provided by more than one module; provide it once',
    ]);
  });

  describe('in production', () => {
    const before = process.env.NODE_ENV;
    beforeEach(() => void (process.env.NODE_ENV = 'production'));
    afterEach(() => void (process.env.NODE_ENV = before));

    it.each<[string, AuthOption | undefined, Provider[]]>([
      ['it is none on purpose', 'none', []],
      ['it names users', { authenticators: [knowing('ann')] }, []],
      ['a module provides users', undefined, [AUTHENTICATOR]],
      ['a module provides rules', undefined, [AUTHENTICATOR, COORDINATOR]],
      ['a class is marked', undefined, [Badges]],
    ])('keeps the API open, without a warning, if %s', async (_, auth, providers) => {
      expect(await explore(auth, ...providers)).toMatchObject({ isClosed: false });
      expect(warned).not.toHaveBeenCalled();
    });

    it('closes the API if nobody chose, and says so once', async () => {
      expect(await explore(undefined)).toMatchObject({ isClosed: true });
      expect(warned.mock.calls).toEqual([
        [expect.stringContaining("or write 'none' if anyone who can reach the API may do anything")],
      ]);
    });
  });

  it('does not have to be chosen during development', async () => {
    expect(await explore(undefined)).toMatchObject({ isClosed: false, authenticator: null, coordinator: null });
    expect(warned).not.toHaveBeenCalled();
  });
});
