import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Injectable, Logger, Module, Scope, type INestApplicationContext, type Provider } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { AccessDecision } from '../../../lib/auth/access.decision.js';
import { AuthModule } from '../../../lib/auth/auth.module.js';
import {
  TASKER_AUTHENTICATOR,
  type Authenticator,
  type TaskerUser,
} from '../../../lib/workflow/access/authenticator.contract.js';
import {
  TASKER_AUTHORIZATION_COORDINATOR,
  type AuthorizationCoordinator,
  type AuthorizationSubject,
} from '../../../lib/workflow/access/authorization-coordinator.contract.js';
import { PERMISSIONS } from '../../../lib/workflow/access/permissions.js';
import { PersistenceModule } from '../../../lib/persistence/persistence.module.js';
import type { TaskerModuleOptions } from '../../../lib/options/tasker.options.js';
import { given } from '../../support/given.options.js';
import { NoDatabase } from '../../support/no.database.js';

const PETE = { id: 'pete' };
const TASK: AuthorizationSubject = {
  kind: 'task',
  id: '17',
  taskId: '17',
  step: null,
  namespace: 'shop',
  name: 'order',
  version: '1.0.0',
  initiator: 'ann',
  filter: null,
  ids: null,
  face: 'rest',
  field: null,
};

describe('who may do what', () => {
  let app: INestApplicationContext | undefined;
  afterEach(async () => {
    await app?.close();
  });

  const decide = async (...providers: Provider[]): Promise<TaskerUser | null> => {
    app = await anAppWith(providers);
    const access = await app.get(AccessDecision).of({}, { token: 'pete' });
    await access.require('tasker.task:show', TASK);
    return access.user;
  };

  it('is everybody everything when the host provides nothing', async () => {
    await expect(decide()).resolves.toBeNull();
  });

  it('is what the roles of users say, when nobody coordinates', async () => {
    const user = { ...PETE, roles: ['viewer'] };
    const authenticate = jest.fn<Authenticator['authenticate']>(() => user);
    await expect(decide(anAuthenticator({ authenticate }))).resolves.toEqual(user);
    expect(authenticate).toHaveBeenCalledWith({ token: 'pete' });
  });

  it('is nothing for users without roles, when nobody coordinates', async () => {
    await expect(decide(anAuthenticator({ authenticate: () => PETE }))).rejects.toMatchObject({ httpStatus: 403 });
  });

  it.each([[null], [undefined], [false]])('is nothing for a request of %s', async (nobody) => {
    const authenticate = (): null => nobody as null;
    await expect(decide(anAuthenticator({ authenticate }))).rejects.toMatchObject({
      code: 'TASKER_UNAUTHENTICATED',
      httpStatus: 401,
    });
  });

  it.each<[string, unknown, string]>([
    ['no id', {}, 'its id must be a string, got undefined'],
    ['an empty id', { id: '' }, 'its id must not be empty'],
    ['a number for an id', { id: 7 }, 'its id must be a string, got number'],
    ['an id that is too long to store', { id: 'x'.repeat(129) }, 'its id must have at most 128 characters'],
    ['an expiry that is no instant', { id: 'pete', expiresAt: 1_700_000_000 }, 'its expiresAt must be a valid Date'],
    ['an invalid date as expiry', { id: 'pete', expiresAt: new Date('soon') }, 'its expiresAt must be a valid Date'],
  ])('is nothing, loudly, for a user with %s', async (_, user, fault) => {
    const authenticate = (): TaskerUser => user as TaskerUser;
    await expect(decide(anAuthenticator({ authenticate }))).rejects.toMatchObject({
      code: 'TASKER_INVALID_USER',
      httpStatus: 500,
      message: expect.stringContaining(fault),
    });
  });

  it('is nothing for a user whose credentials have expired', async () => {
    const expired = { ...PETE, expiresAt: new Date(Date.now() - 1) };
    await expect(decide(anAuthenticator({ authenticate: () => expired }))).rejects.toMatchObject({
      code: 'TASKER_UNAUTHENTICATED',
    });
    await app?.close();
    const valid = { ...PETE, roles: ['viewer'], expiresAt: new Date(Date.now() + 60_000) };
    await expect(decide(anAuthenticator({ authenticate: () => valid }))).resolves.toEqual(valid);
  });

  it('stays closed when the authenticator breaks', async () => {
    const authenticate = (): Promise<null> => Promise.reject(new Error('the directory is away'));
    await expect(decide(anAuthenticator({ authenticate }))).rejects.toThrow('the directory is away');
  });

  it('is what the coordinator says about this user, permission and resource', async () => {
    const may = jest.fn<AuthorizationCoordinator['may']>(() => Promise.resolve(true));
    await expect(decide(anAuthenticator({ authenticate: () => PETE }), aCoordinator({ may }))).resolves.toEqual(PETE);
    expect(may).toHaveBeenCalledWith(PETE, 'tasker.task:show', TASK);
  });

  it.each([[false], [undefined], ['yes']])('is nothing when the coordinator says %s', async (answer) => {
    const may = (): boolean => answer as boolean;
    await expect(decide(anAuthenticator({ authenticate: () => PETE }), aCoordinator({ may }))).rejects.toMatchObject({
      code: 'TASKER_FORBIDDEN',
      httpStatus: 403,
      permission: 'tasker.task:show',
    });
  });

  it('is asked about nobody, with a warning at start, when there is a coordinator alone', async () => {
    const warned = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const may = jest.fn<AuthorizationCoordinator['may']>(() => true);
    await expect(decide(aCoordinator({ may }))).resolves.toBeNull();
    expect(may).toHaveBeenCalledWith(null, 'tasker.task:show', TASK);
    expect(warned).toHaveBeenCalledTimes(1);
    warned.mockRestore();
  });
});

