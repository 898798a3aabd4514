import { once } from 'node:events';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import type { INestApplication } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Client } from 'graphql-ws';
import {
  ChangeFeed,
  TASKER_AUTHENTICATOR,
  TASKER_AUTHORIZATION_COORDINATOR,
  TaskReader,
  type ChangeStream,
} from 'nestjs-tasker';
import { TaskerGraphqlModule } from 'nestjs-tasker/graphql';
import { WebSocket } from 'ws';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { aGate, eventually } from '../support/eventually.js';
import { startGraphqlHost, startOwnGraphqlHost, type GraphqlHost } from '../support/graphql.host.js';
import { contextOf, firstAnswer, rawSocket, socketClient } from '../support/graphql.sockets.js';
import type { HttpHostSettings } from '../support/http.host.js';

const COMPLETED = 'subscription { taskUpdated(after: "0.0", events: [task_completed]) { taskId } }';

let shared: TestDatabase;
let host: GraphqlHost;
let clients: Client[] = [];
/** Of the test alone. */
let opened: GraphqlHost | undefined;
beforeAll(async () => {
  shared = await createTestDatabase();
});
afterEach(async () => {
  for (const client of clients) await client.dispose();
  clients = [];
  await opened?.close();
  opened = undefined;
});
afterAll(() => shared.drop());

async function listening(starting: Promise<GraphqlHost>): Promise<GraphqlHost> {
  const started = await starting;
  await started.app.listen(0, '127.0.0.1');
  return started;
}

async function open(starting: Promise<GraphqlHost>): Promise<void> {
  host = opened = await listening(starting);
}

function connect(params?: object, headers?: Readonly<Record<string, string>>): Client {
  const client = socketClient(host, params, headers);
  clients.push(client);
  return client;
}

/** In the database that the tests share. */
async function completedTasks(): Promise<number> {
  const { items } = await host.app.get(TaskReader).list({ filter: { states: ['complete'] } });
  return items.length;
}

const ofTheHost = {
  apollo: () =>
    GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      autoSchemaFile: true,
      subscriptions: { 'graphql-ws': true },
      context: contextOf,
    }),
  mercurius: () =>
    GraphQLModule.forRoot<MercuriusDriverConfig>({
      driver: MercuriusDriver,
      autoSchemaFile: true,
      subscription: { context: (_socket: unknown, req: unknown) => ({ req }) },
    }),
};

describe.each<[string, string, (settings: HttpHostSettings) => Promise<GraphqlHost>]>([
  ['of our own path, on apollo', '/tasker/graphql', (settings) => startOwnGraphqlHost('apollo', {}, settings)],
  ['of our own path, on mercurius', '/tasker/graphql', (settings) => startOwnGraphqlHost('mercurius', {}, settings)],
  [
    'of the host, on apollo',
    '/graphql',
    (settings) => startGraphqlHost({ ...settings, imports: [ofTheHost.apollo(), TaskerGraphqlModule] }),
  ],
  [
    'of the host, on mercurius',
    '/graphql',
    (settings) =>
      startGraphqlHost({
        ...settings,
        imports: [ofTheHost.mercurius(), TaskerGraphqlModule],
        adapter: new FastifyAdapter(),
      }),
  ],
])('a socket %s', (_, path, start) => {
  it('ends with all that was begun over it, also where one id was used twice', async () => {
    // Both are being decided about before the first one is known by its id, which a client may use again by then.
    const bothCame = aGate();
    let came = 0;
    const may = async (): Promise<boolean> => {
      if (++came === 2) bothCame.open();
      await bothCame.passed;
      return true;
    };
    const providers = [{ provide: TASKER_AUTHORIZATION_COORDINATOR, useValue: { may } }];
    await open(start({ shared, providers, tasker: { live: { maxListeners: 2 } } }));
    await host.deliver(1);
    await host.kit.runUntilIdle();
    const socket = await rawSocket(host, {}, path);
    socket.say({ id: 'same', type: 'subscribe', payload: { query: COMPLETED } });
    socket.say({ id: 'same', type: 'complete' });
    socket.say({ id: 'same', type: 'subscribe', payload: { query: COMPLETED } });
    await socket.heard('next', 2 * (await completedTasks())); // then both are listening, and no probe takes their place
    const feed = host.app.get(ChangeFeed);
    await eventually(async () => {
      const another = await feed.follow().catch((error: unknown) => (error as { readonly code: string }).code);
      if (typeof another !== 'string') another.close();
      expect(another).toBe('TASKER_TOO_MANY_LISTENERS');
    });
    await socket.close();
    const streams: ChangeStream[] = [];
    while (streams.length < 2) streams.push(await eventually(() => feed.follow()));
    for (const stream of streams) stream.close();
  });
});

