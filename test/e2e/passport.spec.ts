import type { Server } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Injectable,
  Module,
  UnauthorizedException,
  type CallHandler,
  type CanActivate,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { AuthUnavailableError, guardAuthenticator } from 'nestjs-tasker';
import { passportAuthenticator } from 'nestjs-tasker/passport';
import passport from 'passport';
import request from 'supertest';
import { codeBlocks, read } from '../unit/docs/pages.js';
import { amount } from '../support/amount.js';
import { startOwnGraphqlHost, type GraphqlHost } from '../support/graphql.host.js';
import { rawSocket, silentSocket } from '../support/graphql.sockets.js';
import { Accounts, LoginModule, ReportsController } from '../support/passport.login.js';
import { randomFrom } from '../support/random.js';

type Headers = Readonly<Record<string, string | undefined>>;
const random = randomFrom(11);
/** At the same time. */
const USERS = amount({ short: 30, full: 100 });

/** Lets others go first, for a few turns. */
async function dawdle(): Promise<void> {
  for (let left = Math.floor(random() * 4); left > 0; left--) await turn();
}

interface Member {
  readonly sub: string;
}

/** Written by hand: `x-key: <result> <name>`. */
class KeyStrategy extends passport.Strategy {
  override authenticate(this: passport.StrategyCreated<this>, { headers }: { headers: any }): void {
    const [result, sub] = String((headers as Headers)['x-key']).split(' ');
    const results: Readonly<Record<string, () => void>> = {
      member: () => this.success({ sub: sub! } satisfies Member),
      elsewhere: () => this.redirect('https://login.example.com/'),
      undecided: () => this.pass(),
      away: () => this.error(new AuthUnavailableError('the directory at 10.1.2.3 does not answer')),
      broken: () => this.error(new Error('the directory is upset')),
    };
    void dawdle().then(results[result!] ?? (() => this.fail('Key')));
  }
}

/** Knows who has a session, and leaves them on the request. */
@Injectable()
class SessionGuard implements CanActivate {
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const asked = context.switchToHttp().getRequest<{ readonly headers: Headers; account?: object; user?: object }>();
    const { 'x-session': name } = asked.headers;
    if (name === 'blocked') throw new UnauthorizedException();
    asked.account = { name };
    asked.user = { id: `user of ${name}` };
    await dawdle();
    return name !== undefined;
  }
}

/** Users that anything outside of the authenticators saw on a request of the engine. */
const leaked: unknown[] = [];

@Injectable()
class Watcher implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): ReturnType<CallHandler['handle']> {
    const [asked] = context.getArgs<[Record<string, unknown> | undefined]>();
    if (context.getType() === 'http' && context.getClass() !== ReportsController)
      for (const field of ['user', 'account', 'authInfo', 'login']) if (asked?.[field]) leaked.push(asked[field]);
    return next.handle();
  }
}

@Module({
  imports: [LoginModule],
  providers: [
    SessionGuard,
    { provide: APP_INTERCEPTOR, useClass: Watcher },
    { provide: 'key', useFactory: () => passport.use('key', new KeyStrategy()) },
  ],
})
class HostModule {}

const operator = (id: string): { readonly id: string; readonly roles: readonly string[] } => ({
  id,
  roles: ['operator'],
});

const AUTHENTICATORS = [
  passportAuthenticator('bearer', {
    user: ({ email, groups }: { email: string; groups: string[] }) => ({ id: email, roles: groups }),
  }),
  passportAuthenticator('key', { user: ({ sub }: Member) => operator(sub), scheme: 'Key' }),
  guardAuthenticator(SessionGuard, { property: 'account', user: ({ name }: { name: string }) => operator(name) }),
];
const EXAMPLE = 'test/support/passport.login.ts';
const START = { namespace: 'warehouse', name: 'delivery', version: '1.2.0', context: { order_id: 1 } };

describe('the example of the page', () => {
  it('is the one that is run here', () => {
    const shown = codeBlocks('docs/authorization.md').map(({ text }) => text);
    expect(shown).toContain(read(EXAMPLE));
  });
});

