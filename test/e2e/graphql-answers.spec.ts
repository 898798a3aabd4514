import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import type { INestApplication } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { TASKER_AUTHENTICATOR } from 'nestjs-tasker';
import { TaskerGraphqlModule } from 'nestjs-tasker/graphql';
import request, { type Response } from 'supertest';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { startGraphqlHost, startOwnGraphqlHost, type GraphqlHost } from '../support/graphql.host.js';
import { contextOf, firstAnswer, rawSocket, socketClient } from '../support/graphql.sockets.js';
import type { HttpHostSettings } from '../support/http.host.js';

let shared: TestDatabase;
let host: GraphqlHost;
beforeAll(async () => {
  shared = await createTestDatabase();
});
afterAll(() => shared.drop());

type Settings = Pick<HttpHostSettings, 'providers' | 'prepare'>;

/** The API of a host, with ours in it. */
const ofTheHost = {
  apollo: (options: Partial<ApolloDriverConfig> = {}, settings: Settings = {}) =>
    startGraphqlHost({
      shared,
      ...settings,
      imports: [
        GraphQLModule.forRoot<ApolloDriverConfig>({ driver: ApolloDriver, autoSchemaFile: true, ...options }),
        TaskerGraphqlModule,
      ],
    }),
  mercurius: async (options: Partial<MercuriusDriverConfig> = {}, settings: Settings = {}) => {
    const adapter = new FastifyAdapter();
    const started = await startGraphqlHost({
      shared,
      ...settings,
      adapter,
      imports: [
        GraphQLModule.forRoot<MercuriusDriverConfig>({ driver: MercuriusDriver, autoSchemaFile: true, ...options }),
        TaskerGraphqlModule,
      ],
    });
    await adapter.getInstance().ready();
    return started;
  },
};

const SUBSCRIPTIONS = ['taskUpdated { event }', 'stepUpdated { stepName }'];

async function expectOnlyOverSocket(field: string): Promise<void> {
  const { data, errors } = await host.ask(`subscription { ${field} }`);
  expect(data ?? null).toBeNull();
  expect(errors).toMatchObject([
    {
      message: 'Subscriptions need a WebSocket (graphql-transport-ws) and cannot be sent as a request.',
      extensions: { code: 'TASKER_SUBSCRIPTION_OVER_HTTP' },
    },
  ]);
}

describe.each(['apollo', 'mercurius'] as const)('the API of the host, on %s', (driver) => {
  beforeAll(async () => {
    host = await (driver === 'apollo' ? ofTheHost.apollo() : ofTheHost.mercurius({ subscription: true }));
  });
  afterAll(() => host.close());

  it.each(SUBSCRIPTIONS)('says that %s is not for requests', expectOnlyOverSocket);
});

describe.each(['apollo', 'mercurius'] as const)('the API of our own path, on %s', (driver) => {
  const query = 'query A { task(id: "0") { id } } query B { task(id: "0") { name } }';
  const path = '/tasker/graphql';

  beforeAll(async () => {
    host = await startOwnGraphqlHost(driver, {}, { shared });
    await host.app.listen(0, '127.0.0.1');
  });
  afterAll(() => host.close());

  it.each(SUBSCRIPTIONS)('says that %s is not for requests', expectOnlyOverSocket);

  it.each<[string, (more: object) => Promise<Response>]>([
    [
      'POST',
      (more) =>
        request(host.http)
          .post(path)
          .send({ query, ...more }),
    ],
    [
      'GET',
      (more) =>
        request(host.http)
          .get(path)
          .query({ query, ...more })
          .set('apollo-require-preflight', '1'),
    ],
  ])('needs the name of one of several operations with %s', async (_, ask) => {
    expect((await ask({ operationName: 'B' })).body).toEqual({ data: { task: null } });
    for (const more of [{}, { operationName: 'C' }]) {
      const { body, status } = await ask(more);
      expect(status).toBeLessThan(500);
      expect(body.errors).toHaveLength(1);
      expect(body.errors[0].message).toMatch(/operation ?name|Unknown operation named/i);
    }
  });

  it('needs the name of one of several operations over a WebSocket', async () => {
    const client = socketClient(host);
    const several = 'subscription A { taskUpdated { event } } subscription B { stepUpdated { event } }';
    const { errors } = await firstAnswer(client, several);
    expect(errors).toEqual([{ message: expect.stringContaining('operationName') }]);
    await client.dispose();
  });
});