describe('a socket of the host on mercurius, which validates no subscription', () => {
  it('follows one field, which asks its own guard', async () => {
    const may = (_: unknown, permission: string): boolean => permission === 'tasker.workflow_step:index';
    const providers = [{ provide: TASKER_AUTHORIZATION_COORDINATOR, useValue: { may } }];
    const imports = [ofTheHost.mercurius(), TaskerGraphqlModule];
    await open(startGraphqlHost({ shared, providers, imports, adapter: new FastifyAdapter() }));
    await host.deliver(1);
    await host.kit.runUntilIdle();
    const socket = await rawSocket(host, {}, '/graphql');
    const query = 'subscription { stepUpdated(after: "0.0") { position } taskUpdated { task { context } } }';
    socket.say({ id: '1', type: 'subscribe', payload: { query } });
    await socket.heard('error', 1);
    expect(socket.types).not.toContain('next');
    await socket.close();
  });
});

describe.each(['apollo', 'mercurius'] as const)('a socket, on %s', (driver) => {
  /** A host that knows its users by a header of its proxy, or as they say; guests may follow nothing. */
  async function startForUsers(options: object = {}): Promise<GraphqlHost> {
    const authenticate = ({ headers }: { headers: Record<string, string | undefined> }): unknown => {
      const id = headers['x-user'] ?? headers.authorization;
      return id && { id };
    };
    const may = ({ id }: { id: string }): boolean => id !== 'guest';
    const providers = [
      { provide: TASKER_AUTHENTICATOR, useValue: { authenticate } },
      { provide: TASKER_AUTHORIZATION_COORDINATOR, useValue: { may } },
    ];
    const started = await listening(startOwnGraphqlHost(driver, options, { shared, providers }));
    await started.deliver(1);
    await started.kit.runUntilIdle();
    return started;
  }

  let forUsers: GraphqlHost;
  beforeAll(async () => {
    forUsers = await startForUsers();
  });
  beforeEach(() => {
    host = forUsers;
  });
  afterAll(() => forUsers.close());

  const told = { data: { taskUpdated: { taskId: '1' } } };
  const refusedAs = (code: string): object => ({ errors: [{ extensions: { code } }] });

  it('takes `authorization` from what its client says, and nothing that a proxy vouches for', async () => {
    const by = (params?: object, headers?: Record<string, string>): Promise<any> =>
      firstAnswer(connect(params, headers), COMPLETED);
    expect(await by({ headers: { authorization: 'ann' } })).toMatchObject(told);
    expect(await by(undefined, { 'x-user': 'ann' })).toMatchObject(told);
    for (const params of [{ headers: { 'x-user': 'root' } }, { 'x-user': 'root' }, { authorization: 'root' }]) {
      expect(await by(params)).toMatchObject(UNAUTHENTICATED);
    }
    const both = { headers: { authorization: 'guest', 'x-user': 'root' } };
    expect(await by(both)).toMatchObject(refusedAs('TASKER_FORBIDDEN'));
    const other = { headers: { authorization: 'root' } };
    expect(await by(other, { authorization: 'guest' })).toMatchObject(refusedAs('TASKER_FORBIDDEN'));
  });

  it('carries a hundred subscriptions at a time, and one more for each that ended', async () => {
    const by = { headers: { authorization: 'ann' } };
    const client = connect(by);
    const hundred = Array.from({ length: 100 }, () => client.iterate({ query: COMPLETED }));
    for (const { value } of await Promise.all(hundred.map((stream) => stream.next()))) expect(value).toEqual(told);
    const refused = refusedAs('TASKER_TOO_MANY_SUBSCRIPTIONS');
    expect(await firstAnswer(client, COMPLETED)).toMatchObject(refused);
    expect(await firstAnswer(connect(by), COMPLETED)).toMatchObject(told);
    await hundred[0]!.return!();
    await eventually(async () => expect(await firstAnswer(client, COMPLETED)).toMatchObject(told));
    expect(await firstAnswer(client, COMPLETED)).toMatchObject(refused);
  });

  it('carries out no query and no mutation', async () => {
    const ann = { headers: { authorization: 'ann' } };
    await staysPending(await host.deliver(1), connect(ann));
    const { data, errors } = await firstAnswer(connect(ann), '{ tasks { nodes { id } } }');
    expect(data ?? null).toBeNull();
    expect(errors[0].message).toMatch(REFUSED);
  });

  it('does not open for a page of another origin', async () => {
    await expect(rawSocket(host, { origin: 'http://elsewhere.example' })).rejects.toThrow('403');
  });

  it('leaves what the host says of the transports of the driver aside', async () => {
    const root = { req: { headers: { authorization: 'root' } } };
    const everybody = { onConnect: () => true, context: () => root, validate: () => [], fullWsTransport: true };
    host = opened = await startForUsers({ subscriptions: undefined, subscription: everybody });
    const ann = { headers: { authorization: 'ann' } };
    expect(await firstAnswer(connect(ann), COMPLETED)).toMatchObject(told);
    expect(await firstAnswer(connect(), COMPLETED)).toMatchObject(UNAUTHENTICATED);
    await staysPending(await host.deliver(2), connect(ann));
  });

  it('opens at the path of the API, after the global prefix of the host, and nowhere else', async () => {
    const prepare = (app: INestApplication): void => void app.setGlobalPrefix('/api/');
    host = opened = await listening(startOwnGraphqlHost(driver, { path: 'flows/' }, { shared, prepare }));
    await (await rawSocket(host, {}, '/api/flows?x=1')).close();
    for (const path of ['/flows', '/api/flows/more', '/']) {
      await expect(rawSocket(host, {}, path)).rejects.toThrow('404');
    }
    await opened.close();
    const options = { path: '/flows', useGlobalPrefix: false };
    host = opened = await listening(startOwnGraphqlHost(driver, options, { shared, prepare }));
    await (await rawSocket(host, {}, '/flows')).close();
  });

  it('does not open where the host wants no subscriptions', async () => {
    host = opened = await startForUsers({ subscriptions: false });
    await expect(rawSocket(host)).rejects.toThrow(/hang up|40[04]|426|Unexpected server response/);
  });
});

