import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { DynamicModule, INestApplication, Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ApiTokenService, defineTask, TaskerModule } from 'nestjs-tasker';
import request from 'supertest';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { openHost } from '../support/host.js';
import { signedToken, TokenIssuer } from '../support/token.issuer.js';
import { importExample } from '../unit/docs/example.module.js';
import { codeBlocks, read } from '../unit/docs/pages.js';

const PAGE = 'docs/authorization.md';
const LOGIN = 'https://login.example.com/';
/** A text of each example; the first one that contains it is meant. */
const EXAMPLES = {
  none: "auth: 'none'",
  openId: 'export const tasker',
  openIdByToken: '@Module({ providers: [{ provide: TASKER_AUTHENTICATOR',
  secret: 'process.env.TASKER_JWT_SECRET',
  keys: 'keysUrl',
  opaque: 'new IntrospectionAuthenticator({',
  login: 'new LoginAuthenticator({',
  rateLimits: 'failures: { limit: 20, seconds: 60 }',
  apiTokens: 'authenticators: [ApiTokenAuthenticator] }',
  severalTokens: '[ApiTokenAuthenticator, people]',
  passport: "extends PassportStrategy(Strategy, 'bearer')",
  guard: 'guardAuthenticator(SessionGuard',
  own: 'class TenantCoordinator',
  roles: "'payments-team': {",
};

type Headers = Readonly<Record<string, string>>;
type Handle = (asked: { headers: Headers; session?: object }, answer: unknown, next: () => void) => void;

/** A workflow whose step never runs. */
const order = (namespace: string) =>
  defineTask({ namespace, name: 'order', version: '1.0.0' }).step('ship', { handler: 'shop.ship' });

