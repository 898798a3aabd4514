import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
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

/** `Bearer ann` is Ann, and `Bearer ann 2` another one; `x-key` names a user, too. `Bearer outage` cannot be checked. */
class Users {
  asked = 0;

  authenticate({ headers }: Asked): TaskerUser | null {
    this.asked += 1;
    const name = headers.authorization?.replace('Bearer ', '') ?? headers['x-key'];
    if (name === 'outage') throw new AuthUnavailableError('the directory is away');
    return /^(?:ann|bob)\b/.test(name ?? '') ? { id: name!, roles: ['viewer'] } : null;
  }
}

const ANN = { authorization: 'Bearer ann' };
const BOB = { authorization: 'Bearer bob' };
const WRONG = { authorization: 'Bearer wrong' };
const FAILURES: Limits = { failures: { limit: 3, seconds: 3_600 } };
const REQUESTS: Limits = { failures: false, requests: { limit: 3, seconds: 3_600 } };
const BOTH: Limits = { ...REQUESTS, ...FAILURES };
const LIMITED = { code: 'TASKER_RATE_LIMITED' };
const SUBSCRIPTION = 'subscription { taskUpdated { event } }';
const at = (address: string): Headers => ({ 'x-forwarded-for': address });

let met = 0;
/** Callers whom no other test has met, as the tests share a host: their address, and who they are there. */
function strangers(): Readonly<Record<'from' | 'ann' | 'bob' | 'wrong' | 'outage', Headers>> {
  const from = at(`198.51.100.${++met}`);
  const as = (token: string): Headers => ({ authorization: `Bearer ${token}`, ...from });
  return { from, ann: as(`ann ${met}`), bob: as(`bob ${met}`), wrong: as('wrong'), outage: as('outage') };
}

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