describe('an API with settings of its host', () => {
  afterEach(() => host.close());

  describe.each(['apollo', 'mercurius'] as const)('an API of the host without `context.req`, on %s', (driver) => {
    it('tells the log what is missing, and the caller that it is not their fault', async () => {
      const logged: unknown[] = [];
      const authenticate = ({ headers }: { headers: object }): unknown =>
        'user' in headers && { id: 'ann', roles: ['viewer'] };
      const providers = [{ provide: TASKER_AUTHENTICATOR, useValue: { authenticate } }];
      const logger = { log: () => {}, warn: () => {}, error: (...said: unknown[]) => logged.push(...said) };
      const prepare = (app: INestApplication): void => app.useLogger(logger);
      host = await startWithout(driver, { providers, prepare });
      const { errors } = await host.ask('{ task(id: "0") { id } }');
      expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
      expect(JSON.stringify(logged)).toContain('The GraphQL context has no `req`');
    });

    // Nest adds a request to contexts that are objects, so this one looks as if it had one.
    function startWithout(of: 'apollo' | 'mercurius', settings: Settings): Promise<GraphqlHost> {
      class Bare {
        get req(): undefined {
          return undefined;
        }
        set req(_: unknown) {}
      }
      const context = (): object => new Bare();
      return of === 'apollo' ? ofTheHost.apollo({ context }, settings) : ofTheHost.mercurius({ context }, settings);
    }
  });

  describe.each<[string, () => Promise<GraphqlHost>]>([
    ['apollo without its own protection', () => ofTheHost.apollo({ csrfPrevention: false })],
    ['mercurius', () => ofTheHost.mercurius()],
  ])('the API of a host on %s', (_, start) => {
    it('takes no mutation of ours from a form, which a page of another site could send', async () => {
      host = await start();
      const id = await host.deliver(1);
      const query = `mutation { cancelTask(input: { taskId: "${id}" }) { changed } }`;
      const state = async (): Promise<unknown> =>
        (await host.read('query ($id: ID!) { task(id: $id) { state } }', { id })).task.state;
      const form = (): request.Test => request(host.http).post('/graphql').type('form');
      const { body } = await form().send({ query });
      expect(JSON.stringify(body.errors)).toContain('A body must be application/json');
      expect(await state()).toBe('pending');
      const reading = await form().send({ query: '{ task(id: "0") { id } }' });
      expect(reading.body).toEqual({ data: { task: null } });
      await form().set('mercurius-require-preflight', '1').send({ query });
      expect(await state()).toBe('cancelled');
    });
  });

  it('the API of a host on mercurius takes no mutation of ours from a form, whatever it calls its request', async () => {
    host = await ofTheHost.mercurius({ context: () => ({ req: { user: 'ann' } }) });
    const query = `mutation { cancelTask(input: { taskId: "${await host.deliver(1)}" }) { changed } }`;
    const { body } = await request(host.http).post('/graphql').type('form').send({ query });
    expect(body.errors).toMatchObject([{ extensions: { code: 'TASKER_UNSUPPORTED_MEDIA_TYPE' } }]);
  });

  describe.each<[string, () => Promise<GraphqlHost>]>([
    [
      'apollo',
      () =>
        ofTheHost.apollo({
          subscriptions: { 'graphql-ws': true },
          context: contextOf,
        }),
    ],
    ['mercurius', () => ofTheHost.mercurius({ subscription: { fullWsTransport: true } })],
  ])('the API of a host that carries out mutations over WebSockets, on %s', (_, start) => {
    it('takes none of ours from a page of another site, which browsers let in with the cookies of its visitor', async () => {
      host = await start();
      await host.app.listen(0, '127.0.0.1');
      const query = `mutation { cancelTask(input: { taskId: "${await host.deliver(1)}" }) { changed userErrors { code } } }`;
      const over = async (headers: Readonly<Record<string, string>>): Promise<string> => {
        const socket = await rawSocket(host, headers, '/graphql');
        socket.say({ id: '1', type: 'subscribe', payload: { query } });
        await socket.heard('complete', 1);
        await socket.close();
        return JSON.stringify(socket.messages);
      };
      expect(await over({ origin: 'https://evil.example', cookie: 'session=ann' })).toContain('TASKER_FOREIGN_ORIGIN');
      const { port } = host.http.address() as AddressInfo;
      expect(await over({ origin: `http://127.0.0.1:${port}` })).toContain('"changed":true');
    });
  });
});