/** The examples of the page about authorization, each started as an application. */
describe('the example of an application', () => {
  let database: TestDatabase;
  let issuer: TokenIssuer;
  let app: INestApplication<Server>;
  /** Of tasks that were started before: two of the shop, by ann and by bob, and one of payments. */
  let ids: readonly string[];

  beforeAll(async () => {
    [database, issuer] = await Promise.all([createTestDatabase(), TokenIssuer.open()]);
    const host = await openHost({
      url: database.url,
      templates: [order('shop'), order('payments')],
      handlers: { 'shop.ship': () => null },
    });
    const start = { name: 'order', version: '1.0.0', context: {} };
    const started = await host.tasks.startMany([
      { ...start, namespace: 'shop', initiator: 'ann' },
      { ...start, namespace: 'shop', initiator: 'bob' },
      { ...start, namespace: 'payments', initiator: 'ann' },
    ]);
    ids = started.map(({ id }) => id);
    await host.close();
  });
  afterEach(() => app.close());
  afterAll(async () => {
    issuer.close();
    await database.drop();
  });

  /** Starts the application of an example. One without the engine is that of a module to import next to it. */
  const start = async (
    text: string,
    changes: Headers = {},
    middleware?: Handle,
  ): Promise<Readonly<Record<string, any>>> => {
    const example = await importExample(PAGE, text, changes);
    const { tasker, AppModule, AccessModule } = example as Readonly<Record<string, Type | DynamicModule | undefined>>;
    const own = tasker ?? AppModule ?? AccessModule!;
    const postgres = TypeOrmModule.forRoot({ type: 'postgres', url: database.url, autoLoadEntities: true });
    const imports = [postgres, own, ...(own === AccessModule ? [TaskerModule.forRoot()] : [])];
    const module = await Test.createTestingModule({ imports }).compile();
    app = module.createNestApplication<INestApplication<Server>>({ logger: false });
    if (middleware) app.use(middleware);
    await app.init();
    return example;
  };

  const says = (sentence: string): void => expect(read(PAGE).replaceAll('\n', ' ')).toContain(sentence);
  const status = async (headers: Headers = {}, path = '/tasker/tasks'): Promise<number> =>
    (await request(app.getHttpServer()).get(path).set(headers)).status;
  const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` });
  const claims = { sub: 'ann', roles: ['viewer'] };

  it('without an authenticator admits everyone, also in production', async () => {
    says('Every request is admitted, with or without credentials, also in production.');
    const { NODE_ENV } = process.env;
    process.env.NODE_ENV = 'production';
    try {
      await start(EXAMPLES.none);
    } finally {
      process.env.NODE_ENV = NODE_ENV;
    }
    expect(await status()).toBe(200);
    expect(await status(bearer('anything'))).toBe(200);
  });

  it.each([EXAMPLES.openId, EXAMPLES.openIdByToken])(
    'with a provider of OpenID Connect admits its tokens (%s)',
    async (text) => {
      says('Requests with a token of this issuer are admitted; all others get status 401.');
      says('Requests with a token of this issuer for this audience are admitted, until the token expires.');
      await start(text, { [LOGIN]: issuer.url });
      expect(await status(bearer(await issuer.token(claims)))).toBe(200);
      const refused = [
        issuer.forgedToken(claims),
        issuer.token({ ...claims, aud: 'shop' }),
        issuer.token({ ...claims, iss: LOGIN }),
      ];
      for (const token of await Promise.all(refused)) expect(await status(bearer(token))).toBe(401);
      expect(await status()).toBe(401);
      says('A user without a role may do nothing, and gets status 403.');
      expect(await status(bearer(await issuer.token({ sub: 'ann' })))).toBe(403);
    },
  );

  it('with a secret admits tokens that were signed with it', async () => {
    says(
      'Requests with a token that was signed with the secret are admitted; if another secret signed it, they get status 401.',
    );
    const secret = randomBytes(32).toString('hex');
    process.env.TASKER_JWT_SECRET = secret;
    try {
      await start(EXAMPLES.secret);
    } finally {
      delete process.env.TASKER_JWT_SECRET;
    }
    const signed = (by: string): Promise<string> => signedToken({ ...claims, iss: 'shop' }, 'HS256', Buffer.from(by));
    expect(await status(bearer(await signed(secret)))).toBe(200);
    expect(await status(bearer(await signed(secret.toUpperCase())))).toBe(401);
    await expect(importExample(PAGE, EXAMPLES.secret)).rejects.toThrow('at least 32 bytes');
  });

  it('with published keys admits tokens that one of them signed', async () => {
    says(
      'Requests with a token that one of the keys signed are admitted; if another key signed it, they get status 401.',
    );
    await start(EXAMPLES.keys, { [`${LOGIN}keys`]: issuer.keysUrl });
    expect(await status(bearer(await issuer.token({ ...claims, iss: 'shop' })))).toBe(200);
    expect(await status(bearer(await issuer.forgedToken({ ...claims, iss: 'shop' })))).toBe(401);
  });

  it('with published keys refuses tokens with 503 as long as the keys could not be fetched', async () => {
    says('As long as the keys could not be fetched, requests with a token get status 503.');
    const gone = await TokenIssuer.open();
    const { keysUrl } = gone;
    gone.close();
    await start(EXAMPLES.keys, { [`${LOGIN}keys`]: keysUrl });
    expect(await status(bearer(await issuer.token({ ...claims, iss: 'shop' })))).toBe(503);
    expect(await status()).toBe(401);
  });

  it('with opaque tokens admits those that are active', async () => {
    says('Requests with a token that the issuer calls active are admitted; all others get status 401.');
    await start(EXAMPLES.opaque, { [LOGIN]: issuer.url, "process.env['TASKER_CLIENT_SECRET']!": "'of-tasker'" });
    expect(await status(bearer(issuer.opaqueToken(claims)))).toBe(200);
    expect(await status(bearer('invented'))).toBe(401);
  });

  it('with a login sends users to the provider, and admits nobody else', async () => {
    says(
      'Users who have logged in are admitted until their session is over; all other requests without a token get 401.',
    );
    const changes = { [LOGIN]: issuer.url, "process.env['TASKER_CLIENT_SECRET']!": "'of-tasker'" };
    await start(EXAMPLES.login, { ...changes, "process.env['TASKER_SESSION_SECRET']!": "'of-sessions-'.repeat(4)" });
    expect(await status()).toBe(401);
    const begun = await request(app.getHttpServer()).get('/tasker/dashboard/login').expect(303);
    const { origin, searchParams } = new URL(begun.headers.location!);
    expect([origin, searchParams.get('redirect_uri')]).toEqual([
      issuer.url,
      'https://example.com/tasker/dashboard/login/callback',
    ]);
    expect(begun.headers['set-cookie']).toEqual([expect.stringMatching(/^__Host-.*; Secure$/)]);
  });

  it('with rate limits refuses an address that guesses', async () => {
    says('After `limit` failures, all requests from that address are refused');
    await start(EXAMPLES.rateLimits, { [LOGIN]: issuer.url });
    for (let guess = 0; guess < 20; guess++) expect(await status(bearer(`guess-${guess}`))).toBe(401);
    expect(await status(bearer(await issuer.token(claims)))).toBe(429);
  });

  it('with API tokens admits them until they end, next to tokens of another kind', async () => {
    says('Requests with a token are admitted until it expires or is revoked; then, they get status 401.');
    says('Requests with a token of either kind are admitted.');
    await start(EXAMPLES.severalTokens, { [LOGIN]: issuer.url });
    const tokens = app.get(ApiTokenService);
    const { id, secret } = await tokens.create({ name: 'import', userId: 'importer', roles: ['viewer'] }, 'ann');
    expect(await status(bearer(secret))).toBe(200);
    expect(await status(bearer(await issuer.token(claims)))).toBe(200);
    await tokens.revoke(id, 'ann');
    expect(await status(bearer(secret))).toBe(401);
  });

  it('with API tokens alone refuses all others', async () => {
    await start(EXAMPLES.apiTokens);
    const roles = ['viewer'];
    const { secret } = await app.get(ApiTokenService).create({ name: 'import', userId: 'importer', roles }, 'ann');
    expect(await status(bearer(secret))).toBe(200);
    expect(await status(bearer(await issuer.token(claims)))).toBe(401);
  });

  it('with Passport admits accounts, at the routes of the application, too', async () => {
    says(
      'Requests with the token of an account are admitted, with the email as the id of the user; all others get status 401, also from `/reports/mine`.',
    );
    const { Accounts } = await start(EXAMPLES.passport);
    app.get<Map<string, object>>(Accounts as Type).set('one', { email: 'ann@example.com', groups: ['staff'] });
    expect(await status(bearer('one'))).toBe(200);
    expect(await status(bearer('two'))).toBe(401);
    const mine = await request(app.getHttpServer()).get('/reports/mine').set(bearer('one'));
    expect(mine.body).toEqual({ author: 'ann@example.com' });
    expect(await status({}, '/reports/mine')).toBe(401);
  });

  it('with a guard admits requests whose session has an account', async () => {
    says('Requests whose session has an account are admitted; all others get status 401.');
    await start(EXAMPLES.guard, {}, (asked, _, next) => {
      const { 'x-session': email } = asked.headers;
      asked.session = email === undefined ? {} : { account: { email, groups: ['viewer'] } };
      next();
    });
    expect(await status({ 'x-session': 'ann@example.com' })).toBe(200);
    expect(await status()).toBe(401);
  });

  it('with an authenticator and a coordinator of its own decides by them', async () => {
    says('Requests with the key of an employee are admitted; all others get status 401.');
    says(
      'An employee who is no operator gets status 403 for a start, and for the cancellation of a task that somebody else started.',
    );
    const { ApiKeyAuthenticator } = await start(EXAMPLES.own);
    const { employees } = app.get<{ employees: Map<string, object> }>(ApiKeyAuthenticator as Type);
    employees.set('one', { id: 'ann', tenant: 'shop', isOperator: false });
    employees.set('two', { id: 'bob', tenant: 'shop', isOperator: true });
    expect(await status({ 'x-api-key': 'one' })).toBe(200);
    expect(await status({ 'x-api-key': 'three' })).toBe(401);
    const http = request(app.getHttpServer());
    const order = { namespace: 'shop', name: 'order' };
    expect((await http.post('/tasker/tasks').set('x-api-key', 'one').send(order)).status).toBe(403);
    const cancel = async (key: string, index: number): Promise<number> =>
      (await http.delete(`/tasker/tasks/${ids[index]!}`).set('x-api-key', key)).status;
    expect(await cancel('one', 1)).toBe(403);
    expect(await cancel('one', 0)).toBe(200);
    expect(await cancel('two', 1)).toBe(200);
  });

  it('with roles decides by them', async () => {
    says(
      'In the example, the support may retry tasks, but start none. For the payments team, only tasks of `payments` and `billing` exist.',
    );
    await start(EXAMPLES.roles, { [LOGIN]: issuer.url });
    const support = bearer(await issuer.token({ sub: 'ann', roles: ['support'] }));
    const team = bearer(await issuer.token({ sub: 'bob', roles: ['payments-team'] }));
    const http = request(app.getHttpServer());
    expect(
      (
        await http
          .post('/tasker/bulk/tasks/retry')
          .set(support)
          .send({ filter: { ids: ['999'] } })
      ).status,
    ).toBe(200);
    expect((await http.post('/tasker/tasks').set(support).send({ namespace: 'shop', name: 'order' })).status).toBe(403);
    const { body } = await http.get('/tasker/tasks').set(team);
    expect(body.tasks.map(({ namespace }: { namespace: string }) => namespace)).toEqual(['payments']);
  });
});

describe('the examples of the page', () => {
  it('are all started', () => {
    const applications = codeBlocks(PAGE).filter(({ text }) => /TaskerModule\.forRoot|@Module/.test(text));
    const started = Object.values(EXAMPLES).map((part) => applications.find(({ text }) => text.includes(part)));
    expect(applications.filter((each) => !started.includes(each)).map(({ place }) => place)).toEqual([]);
  });
});