describe.each(['apollo', 'mercurius'] as const)('the option rateLimits, on %s', (driver) => {
  let users: Users;
  let hosts: GraphqlHost[] = [];
  const open = async (rateLimits: Limits, more: TaskerModuleOptions = {}, storage?: unknown): Promise<GraphqlHost> => {
    users = new Users();
    const throttling = storage
      ? [ThrottlerModule.forRoot({ throttlers: [], storage: storage as ThrottlerStorage })]
      : [];
    const tasker = { auth: { authenticators: [users], open: ['readiness', 'status'] as const }, rateLimits, ...more };
    const host = await startOwnGraphqlHost(
      driver,
      {},
      { tasker, shared: database, imports: throttling, trustProxy: true },
    );
    hosts.push(host);
    await host.app.listen(0, '127.0.0.1');
    return host;
  };
  const closeAll = async (): Promise<void> => {
    await Promise.all(hosts.map((host) => host.close()));
    hosts = [];
  };

  const get = (host: GraphqlHost, path: string, headers: Headers = {}): request.Test =>
    request(host.http).get(`/tasker/${path}`).set(headers);
  const fail = async (host: GraphqlHost, times: number, headers: Headers = WRONG): Promise<void> => {
    for (let failed = 0; failed < times; failed++) await get(host, 'tasks', headers).expect(401);
  };
  const query = async (host: GraphqlHost, headers: Headers): Promise<any> =>
    (await request(host.http).post('/tasker/graphql').set(headers).send({ query: '{ tasks { nodes { id } } }' })).body;

  describe('for failures', () => {
    let host: GraphqlHost;
    beforeAll(async () => {
      host = await open(FAILURES);
    });
    beforeEach(() => void (users.asked = 0));
    afterEach(() => void Reflect.deleteProperty(users, 'authenticate')); // the one of a test
    afterAll(closeAll);

    it('refuses an address before its credentials are checked, and says when to come back', async () => {
      const { bob, wrong } = strangers();
      await fail(host, 3, wrong);
      const { body, headers } = await get(host, 'tasks', bob)
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
      const { bob, wrong } = strangers();
      await fail(host, 1, wrong);
      expect(await query(host, wrong)).toMatchObject({ errors: [{ extensions: { code: 'TASKER_UNAUTHENTICATED' } }] });
      const refused = await silentSocket(host, wrong);
      refused.say({ type: 'connection_init' });
      expect(await refused.closed).toMatchObject({ code: 4403 });
      expect(await query(host, bob)).toMatchObject({
        errors: [{ extensions: { ...LIMITED, retryAfterSeconds: expect.any(Number) } }],
      });
      await get(host, 'events', bob).expect(429, /TASKER_RATE_LIMITED/);
      const socket = await silentSocket(host, bob);
      socket.say({ type: 'connection_init' });
      expect(await socket.closed).toEqual({ code: 1013, reason: expect.stringContaining('too many failed') });
      expect(users.asked).toBe(3);
    });

    it('concerns no other address, but all addresses of an IPv6 network', async () => {
      const { bob } = strangers();
      for (const last of [1, 2, 3]) await fail(host, 1, { ...WRONG, ...at(`2001:db8:1:2::${last}`) });
      await get(host, 'tasks', { ...bob, ...at('2001:db8:1:2:ffff::9') }).expect(429);
      await get(host, 'tasks', { ...bob, ...at('2001:db8:1:3::1') }).expect(200);
      await get(host, 'tasks', bob).expect(200);
    });

    it('counts sockets for the address that a trusted proxy names', async () => {
      const { bob, wrong } = strangers();
      for (let failed = 0; failed < 3; failed++) {
        const socket = await silentSocket(host, wrong);
        socket.say({ type: 'connection_init' });
        expect(await socket.closed).toMatchObject({ code: 4403 });
      }
      await get(host, 'tasks', bob).expect(429);
      await get(host, 'tasks', BOB).expect(200);
    });

    it('lets those go on whose credentials were valid before, until these fail', async () => {
      const { ann, bob, wrong } = strangers();
      await get(host, 'tasks', ann).expect(200);
      await fail(host, 3, wrong);
      await get(host, 'tasks', ann).expect(200);
      await get(host, 'tasks', bob).expect(429);
      await (await rawSocket(host, ann)).close();
      users.authenticate = () => null;
      await get(host, 'tasks', ann).expect(429);
      users.authenticate = () => ({ id: 'ann', roles: ['viewer'] });
      await get(host, 'tasks', ann).expect(429);
    });

    it('answers none of many guesses at once with more than the limit, not even a right one', async () => {
      const { from } = strangers();
      const guesses = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
      const all = gate();
      const wrong = gate();
      users.authenticate = (async ({ headers }: Asked): Promise<TaskerUser | null> => {
        if ((users.asked += 1) === guesses.length + 1) all.open();
        await (headers['x-key'] === 'ann' ? wrong.passed : all.passed);
        return headers['x-key'] === 'ann' ? { id: 'ann' } : null;
      }) as never;
      const statusFor = async (key: string): Promise<number> =>
        (await get(host, 'tasks', { ...from, 'x-key': key })).status;
      const right = statusFor('ann');
      const statuses = await Promise.all(guesses.map(statusFor));
      wrong.open();
      expect(await right).toBe(429);
      expect(statuses.filter((status) => status === 401)).toHaveLength(3);
      expect(statuses.filter((status) => status === 429)).toHaveLength(4);
    });

    it('does not count outages, nor requests that are permitted to nobody', async () => {
      const { ann, bob, outage } = strangers();
      for (let asked = 0; asked < 5; asked++) {
        await get(host, 'tasks', outage).expect(503);
        await get(host, 'workers', bob).expect(200);
        await get(host, 'webhooks', bob).expect(403);
      }
      await get(host, 'tasks', ann).expect(200);
    });

    it('leaves probes alone, and open routes', async () => {
      const { from, bob, wrong } = strangers();
      await fail(host, 3, wrong);
      for (const path of ['health/live', 'health/ready', 'health/status']) await get(host, path, from).expect(200);
      await get(host, 'openapi.json', bob).expect(429);
      await get(host, 'dashboard', bob)
        .expect(429)
        .expect('Retry-After', /^3\d\d\d$/);
    });

    it('notes failures in the audit log, but not what it refuses', async () => {
      const { wrong } = strangers();
      const denied = async (): Promise<number> => {
        await host.app.get(DenialRecorder).flush();
        const count = `select count(*)::int as n from tasker.audit_inbox where outcome = 'denied'`;
        return (await host.app.get(DataSource).query<{ n: number }[]>(count))[0]!.n;
      };
      const before = await denied();
      await fail(host, 3, wrong);
      for (let asked = 0; asked < 5; asked++) await get(host, 'tasks', wrong).expect(429);
      await query(host, wrong);
      expect(await denied()).toBe(before + 3);
    });
  });

  describe('for requests', () => {
    let host: GraphqlHost;
    beforeAll(async () => {
      host = await open(REQUESTS);
    });
    afterAll(closeAll);

    it('limits each user at all addresses, and says what is left', async () => {
      const { ann, bob } = strangers();
      const { headers } = await get(host, 'tasks', { ...ann, ...at('203.0.113.1') }).expect(200);
      expect(headers['ratelimit-policy']).toBe('"requests";q=3;w=3600');
      expect(headers.ratelimit).toMatch(/^"requests";r=2;t=3\d\d\d;a=2;w=3\d\d\d$/);
      await get(host, 'tasks/9', { ...ann, ...at('203.0.113.2') })
        .expect(404)
        .expect('RateLimit', /r=1;/);
      expect(await query(host, { ...ann, ...at('203.0.113.3') })).toMatchObject({ data: {} });
      await get(host, 'tasks', { ...ann, ...at('203.0.113.4') })
        .expect(429)
        .expect('Retry-After', /^3\d\d\d$/);
      expect(await query(host, ann)).toMatchObject({ errors: [{ extensions: LIMITED }] });
      await get(host, 'tasks', bob).expect(200);
    });

    it('limits sockets and what is asked over them', async () => {
      const { ann, bob } = strangers();
      await get(host, 'tasks', ann).expect(200);
      const client = socketClient(host, undefined, ann);
      const first = client.iterate({ query: SUBSCRIPTION });
      void first.next();
      await get(host, 'tasks', bob).expect(200);
      expect(await firstAnswer(client, SUBSCRIPTION)).toMatchObject({ errors: [{ extensions: LIMITED }] });
      await client.dispose();
      const socket = await silentSocket(host, ann);
      socket.say({ type: 'connection_init' });
      expect(await socket.closed).toMatchObject({ code: 1013 });
    });

    it('limits open figures by address', async () => {
      for (let asked = 0; asked < 3; asked++) await get(host, 'health/status').expect(200);
      await get(host, 'health/status').expect(429);
      await get(host, 'health/status', strangers().from).expect(200);
    });
  });

  describe('for requests without users', () => {
    afterEach(closeAll);

    it('limits callers by address', async () => {
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
  });

  describe('in a storage of @nestjs/throttler', () => {
    const real = new ThrottlerStorageService();
    /** Like the one for Redis: processes share it. */
    const shared: ThrottlerStorage = { increment: (...hit) => real.increment(...hit) };
    const forget = async (): Promise<void> => {
      await closeAll();
      real.onApplicationShutdown();
    };

    describe('that two processes share', () => {
      let one: GraphqlHost;
      let other: GraphqlHost;
      beforeAll(async () => {
        [one, other] = [await open(BOTH, {}, shared), await open(BOTH, {}, shared)];
      });
      afterAll(forget);

      it('count failures in both together', async () => {
        const { bob, wrong } = strangers();
        await fail(one, 2, wrong);
        await fail(other, 1, wrong);
        users.asked = 0; // of the other
        await get(other, 'tasks', bob).expect(429);
        expect(users.asked).toBe(0);
        await get(one, 'tasks', wrong).expect(429); // it learns about the limit with the first guess beyond it
        await get(one, 'tasks', bob).expect(429);
        await get(one, 'tasks', { ...bob, ...at('203.0.113.1') }).expect(200);
      });

      it('count requests in both together', async () => {
        const { ann, bob } = strangers();
        await get(one, 'tasks', ann).expect(200);
        await get(other, 'tasks', ann).expect(200).expect('RateLimit', /r=1;/);
        await get(one, 'tasks', ann).expect(200);
        for (const host of [one, other]) await get(host, 'tasks', ann).expect(429).expect('Retry-After', '3600');
        await get(other, 'tasks', bob).expect(200);
      });
    });

    describe('of one process', () => {
      afterEach(forget);

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
