import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { GraphQLModule } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { TaskService, type Permission } from 'nestjs-tasker';
import { TaskerGraphqlModule } from 'nestjs-tasker/graphql';
import request from 'supertest';
import { ADAPTERS } from '../support/adapters.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { listenTo, type EventListener } from '../support/event.listener.js';
import { eventually } from '../support/eventually.js';
import { startGraphqlHost, startOwnGraphqlHost, type GraphqlHost } from '../support/graphql.host.js';
import { contextOf, rawSocket, type RawSocket } from '../support/graphql.sockets.js';
import { startHttpHost, type HttpHost, type HttpHostSettings } from '../support/http.host.js';
import { WatchedAccess } from '../support/watched.access.js';

const DELIVERY = { namespace: 'warehouse', name: 'delivery', version: '1.2.0' };
/** Of a host whose streams ask again soon. */
const LIVE = { pollIntervalMs: 10, accessCheckIntervalMs: 20, maxListenersPerUser: 3 };

let shared: TestDatabase;
beforeAll(async () => {
  shared = await createTestDatabase();
});
afterAll(() => shared.drop());

/** Starts a delivery that fails. */
async function fail(host: HttpHost, tags: readonly string[] = []): Promise<string> {
  const { id } = await host.app.get(TaskService).start({ ...DELIVERY, context: { order_id: 13 }, tags });
  await host.kit.runUntilIdle();
  return id;
}

/** The coordinator was asked for this permission from now on. */
async function askedAgain(access: WatchedAccess, permission: Permission): Promise<void> {
  access.asked.length = 0;
  await eventually(() => expect(access.subjectsOf(permission)).not.toEqual([]));
}

describe.each(ADAPTERS)('server-sent events of a user, on %s', (_, adapter) => {
  const access = new WatchedAccess();
  let host: HttpHost;
  let url: string;
  let listeners: EventListener[] = [];
  let listened = 0;
  beforeAll(async () => {
    host = await startHttpHost({ adapter: adapter(), shared, providers: access.providers, tasker: { live: LIVE } });
    await host.app.listen(0, '127.0.0.1');
    url = `http://127.0.0.1:${(host.app.getHttpServer().address() as AddressInfo).port}/tasker`;
  });
  beforeEach(() => access.reset());
  afterEach(() => {
    for (const listener of listeners) listener.close();
    listeners = [];
  });
  afterAll(() => host.close());

  /** Each time by another user, unless it says by whom. */
  async function listen(path = '/events', user = `user-${listened++}`): Promise<EventListener> {
    const listener = await listenTo(url + path, { user });
    listeners.push(listener);
    return listener;
  }

  it.each([
    ['/events', 'tasker.task:index'],
    ['/tasks/:id/events', 'tasker.task:show'],
  ] as const)('of %s end when %s is withdrawn, and say so', async (path, permission) => {
    const listener = await listen(path.replace(':id', await fail(host)));
    await askedAgain(access, permission);
    access.deny(permission);
    const events = await listener.takeUntil('end');
    expect(events.at(-1)).toMatchObject({
      data: { code: 'TASKER_FORBIDDEN', message: `The user lacks the permission ${permission}.` },
    });
    await listener.ended;
  });

  it('end when their task leaves the scope', async () => {
    const listener = await listen(`/tasks/${await fail(host)}/events`);
    access.scope = () => ({ namespaces: ['office'] });
    const events = await listener.takeUntil('end');
    expect(events.at(-1)).toMatchObject({ data: { code: 'TASKER_UNKNOWN_TASK' } });
  });

  it('end when nobody knows the user any more', async () => {
    const listener = await listen();
    access.know = () => null;
    const events = await listener.takeUntil('end');
    expect(events.at(-1)).toMatchObject({ data: { code: 'TASKER_UNAUTHENTICATED' } });
  });

  it('end when the credentials of the user expire', async () => {
    const expiresAt = new Date(Date.now() + 150);
    access.know = (id) => ({ id, expiresAt });
    const events = await (await listen()).takeUntil('end');
    expect(events.at(-1)).toMatchObject({ data: { code: 'TASKER_UNAUTHENTICATED' } });
    expect(Date.now()).toBeGreaterThanOrEqual(expiresAt.getTime() - 1);
  });

  it('keep to the scope as it is now', async () => {
    const listener = await listen('/events?events=task.failed');
    access.scope = () => ({ tags: ['red'] });
    await askedAgain(access, 'tasker.task:index');
    await askedAgain(access, 'tasker.task:index');
    await fail(host, ['blue']);
    const id = await fail(host, ['red']);
    const events = await listener.takeUntil('task.failed');
    expect(events.at(-1)!.data).toMatchObject({ taskId: id });
  });

  it('have no error without the permission for it', async () => {
    const failed = async (): Promise<object> => {
      const listener = await listen('/events?events=step.failed');
      await fail(host);
      return (await listener.takeUntil('step.failed')).at(-1)!.data;
    };
    access.deny('tasker.workflow_step:read_error');
    expect(await failed()).toMatchObject({ event: 'step.failed', step: 'bill', error: null, withheld: ['error'] });
    const asked = access.subjectsOf('tasker.workflow_step:read_error');
    expect(asked).toContainEqual(expect.objectContaining({ ...DELIVERY, kind: 'step', step: 'bill', face: 'events' }));
    access.reset();
    const whole = await failed();
    expect(whole).toMatchObject({ error: { message: 'the card was declined' } });
    expect(whole).not.toHaveProperty('withheld');
  });

  it('are so many of one user, and leave places for others', async () => {
    for (let i = 0; i < 3; i++) await listen('/events', 'mia');
    const { body } = await request(url).get('/events').set('user', 'mia').expect(429).expect('Retry-After', '5');
    expect(body).toMatchObject({ code: 'TASKER_TOO_MANY_LISTENERS_OF_USER' });
    await listen('/events', 'lisa');
    listeners[0]!.close();
    await eventually(() => listen('/events', 'mia'));
  });
});