describe('providers of the host that cannot be used', () => {
  it('stop the start, for overlooking them would open everything', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Scoped {
      authenticate = (): null => null;
    }
    @Module({ providers: [aCoordinator({ may: () => true })] })
    class Other {}
    const providers = [{ provide: TASKER_AUTHENTICATOR, useClass: Scoped }, aCoordinator({ may: () => true })];
    await expect(anAppWith(providers, [Other])).rejects.toMatchObject({
      code: 'TASKER_INVALID_AUTH_PROVIDERS',
      faults: [
        'TASKER_AUTHENTICATOR is request-scoped; remove its scope, because the request is passed to authenticate() as an argument',
        'TASKER_AUTHORIZATION_COORDINATOR is provided by more than one module; provide it once',
      ],
    });
  });

  it('include an authenticator whose scheme is none', async () => {
    const scheme = 'Bearer\r\nSet-Cookie: x=1';
    await expect(anAppWith([anAuthenticator({ scheme, authenticate: () => PETE })])).rejects.toMatchObject({
      faults: [expect.stringContaining('the scheme of an authenticator is not allowed in WWW-Authenticate')],
    });
  });

  it('include those without the method that is asked for', async () => {
    const providers: Provider[] = [
      { provide: TASKER_AUTHENTICATOR, useValue: {} },
      { provide: TASKER_AUTHENTICATOR, useValue: null },
      { provide: TASKER_AUTHENTICATOR, useFactory: () => undefined },
    ];
    for (const provider of providers) {
      await expect(anAppWith([provider])).rejects.toMatchObject({
        faults: ['TASKER_AUTHENTICATOR has no method authenticate()'],
      });
    }
  });
});

describe('the permissions', () => {
  it('are 34, each once and well-formed', () => {
    expect(new Set(PERMISSIONS).size).toBe(34);
    expect(PERMISSIONS.filter((permission) => !/^tasker\.[a-z_]+:[a-z_]+$/.test(permission))).toEqual([]);
  });
});

function anAuthenticator(authenticator: Authenticator): Provider {
  return { provide: TASKER_AUTHENTICATOR, useValue: authenticator };
}

function aCoordinator(coordinator: AuthorizationCoordinator): Provider {
  return { provide: TASKER_AUTHORIZATION_COORDINATOR, useValue: coordinator };
}

async function anAppWith(
  providers: Provider[],
  imports: (new () => object)[] = [],
  options: TaskerModuleOptions = {},
): Promise<INestApplicationContext> {
  const module = await Test.createTestingModule({ imports: [...given(options), AuthModule, ...imports], providers })
    .overrideModule(PersistenceModule)
    .useModule(NoDatabase.with())
    .compile();
  return module.init();
}
