import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Module, Post, type ModuleMetadata } from '@nestjs/common';
import { MercuriusDriver, type MercuriusDriverConfig } from '@nestjs/mercurius';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { TaskerGraphqlModule } from 'nestjs-tasker/graphql';
import request from 'supertest';
import { startHttpHost, type HttpHost } from '../support/http.host.js';
import { locationOf } from '../support/references.js';

const ORDER = { namespace: 'warehouse', name: 'delivery', version: '1.2.0', context: { order_id: 13 } };

describe('the REST API on Fastify', () => {
  let host: HttpHost;
  let http: Server;
  beforeAll(async () => {
    const adapter = new FastifyAdapter();
    host = await startHttpHost({ adapter });
    await adapter.getInstance().ready();
    http = host.app.getHttpServer();
  });
  afterAll(() => host.close());

  it('starts, shows, repairs and lists a task', async () => {
    const started = await request(http).post('/tasker/tasks').send(ORDER).expect(201);
    const { body, headers } = started;
    const path = locationOf(started);
    expect(headers['x-correlation-id']).toMatch(/^[0-9a-f-]{36}$/);
    await host.kit.runUntilIdle();
    const shown = await request(http).get(path).expect(200);
    expect(shown.body).toMatchObject({ id: body.id, state: 'error' });
    await request(http).get(path).set('If-None-Match', shown.headers.etag!).expect(304);
    // Neither body nor type.
    await request(http).post(`${path}/workflow_steps/bill/resolve`).expect(200);
    await host.kit.runUntilIdle();
    await request(http).get(path).set('If-None-Match', shown.headers.etag!).expect(200);
    const listed = await request(http).get('/tasker/tasks?states=complete&tags=x&tags=y').expect(200);
    expect(listed.body).toEqual({ tasks: [], page: { next: null, previous: null } });
    const all = await request(http).get('/tasker/tasks?states=complete').expect(200);
    expect(all.body.tasks).toMatchObject([{ id: body.id }]);
    const graph = await request(http).get(`${path}/graph?format=dot`).expect(200);
    expect(graph.type).toBe('text/plain');
    await request(http).delete(path).expect(409);
  });

  it('carries out a POST with an idempotency key once', async () => {
    const post = (): request.Test => request(http).post('/tasker/tasks').set('Idempotency-Key', 'one').send(ORDER);
    const first = await post().expect(201);
    const second = await post().expect(201);
    expect(second.body).toEqual(first.body);
    expect(second.headers).toMatchObject({ location: first.headers.location, 'idempotency-replayed': 'true' });
  });

  it.each([
    ['a task that is not there', '/tasker/tasks/999', 404, 'TASKER_UNKNOWN_TASK'],
    ['a route that is not there', '/tasker/nothing', 404, 'NOT_FOUND'],
    ['a wrong query', '/tasker/tasks?limit=0', 400, 'TASKER_INVALID_LIST_REQUEST'],
  ])('answers problem documents: %s', async (_, path, status, code) => {
    const { body, type } = await request(http).get(path).expect(status);
    expect(type).toBe('application/problem+json');
    expect(body).toMatchObject({ code, status });
  });
});

@Controller('orders')
class OrdersController {
  @Post()
  create(): string {
    return 'created';
  }
}

@Module({ controllers: [OrdersController] })
class OrdersModule {}

/** Mercurius makes Nest wait for plugins before it has set its error handler. */
describe.each<[string, ModuleMetadata['imports'] & object]>([
  ['alone', []],
  ['beside Mercurius', [TaskerGraphqlModule.forRoot<MercuriusDriverConfig>({ driver: MercuriusDriver })]],
])('what Fastify refuses before a controller is reached, %s', (_, imports) => {
  let host: HttpHost;
  let http: Server;
  beforeAll(async () => {
    host = await startHttpHost({ adapter: new FastifyAdapter(), imports: [...imports, OrdersModule] });
    await host.app.listen(0, '127.0.0.1');
    http = host.app.getHttpServer();
  });
  afterAll(() => host.close());

  it.each([
    ['a body that is no JSON', 'application/json', '{ "name": ', 400, 'BAD_REQUEST'],
    ['an empty body that is said to be JSON', 'application/json', '', 400, 'BAD_REQUEST'],
    ['a body that is too large', 'application/json', JSON.stringify('x'.repeat(2_000_000)), 413, 'PAYLOAD_TOO_LARGE'],
    ['a type that nobody parses', 'application/xml', '<a/>', 415, 'TASKER_UNSUPPORTED_MEDIA_TYPE'],
  ])('is a problem document below our mount path: %s', async (_, type, text, status, code) => {
    const answer = await request(http).post('/tasker/tasks').set('Content-Type', type).send(text).expect(status);
    expect(answer.type).toBe('application/problem+json');
    const correlationId = answer.headers['x-correlation-id'];
    expect(answer.body).toMatchObject({ status, code, instance: '/tasker/tasks', correlationId });
    expect(correlationId).toMatch(/./);
  });

  it('is left to the host elsewhere', async () => {
    const { body, headers, type } = await request(http).post('/orders').type('json').send('{').expect(400);
    expect(type).toBe('application/json');
    expect(body).toMatchObject({ statusCode: 400 });
    expect(headers).not.toHaveProperty('x-correlation-id');
  });
});
