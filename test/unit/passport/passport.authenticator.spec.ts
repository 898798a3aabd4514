import { describe, expect, it, jest } from '@jest/globals';
import { ForbiddenException, ServiceUnavailableException, UnauthorizedException } from '@nestjs/common';
import passport from 'passport';
import { AuthUnavailableError } from '../../../lib/auth/auth.errors.js';
import type { TaskerUser } from '../../../lib/workflow/access/authenticator.contract.js';
import { passportAuthenticator } from '../../../lib/passport/passport.authenticator.js';
import { ChosenStrategy, forgetStrategies } from './strategies.js';

const ANN = { id: 'ann', roles: ['viewer'] };

type Decide = ConstructorParameters<typeof ChosenStrategy>[0];

describe('a strategy of the application as an authenticator', () => {
  forgetStrategies();

  const ask = async (decide: Decide, request: object = {}): Promise<TaskerUser | null> => {
    passport.use('chosen', new ChosenStrategy(decide));
    return passportAuthenticator('chosen').authenticate(request);
  };

  it('knows whom the strategy accepts, at once or later', async () => {
    expect(await ask((actions) => actions.success(ANN))).toBe(ANN);
    expect(await ask((actions) => setImmediate(() => actions.success(ANN)))).toBe(ANN);
  });

  it.each<[string, Decide]>([
    ['fails', (actions) => actions.fail('Bearer realm="x"')],
    ['fails with a status', (actions) => actions.fail(400)],
    ['passes', (actions) => actions.pass()],
    ['redirects', (actions) => actions.redirect('https://login.example.com/')],
    ['accepts nobody', (actions) => actions.success(false)],
    ['answers by itself, as on Express', (_, { res }) => res.status(302).setHeader('location', '/').end()],
    ['reports missing credentials as Nest does', (actions) => actions.error(new UnauthorizedException())],
    ['reports a forbidden account as Nest does', (actions) => actions.error(new ForbiddenException())],
  ])('knows nobody if the strategy %s', async (_, decide) => {
    expect(await ask(decide)).toBeNull();
  });

  it.each<[string, Decide]>([
    ['reports it', (actions) => actions.error(new Error('broken'))],
    ['throws it', () => raise(new Error('broken'))],
    ['is asynchronous', () => Promise.reject(new Error('broken'))],
  ])('passes on an error if the strategy %s', async (_, decide) => {
    await expect(ask(decide)).rejects.toThrow('broken');
  });

  it('passes on an outage, and takes the status 503 of Nest for one', async () => {
    const outage = new AuthUnavailableError('no directory');
    await expect(ask((actions) => actions.error(outage))).rejects.toBe(outage);
    const refused = ask((actions) => actions.error(new ServiceUnavailableException('no directory')));
    await expect(refused).rejects.toMatchObject({ code: 'TASKER_AUTH_UNAVAILABLE', reason: 'no directory' });
  });

  it('makes the user from the account, if it is told how', async () => {
    passport.use('chosen', new ChosenStrategy((actions) => actions.success({ sub: 7 })));
    const user = jest.fn(({ sub }: { sub: number }) => Promise.resolve({ id: `user ${sub}` }));
    expect(await passportAuthenticator('chosen', { user }).authenticate({})).toEqual({ id: 'user 7' });
    expect(await passportAuthenticator('chosen', { user: () => null }).authenticate({})).toBeNull();
    passport.use('chosen', new ChosenStrategy((actions) => actions.fail()));
    expect(await passportAuthenticator('chosen', { user }).authenticate({})).toBeNull();
    expect(user).toHaveBeenCalledTimes(1);
  });

  it('shows the strategy the request, and keeps what the strategy does to it from others', async () => {
    const request = { headers: { token: 'ann' }, user: 'the host' };
    const found = await ask((actions, own) => {
      own.user = own.headers.token;
      own.login = () => undefined;
      actions.success({ id: own.user });
    }, request);
    expect(found).toEqual({ id: 'ann' });
    expect(request).toEqual({ headers: { token: 'ann' }, user: 'the host' });
  });

  it('keeps requests at the same time apart', async () => {
    const decide: Decide = (actions, { id }) => setImmediate(() => actions.success({ id }));
    passport.use('chosen', new ChosenStrategy(decide));
    const authenticator = passportAuthenticator('chosen');
    const ids = Array.from({ length: 100 }, (_, index) => `user ${index}`);
    const found = await Promise.all(ids.map(async (id) => authenticator.authenticate({ id })));
    expect(found.map((user) => user?.id)).toEqual(ids);
  }, 10_000);

  it.each(['chozen', 'session', 'toString'])('knows no strategy "%s"', (name) => {
    passport.use('chosen', new ChosenStrategy((actions) => actions.success(ANN)));
    const ask = (): unknown => passportAuthenticator(name).authenticate({});
    expect(ask).toThrow(`unknown Passport strategy "${name}"; known: chosen`);
  });
});

function raise(error: Error): never {
  throw error;
}
