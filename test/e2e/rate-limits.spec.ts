import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { GraphQLModule } from '@nestjs/graphql';
import type { ExpressAdapter } from '@nestjs/platform-express';
import { ThrottlerModule, ThrottlerStorageService, type ThrottlerStorage } from '@nestjs/throttler';
import { AuthUnavailableError, type TaskerModuleOptions, type TaskerUser } from 'nestjs-tasker';
import { TaskerGraphqlModule } from 'nestjs-tasker/graphql';
import request from 'supertest';
import { DataSource } from 'typeorm';
import { DenialRecorder } from '../../lib/audit/denial.recorder.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import { startGraphqlHost, startOwnGraphqlHost, type GraphqlHost } from '../support/graphql.host.js';
import { contextOf, firstAnswer, rawSocket, silentSocket, socketClient } from '../support/graphql.sockets.js';

type Headers = Readonly<Record<string, string>>;
interface Asked {
  readonly headers: Readonly<Record<string, string | undefined>>;
}
type Limits = NonNullable<TaskerModuleOptions['rateLimits']>;

/** `Bearer ann` is Ann; `x-key` names a user, too. `Bearer outage` cannot be checked. */
class Users {
  asked = 0;

  authenticate({ headers }: Asked): TaskerUser | null {
    this.asked += 1;
    const name = headers.authorization?.replace('Bearer ', '') ?? headers['x-key'];
    if (name === 'outage') throw new AuthUnavailableError('the directory is away');
    return name === 'ann' || name === 'bob' ? { id: name, roles: ['viewer'] } : null;
  }
}

const ANN = { authorization: 'Bearer ann' };
const BOB = { authorization: 'Bearer bob' };
const WRONG = { authorization: 'Bearer wrong' };
const FAILURES: Limits = { failures: { limit: 3, seconds: 3_600 } };
const REQUESTS: Limits = { failures: false, requests: { limit: 3, seconds: 3_600 } };
const LIMITED = { code: 'TASKER_RATE_LIMITED' };
const SUBSCRIPTION = 'subscription { taskUpdated { event } }';
const at = (address: string): Headers => ({ 'x-forwarded-for': address });

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