const ofTheHost = {
  apollo: GraphQLModule.forRoot<ApolloDriverConfig>({
    driver: ApolloDriver,
    autoSchemaFile: true,
    subscriptions: { 'graphql-ws': true },
    context: contextOf,
  }),
  mercurius: GraphQLModule.forRoot<MercuriusDriverConfig>({
    driver: MercuriusDriver,
    autoSchemaFile: true,
    subscription: { context: (_socket: unknown, req: unknown) => ({ req }) },
  }),
};

describe.each<[string, string, (settings: HttpHostSettings) => Promise<GraphqlHost>]>([
  ['of our own API, on apollo', '/tasker/graphql', (settings) => startOwnGraphqlHost('apollo', {}, settings)],
  ['of our own API, on mercurius', '/tasker/graphql', (settings) => startOwnGraphqlHost('mercurius', {}, settings)],
  [
    'of the host, on apollo',
    '/graphql',
    (settings) => startGraphqlHost({ ...settings, imports: [ofTheHost.apollo, TaskerGraphqlModule] }),
  ],
  [
    'of the host, on mercurius',
    '/graphql',
    (settings) =>
      startGraphqlHost({
        ...settings,
        imports: [ofTheHost.mercurius, TaskerGraphqlModule],
        adapter: new FastifyAdapter(),
      }),
  ],
])('subscriptions of a user, over a socket %s', (_, path, start) => {
  const access = new WatchedAccess();
  const isOurs = path === '/tasker/graphql';
  let host: GraphqlHost;
  let sockets: RawSocket[] = [];
  beforeAll(async () => {
    host = await start({ shared, providers: access.providers, tasker: { live: LIVE } });
    await host.app.listen(0, '127.0.0.1');
  });
  beforeEach(() => access.reset());
  afterEach(async () => {
    for (const socket of sockets) await socket.close();
    sockets = [];
  });
  afterAll(() => host.close());

  let opened = 0;
  async function open(): Promise<RawSocket> {
    const socket = await rawSocket(host, { user: `user-${opened++}` }, path);
    sockets.push(socket);
    return socket;
  }

  const subscribe = (socket: RawSocket, id: string, query: string): void =>
    socket.say({ id, type: 'subscribe', payload: { query: `subscription { ${query} }` } });

  /** The subscriptions have begun, and are asked about again. */
  const followed = (permission: Permission): Promise<void> => askedAgain(access, permission);

  it('end when the permission is withdrawn, and say so; others go on', async () => {
    const socket = await open();
    subscribe(socket, 'tasks', 'taskUpdated(events: [task_failed]) { taskId }');
    subscribe(socket, 'steps', 'stepUpdated(events: [step_failed]) { stepName }');
    await followed('tasker.task:index');
    await followed('tasker.workflow_step:index');
    access.deny('tasker.task:index');
    await socket.heard('error', 1);
    expect(socket.messages.filter(({ type }) => type === 'error')).toMatchObject([
      { id: 'tasks', payload: [{ extensions: { code: 'TASKER_FORBIDDEN' } }] },
    ]);
    await fail(host);
    await socket.heard('next', 1);
    expect(socket.messages.filter(({ type }) => type === 'next')).toMatchObject([{ id: 'steps' }]);
  });

  it('end when nobody knows the user any more, with their socket if it is ours', async () => {
    const socket = await open();
    subscribe(socket, 'tasks', 'taskUpdated { taskId }');
    await followed('tasker.task:index');
    access.know = () => null;
    if (isOurs) {
      expect(await socket.closed).toEqual({ code: 4403, reason: 'The request is not authenticated.' });
      expect(socket.types).not.toContain('error');
    } else {
      await socket.heard('error', 1);
      expect(socket.messages.at(-1)).toMatchObject({ payload: [{ extensions: { code: 'TASKER_UNAUTHENTICATED' } }] });
    }
  });

  it('have no error of a step without the permission for it', async () => {
    const socket = await open();
    access.deny('tasker.workflow_step:read_error');
    subscribe(socket, 'steps', 'stepUpdated(events: [step_failed]) { stepName error { message } }');
    await followed('tasker.workflow_step:index');
    await fail(host);
    await socket.heard('next', 1);
    access.reset();
    await fail(host);
    await socket.heard('next', 2);
    expect(socket.messages.filter(({ type }) => type === 'next').map(({ payload }) => payload)).toMatchObject([
      {
        data: { stepUpdated: { stepName: 'bill', error: null } },
        errors: [{ path: ['stepUpdated', 'error'], extensions: { code: 'TASKER_FORBIDDEN' } }],
      },
      { data: { stepUpdated: { stepName: 'bill', error: { message: 'the card was declined' } } } },
    ]);
  });

  it('are so many of one user', async () => {
    const socket = await open();
    for (let i = 0; i < 4; i++) subscribe(socket, String(i), 'taskUpdated { taskId }');
    await eventually(() => expect(JSON.stringify(socket.messages)).toContain('TASKER_TOO_MANY_LISTENERS_OF_USER'));
  });
});