describe.each(['apollo', 'mercurius'] as const)('an application with Passport, on %s', (driver) => {
  let host: GraphqlHost;
  let http: Server;

  beforeAll(async () => {
    const tasker = { auth: { authenticators: AUTHENTICATORS } };
    host = await startOwnGraphqlHost(driver, {}, { tasker, imports: [HostModule] });
    await host.app.listen(0, '127.0.0.1');
    http = host.http;
    const accounts = host.app.get(Accounts);
    for (let index = 0; index < USERS; index++)
      accounts.set(`token-${index}`, { email: `user ${index}`, groups: ['operator'] });
  });
  afterAll(() => host.close());

  const bearer = (name: string): Record<string, string> => ({ authorization: `Bearer ${name}` });
  const tasks = (headers: Record<string, string>): request.Test => request(http).get('/tasker/tasks').set(headers);
  const graphql = (headers: Record<string, string>): request.Test =>
    request(http).post('/tasker/graphql').set(headers).send({ query: '{ tasks { nodes { id } } }' });

  it.each<[string, Record<string, string>]>([
    ['a strategy from npm', bearer('token-1')],
    ['a strategy of its own', { 'x-key': 'member ann' }],
    ['a guard', { 'x-session': 'ann' }],
  ])('knows users by %s, over REST, GraphQL and sockets', async (_, headers) => {
    await tasks(headers).expect(200);
    expect((await graphql(headers)).body).toMatchObject({ data: { tasks: { nodes: [] } } });
    const socket = await rawSocket(host, headers);
    await socket.close();
  });

  it.each<[string, Record<string, string>]>([
    ['no credentials', {}],
    ['an unknown token', bearer('token-x')],
    ['a strategy that redirects', { 'x-key': 'elsewhere' }],
    ['a strategy that passes', { 'x-key': 'undecided' }],
    ['a guard that throws', { 'x-session': 'blocked' }],
  ])('refuses %s', async (_, headers) => {
    const refused = await tasks(headers).expect(401).expect('WWW-Authenticate', 'Bearer, Key');
    expect(refused.body).toMatchObject({ code: 'TASKER_UNAUTHENTICATED' });
    expect((await graphql(headers)).body).toMatchObject({
      errors: [{ extensions: { code: 'TASKER_UNAUTHENTICATED' } }],
    });
    const socket = await silentSocket(host, headers);
    socket.say({ type: 'connection_init' });
    expect((await socket.closed).code).toBe(4403);
  });

  it('asks the others if the first does not know the user', async () => {
    await tasks({ ...bearer('token-x'), 'x-key': 'elsewhere', 'x-session': 'ann' }).expect(200);
  });

  it('answers 503 during an outage, and asks nobody else', async () => {
    const headers = { 'x-key': 'away', 'x-session': 'ann' };
    const { body, text } = await tasks(headers).expect(503).expect('Retry-After', '5');
    expect(body).toMatchObject({ code: 'TASKER_AUTH_UNAVAILABLE' });
    expect(text).not.toContain('10.1.2.3');
    expect((await graphql(headers)).body).toMatchObject({
      errors: [{ extensions: { code: 'TASKER_AUTH_UNAVAILABLE' } }],
    });
    const socket = await silentSocket(host, headers);
    socket.say({ type: 'connection_init' });
    expect((await socket.closed).code).toBe(1011);
    await tasks({ 'x-key': 'broken' }).expect(500);
  });

  it('takes none of many users at the same time for another, nor shows them to anybody else', async () => {
    const users = Array.from({ length: USERS }, (_, index) => `user ${index}`);
    const ways = [
      (index: number): Record<string, string> => bearer(`token-${index}`),
      (index: number): Record<string, string> => ({ 'x-key': `member user-${index}`, authorization: 'Basic x y' }),
      (index: number): Record<string, string> => ({ 'x-session': `user ${index}`, ...bearer('token-x') }),
    ];
    const initiators = users.map(async (_, index) => {
      const headers = ways[index % 3]!(index);
      const started = await request(http).post('/tasker/tasks').set(headers).send(START).expect(201);
      const { id } = started.body as { readonly id: string };
      const { body } = await request(http).get(`/tasker/tasks/${id}`).set(headers).expect(200);
      return String((body as { initiator: unknown }).initiator).replace('-', ' ');
    });
    expect(await Promise.all(initiators)).toEqual(users);
    expect(leaked).toEqual([]);
  });

  it('protects its own routes by the same login', async () => {
    const mine = (headers: Record<string, string>): request.Test => request(http).get('/reports/mine').set(headers);
    expect((await mine(bearer('token-1')).expect(200)).body).toEqual({ author: 'user 1' });
    expect((await mine({ 'x-key': 'member ann' }).expect(200)).body).toEqual({ author: 'ann' });
    expect((await mine({ 'x-session': 'bob' }).expect(200)).body).toEqual({ author: 'bob' });
    await mine({}).expect(401);
    const { text } = await mine({ 'x-key': 'away' }).expect(503);
    expect(text).not.toContain('10.1.2.3');
  });
});