describe.each(['apollo', 'mercurius'] as const)('the option rateLimits, on %s', (driver) => {
  let users: Users;
  const hosts: GraphqlHost[] = [];
  const open = async (rateLimits: Limits, more: TaskerModuleOptions = {}, storage?: unknown): Promise<GraphqlHost> => {
    users = new Users();
    const throttling = storage
      ? [ThrottlerModule.forRoot({ throttlers: [], storage: storage as ThrottlerStorage })]
      : [];
    const tasker = { auth: { authenticators: [users] }, rateLimits, ...more };
    const host = await startOwnGraphqlHost(
      driver,
      {},
      { tasker, shared: database, imports: throttling, trustProxy: true },
    );
    hosts.push(host);
    await host.app.listen(0, '127.0.0.1');
    return host;
  };
  afterEach(async () => {
    for (const host of hosts.splice(0)) await host.close();
  });

  const get = (host: GraphqlHost, path: string, headers: Headers = {}): request.Test =>
    request(host.http).get(`/tasker/${path}`).set(headers);
  const fail = async (host: GraphqlHost, times: number, headers: Headers = {}): Promise<void> => {
    for (let failed = 0; failed < times; failed++) await get(host, 'tasks', { ...WRONG, ...headers }).expect(401);
  };
  const query = async (host: GraphqlHost, headers: Headers): Promise<any> =>
    (await request(host.http).post('/tasker/graphql').set(headers).send({ query: '{ tasks { nodes { id } } }' })).body;

  describe('for failures', () => {
    it('refuses an address before its credentials are checked, and says when to come back', async () => {
      const host = await open(FAILURES);
      await fail(host, 3);
      const { body, headers } = await get(host, 'tasks', BOB)
        .expect(429)
        .expect('Content-Type', /problem\+json/);
      expect(users.asked).toBe(3);
      expect(body).toMatchObject({ ...LIMITED, status: 429, title: 'Rate limited' });
      expect(body.detail).toMatch(/^There were too many failed authentications from this address: at most 3 in 3600 s/);
      const seconds = Number(headers['retry-after']);
      expect(seconds).toBeGreaterThan(3_500);
      expect(headers['ratelimit-policy']).toBe('"failures";q=3;w=3600');
      expect(headers.ratelimit).toBe(`"failures";r=0;t=${seconds};a=0;w=${seconds}`);
      expect(headers).not.toHaveProperty('www-authenticate');
    });

    it('refuses queries, streams and sockets from there as well', async () => {
      const host = await open(FAILURES);
      await fail(host, 1);
      expect(await query(host, WRONG)).toMatchObject({ errors: [{ extensions: { code: 'TASKER_UNAUTHENTICATED' } }] });
      const refused = await silentSocket(host, WRONG);
      refused.say({ type: 'connection_init' });
      expect(await refused.closed).toMatchObject({ code: 4403 });
      expect(await query(host, BOB)).toMatchObject({
        errors: [{ extensions: { ...LIMITED, retryAfterSeconds: expect.any(Number) } }],
      });
      await get(host, 'events', BOB).expect(429, /TASKER_RATE_LIMITED/);
      const socket = await silentSocket(host, BOB);
      socket.say({ type: 'connection_init' });
      expect(await socket.closed).toEqual({ code: 1013, reason: expect.stringContaining('too many failed') });
      expect(users.asked).toBe(3);
    });

    it('concerns no other address, but all addresses of an IPv6 network', async () => {
      const host = await open(FAILURES);
      for (const last of [1, 2, 3]) await fail(host, 1, at(`2001:db8:1:2::${last}`));
      await get(host, 'tasks', { ...BOB, ...at('2001:db8:1:2:ffff::9') }).expect(429);
      await get(host, 'tasks', { ...BOB, ...at('2001:db8:1:3::1') }).expect(200);
      await get(host, 'tasks', { ...BOB, ...at('203.0.113.7') }).expect(200);
    });

    it('counts sockets for the address that a trusted proxy names', async () => {
      const host = await open(FAILURES);
      for (let failed = 0; failed < 3; failed++) {
        const socket = await silentSocket(host, { ...WRONG, ...at('203.0.113.7') });
        socket.say({ type: 'connection_init' });
        expect(await socket.closed).toMatchObject({ code: 4403 });
      }
      await get(host, 'tasks', { ...BOB, ...at('203.0.113.7') }).expect(429);
      await get(host, 'tasks', BOB).expect(200);
    });

    it('lets those go on whose credentials were valid before, until these fail', async () => {
      const host = await open(FAILURES);
      await get(host, 'tasks', ANN).expect(200);
      await fail(host, 3);
      await get(host, 'tasks', ANN).expect(200);
      await get(host, 'tasks', BOB).expect(429);
      await (await rawSocket(host, ANN)).close();
      users.authenticate = () => null;
      await get(host, 'tasks', ANN).expect(429);
      users.authenticate = () => ({ id: 'ann', roles: ['viewer'] });
      await get(host, 'tasks', ANN).expect(429);
    });

    it('answers none of many guesses at once with more than the limit, not even a right one', async () => {
      const host = await open(FAILURES);
      const guesses = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
      const all = gate();
      const wrong = gate();
      users.authenticate = (async ({ headers }: Asked): Promise<TaskerUser | null> => {
        if ((users.asked += 1) === guesses.length + 1) all.open();
        await (headers['x-key'] === 'ann' ? wrong.passed : all.passed);
        return headers['x-key'] === 'ann' ? { id: 'ann' } : null;
      }) as never;
      const statusFor = async (key: string): Promise<number> => (await get(host, 'tasks', { 'x-key': key })).status;
      const right = statusFor('ann');
      const statuses = await Promise.all(guesses.map(statusFor));
      wrong.open();
      expect(await right).toBe(429);
      expect(statuses.filter((status) => status === 401)).toHaveLength(3);
      expect(statuses.filter((status) => status === 429)).toHaveLength(4);
    });

    it('does not count outages, nor requests that are permitted to nobody', async () => {
      const host = await open(FAILURES);
      for (let asked = 0; asked < 5; asked++) {
        await get(host, 'tasks', { authorization: 'Bearer outage' }).expect(503);
        await get(host, 'workers', BOB).expect(200);
        await get(host, 'webhooks', BOB).expect(403);
      }
      await get(host, 'tasks', ANN).expect(200);
    });

    it('leaves probes alone, and open routes', async () => {
      const host = await open(FAILURES, {
        auth: { authenticators: [(users = new Users())], open: ['readiness', 'status'] },
      });
      await fail(host, 3);
      for (const path of ['health/live', 'health/ready', 'health/status']) await get(host, path).expect(200);
      await get(host, 'openapi.json', BOB).expect(429);
      await get(host, 'dashboard', BOB)
        .expect(429)
        .expect('Retry-After', /^3\d\d\d$/);
    });

    it('notes failures in the audit log, but not what it refuses', async () => {
      const host = await open(FAILURES);
      const denied = async (): Promise<number> => {
        await host.app.get(DenialRecorder).flush();
        const count = `select count(*)::int as n from tasker.audit_inbox where outcome = 'denied'`;
        return (await host.app.get(DataSource).query<{ n: number }[]>(count))[0]!.n;
      };
      const before = await denied();
      await fail(host, 3);
      for (let asked = 0; asked < 5; asked++) await get(host, 'tasks', WRONG).expect(429);
      await query(host, WRONG);
      expect(await denied()).toBe(before + 3);
    });
  });

  describe('for requests', () => {
    it('limits each user at all addresses, and says what is left', async () => {
      const host = await open(REQUESTS);
      const { headers } = await get(host, 'tasks', { ...ANN, ...at('203.0.113.1') }).expect(200);
      expect(headers['ratelimit-policy']).toBe('"requests";q=3;w=3600');
      expect(headers.ratelimit).toMatch(/^"requests";r=2;t=3\d\d\d;a=2;w=3\d\d\d$/);
      await get(host, 'tasks/9', { ...ANN, ...at('203.0.113.2') })
        .expect(404)
        .expect('RateLimit', /r=1;/);
      expect(await query(host, { ...ANN, ...at('203.0.113.3') })).toMatchObject({ data: {} });
      await get(host, 'tasks', { ...ANN, ...at('203.0.113.4') })
        .expect(429)
        .expect('Retry-After', /^3\d\d\d$/);
      expect(await query(host, ANN)).toMatchObject({ errors: [{ extensions: LIMITED }] });
      await get(host, 'tasks', BOB).expect(200);
    });

    it('limits sockets and what is asked over them', async () => {
      const host = await open(REQUESTS);
      await get(host, 'tasks', ANN).expect(200);
      const client = socketClient(host, undefined, ANN);
      const first = client.iterate({ query: SUBSCRIPTION });
      void first.next();
      await get(host, 'tasks', BOB).expect(200);
      expect(await firstAnswer(client, SUBSCRIPTION)).toMatchObject({ errors: [{ extensions: LIMITED }] });
      await client.dispose();
      const socket = await silentSocket(host, ANN);
      socket.say({ type: 'connection_init' });
      expect(await socket.closed).toMatchObject({ code: 1013 });
    });

    it('limits callers without a user by address', async () => {
      const host = await open(REQUESTS, { auth: 'none' });
      for (let asked = 0; asked < 3; asked++) await get(host, 'tasks', at('203.0.113.1')).expect(200);
      await get(host, 'tasks', at('203.0.113.1')).expect(429);
      await get(host, 'tasks', at('203.0.113.2')).expect(200);
      for (const path of ['health/live', 'health/ready', 'openapi.json', 'dashboard'])
        await get(host, path, at('203.0.113.1'))
          .expect(200)
          .expect((answer) => {
            expect(answer.headers).not.toHaveProperty('ratelimit');
          });
    });

    it('limits open figures by address', async () => {
      const host = await open(REQUESTS, { auth: { authenticators: [(users = new Users())], open: ['status'] } });
      for (let asked = 0; asked < 3; asked++) await get(host, 'health/status').expect(200);
      await get(host, 'health/status').expect(429);
      await get(host, 'health/status', at('203.0.113.1')).expect(200);
    });
  });

  describe('in a storage of @nestjs/throttler', () => {
    const real = new ThrottlerStorageService();
    /** Like the one for Redis: processes share it. */
    const shared: ThrottlerStorage = { increment: (...hit) => real.increment(...hit) };
    afterEach(() => real.onApplicationShutdown());

    it('count failures in all processes together', async () => {
      const [one, other] = [await open(FAILURES, {}, shared), await open(FAILURES, {}, shared)];
      await fail(one, 2);
      await fail(other, 1);
      users.asked = 0; // of the other
      await get(other, 'tasks', BOB).expect(429);
      expect(users.asked).toBe(0);
      await get(one, 'tasks', WRONG).expect(429); // it learns about the limit with the first guess beyond it
      await get(one, 'tasks', BOB).expect(429);
      await get(one, 'tasks', { ...BOB, ...at('203.0.113.1') }).expect(200);
    });

    it('count requests in all processes together', async () => {
      const [one, other] = [await open(REQUESTS, {}, shared), await open(REQUESTS, {}, shared)];
      await get(one, 'tasks', ANN).expect(200);
      await get(other, 'tasks', ANN).expect(200).expect('RateLimit', /r=1;/);
      await get(one, 'tasks', ANN).expect(200);
      for (const host of [one, other]) await get(host, 'tasks', ANN).expect(429).expect('Retry-After', '3600');
      await get(other, 'tasks', BOB).expect(200);
    });

    it('count in the process while the storage fails', async () => {
      const broken: ThrottlerStorage = { increment: () => Promise.reject(new Error('connect ECONNREFUSED')) };
      const host = await open({ ...FAILURES, requests: { limit: 2, seconds: 3_600 } }, {}, broken);
      for (let asked = 0; asked < 2; asked++) await get(host, 'tasks', ANN).expect(200);
      await get(host, 'tasks', ANN).expect(429);
      await fail(host, 3);
      await get(host, 'tasks', BOB).expect(429);
    });

    it('leave the storage alone that only this process has', async () => {
      const host = await open({ ...FAILURES, requests: { limit: 2, seconds: 3_600 } }, {}, real);
      await get(host, 'tasks', ANN).expect(200).expect('RateLimit', /r=1;/);
      await fail(host, 1);
      expect(real.storage.size).toBe(0);
    });
  });
});

describe('sockets of the API of the host, on Express', () => {
  it('count for the address that a trusted proxy names', async () => {
    const graphql = GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      autoSchemaFile: true,
      subscriptions: { 'graphql-ws': true },
      context: contextOf,
    });
    const host = await startGraphqlHost({
      imports: [graphql, TaskerGraphqlModule],
      tasker: { auth: { authenticators: [new Users()] }, rateLimits: FAILURES },
      shared: database,
      prepare: (app) => (app.getHttpAdapter() as ExpressAdapter).set('trust proxy', true),
    });
    try {
      await host.app.listen(0, '127.0.0.1');
      const socket = await rawSocket(host, { ...WRONG, ...at('203.0.113.7') }, '/graphql');
      for (const id of ['1', '2', '3']) socket.say({ type: 'subscribe', id, payload: { query: SUBSCRIPTION } });
      await eventually(() =>
        request(host.http)
          .get('/tasker/tasks')
          .set({ ...BOB, ...at('203.0.113.7') })
          .expect(429),
      );
      await request(host.http).get('/tasker/tasks').set(BOB).expect(200);
      await socket.close();
    } finally {
      await host.close();
    }
  });
});

function gate(): { readonly passed: Promise<void>; readonly open: () => void } {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open: () => open() };
}
