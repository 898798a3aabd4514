import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { GraphQLModule } from '@nestjs/graphql';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { TaskReader } from 'nestjs-tasker';
import { TaskerGraphqlModule } from 'nestjs-tasker/graphql';
import request from 'supertest';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { startHttpHost, type HttpHost } from '../support/http.host.js';

const OWN = '/tasker/graphql';
const OF_THE_HOST = '/graphql';
const HEADER = 'x-correlation-id';
const TOO_MANY = '{ tasks(first: 1000) { nodes { id } } }';

let shared: TestDatabase;
let host: HttpHost;
const logged: unknown[] = [];
beforeAll(async () => {
  shared = await createTestDatabase();
});
afterEach(() => host.close());
afterAll(() => shared.drop());

const apollo = { driver: ApolloDriver, autoSchemaFile: true } as const;
const mercurius = { driver: MercuriusDriver, autoSchemaFile: true } as const;

type Start = readonly [
  name: string,
  path: string,
  imports: () => readonly unknown[],
  adapter: () => AbstractHttpAdapter,
];

const HOSTS: readonly Start[] = [
  ['our own, on Apollo and Express', OWN, () => [TaskerGraphqlModule.forRoot(apollo)], () => new ExpressAdapter()],
  ['our own, on Mercurius', OWN, () => [TaskerGraphqlModule.forRoot(mercurius)], () => new FastifyAdapter()],
  [
    'of the host, on Apollo and Express',
    OF_THE_HOST,
    () => [GraphQLModule.forRoot<ApolloDriverConfig>(apollo), TaskerGraphqlModule],
    () => new ExpressAdapter(),
  ],
  [
    'of the host, on Mercurius',
    OF_THE_HOST,
    () => [GraphQLModule.forRoot<MercuriusDriverConfig>(mercurius), TaskerGraphqlModule],
    () => new FastifyAdapter(),
  ],
];

describe.each(HOSTS)('an answer of an API that is %s', (_, path, imports, adapter) => {
  it('has the correlation id of its request, as its errors and the log have', async () => {
    host = await startHttpHost({
      shared,
      imports: imports() as never,
      adapter: adapter(),
      prepare: (app) => app.useLogger({ log: () => {}, warn: () => {}, error: (...said) => logged.push(...said) }),
    });
    const ask = (query: string, id = 'order-17'): request.Test =>
      request(host.app.getHttpServer()).post(path).set(HEADER, id).send({ query });

    const found = await ask('{ task(id: "0") { id } }').expect(HEADER, 'order-17');
    expect(found.body).toEqual({ data: { task: null } });
    const refused = await ask(TOO_MANY).expect(HEADER, 'order-17');
    expect(refused.body.errors).toMatchObject([{ extensions: { correlationId: 'order-17' } }]);

    host.app.get(TaskReader).list = () => Promise.reject(new Error('cellar 7'));
    const failed = await ask('{ tasks { nodes { id } } }', 'order-18').expect(HEADER, 'order-18');
    expect(failed.body.errors).toMatchObject([
      { extensions: { code: 'INTERNAL_SERVER_ERROR', correlationId: 'order-18' } },
    ]);
    expect(logged.splice(0)).toContain('Failed to answer request order-18.');

    const unnamed = await ask('{ task(id: "0") { id } }', 'not a name');
    expect(unnamed.headers[HEADER]).toMatch(/^[0-9a-f-]{36}$/);
    // Of what never reaches an operation, only the answers of our own API are ours.
    if (path === OWN) {
      await ask('{ nonsense').expect(HEADER, 'order-17');
      await request(host.app.getHttpServer())
        .post(path)
        .type('form')
        .set(HEADER, 'a')
        .send({ query: '' })
        .expect(HEADER, 'a');
    }
  });
});