describe('a socket on Fastify', () => {
  it('passes the hooks of the host, as requests do', async () => {
    const prepare = (app: INestApplication): void => {
      app
        .getHttpAdapter()
        .getInstance()
        .addHook('onRequest', async (request: any, reply: any) => {
          if (request.headers['x-door'] !== 'open') await reply.code(401).send({ shut: true });
        });
    };
    await open(startOwnGraphqlHost('mercurius', {}, { shared, prepare }));
    await expect(rawSocket(host)).rejects.toThrow('401');
    const socket = await rawSocket(host, { 'x-door': 'open' });
    await socket.close();
  });

  it('lives with sockets that the host has of its own', async () => {
    const fastifyWebsocket: unknown = createRequire(import.meta.resolve('mercurius'))('@fastify/websocket');
    const prepare = (app: INestApplication): void => {
      const fastify = app.getHttpAdapter().getInstance();
      fastify.register(fastifyWebsocket);
      fastify.register(async (instance: any) => {
        await instance.get('/echo', { websocket: true }, (socket: WebSocket) =>
          socket.on('message', (data: Buffer) => socket.send(data.toString())),
        );
      });
    };
    await open(startOwnGraphqlHost('mercurius', {}, { shared, prepare }));
    await host.deliver(1);
    await host.kit.runUntilIdle();
    const { port } = host.http.address() as AddressInfo;
    const by = (origin: string): Promise<any> => firstAnswer(connect(undefined, { origin }), COMPLETED);
    expect(await by(`http://127.0.0.1:${port}`)).toHaveProperty('data');
    expect(await by('http://elsewhere.example')).not.toHaveProperty('data');
    const theirs = new WebSocket(`ws://127.0.0.1:${port}/echo`);
    await once(theirs, 'open');
    theirs.send('hello');
    expect(String((await once(theirs, 'message'))[0])).toBe('hello');
    theirs.close();
  });
});

const REFUSED = /Only subscriptions/;
const UNAUTHENTICATED = { errors: [{ code: 4403, reason: 'The request is not authenticated.' }] };

async function staysPending(taskId: string, client: Client): Promise<void> {
  const cancel = 'mutation ($taskId: ID!) { cancelTask(input: { taskId: $taskId }) { changed } }';
  const { data, errors } = await firstAnswer(client, cancel, { taskId });
  expect(data ?? null).toBeNull();
  expect(errors[0].message).toMatch(REFUSED);
  expect((await host.app.get(TaskReader).find(taskId))?.state).toBe('pending');
}
