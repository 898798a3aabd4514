import { afterEach, describe, expect, it } from '@jest/globals';
import { Injectable, Module, type INestApplicationContext, type Provider } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { Test } from '@nestjs/testing';
import passport from 'passport';
import { AuthUnavailableError } from '../../../lib/auth/auth.errors.js';
import { AuthModule } from '../../../lib/auth/auth.module.js';
import { guardAuthenticator } from '../../../lib/auth/host/guard.authenticator.js';
import type { AuthOption } from '../../../lib/options/auth.options.js';
import { passportAuthenticator } from '../../../lib/passport/passport.authenticator.js';
import { passportStrategy } from '../../../lib/passport/passport.strategy.js';
import { PersistenceModule } from '../../../lib/persistence/persistence.module.js';
import type { Authenticator, TaskerUser } from '../../../lib/workflow/access/authenticator.contract.js';
import { given } from '../../support/given.options.js';
import { NoDatabase } from '../../support/no.database.js';
import { ChosenStrategy, forgetStrategies } from './strategies.js';

type Found = TaskerUser | null | Promise<TaskerUser | null>;
const knowing = (find: (request: any) => Found): Authenticator => ({ scheme: 'Key', authenticate: find });
const byName = knowing(({ name }) => (name ? { id: name as string } : null));

@Injectable()
class ProvidedUsers implements Authenticator {
  authenticate = (): TaskerUser => ({ id: 'provided' });
}

let app: INestApplicationContext | undefined;
forgetStrategies();
afterEach(async () => {
  await app?.close();
  app = undefined;
});

const start = async (auth: AuthOption, ...providers: Provider[]): Promise<void> => {
  @Module({ providers })
  class Elsewhere {}
  const module = await Test.createTestingModule({ imports: [...given({ auth }), AuthModule, Elsewhere] })
    .overrideModule(PersistenceModule)
    .useModule(NoDatabase.with())
    .compile();
  app = await module.init();
};
/** What a route of the host sees behind `AuthGuard('tasker')`. */
const login = async (request: Record<string, unknown>): Promise<unknown> => {
  const guard = new (AuthGuard('tasker'))();
  await guard.canActivate(new ExecutionContextHost([request, {}]));
  return request.user;
};

describe('the authenticators of the engine as a strategy', () => {
  it('know the same users, who are those of the request', async () => {
    await start({ authenticators: [byName, new ProvidedUsers()] }, passportStrategy('tasker'));
    expect(await login({ name: 'ann' })).toEqual({ id: 'ann' });
    expect(await login({})).toEqual({ id: 'provided' });
  });

  it('refuse a request without credentials, with the challenge of the engine', async () => {
    await start({ authenticators: [byName] }, passportStrategy('tasker'));
    await expect(login({})).rejects.toMatchObject({ status: 401 });
    const refused: unknown[] = [];
    const answer = (_: unknown, user: unknown, challenge: unknown): unknown => refused.push(user, challenge);
    await passport.authenticate('tasker', answer as never)({}, {}, () => undefined);
    await new Promise(setImmediate);
    expect(refused).toEqual([false, 'Key']);
  });

  it('refuse an address from which too many requests failed, with an error that Nest answers with 429', async () => {
    await start({ authenticators: [byName] }, passportStrategy('tasker'));
    const ip = '203.0.113.7';
    for (let failed = 0; failed < 20; failed++) await expect(login({ ip })).rejects.toMatchObject({ status: 401 });
    await expect(login({ ip, name: 'ann' })).rejects.toMatchObject({ statusCode: 429, expose: true });
    expect(await login({ ip: '203.0.113.8', name: 'ann' })).toEqual({ id: 'ann' });
  });

  it('know nobody if the engine has none', async () => {
    await start('none', passportStrategy('tasker'));
    await expect(login({})).rejects.toMatchObject({ status: 401 });
  });

  it('check what an authenticator returns', async () => {
    await start({ authenticators: [knowing(() => ({ id: '' }))] }, passportStrategy('tasker'));
    await expect(login({})).rejects.toMatchObject({ code: 'TASKER_INVALID_USER' });
  });

  it('may not be asked by one of them', async () => {
    const circle = 'the Passport strategy "tasker" asks the authenticators of the engine';
    const direct = start({ authenticators: [passportAuthenticator('tasker')] }, passportStrategy('tasker'));
    await expect(direct).rejects.toThrow(circle);
    const guard = new (AuthGuard('tasker'))();
    await start({ authenticators: [guardAuthenticator(guard)] }, passportStrategy('tasker'));
    await expect(login({})).rejects.toThrow(circle);
  });
});

describe('an authenticator as a strategy', () => {
  it('is an instance, or the provider of a class', async () => {
    await start('none', passportStrategy('tasker', byName));
    expect(await login({ name: 'ann' })).toEqual({ id: 'ann' });
    await app?.close();
    await start('none', passportStrategy('tasker', ProvidedUsers), ProvidedUsers);
    expect(await login({})).toEqual({ id: 'provided' });
  });

  it('stops the start if nobody provides the class', async () => {
    await expect(start('none', passportStrategy('tasker', ProvidedUsers))).rejects.toThrow('ProvidedUsers');
  });

  it('may be asked by the engine', async () => {
    await start({ authenticators: [passportAuthenticator('tasker')] }, passportStrategy('tasker', byName));
    expect(await login({ name: 'ann' })).toEqual({ id: 'ann' });
  });

  it('refuses users whose credentials have expired', async () => {
    const expiresAt = new Date(Date.now() - 1);
    await start(
      'none',
      passportStrategy(
        'tasker',
        knowing(() => ({ id: 'ann', expiresAt })),
      ),
    );
    await expect(login({})).rejects.toMatchObject({ status: 401 });
  });

  it('reports an outage as an error that Nest answers with 503', async () => {
    const outage = new AuthUnavailableError('no directory');
    await start(
      'none',
      passportStrategy(
        'tasker',
        knowing(() => Promise.reject(outage)),
      ),
    );
    await expect(login({})).rejects.toBe(outage);
    expect(outage).toMatchObject({ statusCode: 503, expose: true });
  });
});

describe('the name of a strategy', () => {
  it('stops the start if it is unknown, with those that are known', async () => {
    passport.use('chosen', new ChosenStrategy((actions) => actions.fail()));
    const started = start({ authenticators: [passportAuthenticator('chozen')] });
    await expect(started).rejects.toMatchObject({
      code: 'TASKER_INVALID_AUTH_PROVIDERS',
      faults: ['unknown Passport strategy "chozen"; known: chosen. Did you mean "chosen"?'],
    });
  });

  it('may be that of a provider of any module', async () => {
    const registers = {
      provide: 'registers',
      useFactory: () => passport.use('chosen', new ChosenStrategy(() => null)),
    };
    await expect(start({ authenticators: [passportAuthenticator('chosen')] }, registers)).resolves.toBeUndefined();
  });
});
