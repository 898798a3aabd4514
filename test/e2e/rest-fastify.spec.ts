import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import request from 'supertest';
import { startHttpHost, type HttpHost } from '../support/http.host.js';

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
    const { body, headers } = await request(http).post('/tasker/tasks').send(ORDER).expect(201);
    expect(headers['x-correlation-id']).toMatch(/^[0-9a-f-]{36}$/);
    await host.kit.runUntilIdle();
    const shown = await request(http).get(headers.location!).expect(200);
    expect(shown.body).toMatchObject({ id: body.id, state: 'error' });
    await request(http).get(headers.location!).set('If-None-Match', shown.headers.etag!).expect(304);
    // Neither body nor type.
    await request(http).post(`${headers.location!}/workflow_steps/bill/resolve`).expect(200);
    await host.kit.runUntilIdle();
    await request(http).get(headers.location!).set('If-None-Match', shown.headers.etag!).expect(200);
    const listed = await request(http).get('/tasker/tasks?states=complete&tags=x&tags=y').expect(200);
    expect(listed.body).toEqual({ tasks: [], page: { next: null, previous: null } });
    const all = await request(http).get('/tasker/tasks?states=complete').expect(200);
    expect(all.body.tasks).toMatchObject([{ id: body.id }]);
    const graph = await request(http).get(`${headers.location!}/graph?format=dot`).expect(200);
    expect(graph.type).toBe('text/plain');
    await request(http).delete(headers.location!).expect(409);
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

  it('answers problem documents to bodies that are no JSON, or too large', async () => {
    const { body } = await request(http).post('/tasker/tasks').type('json').send('{ "name": ').expect(400);
    expect(body).toMatchObject({ status: 400, instance: '/tasker/tasks' });
    const large = { ...ORDER, context: { order_id: 1, note: 'x'.repeat(2_000_000) } };
    await request(http).post('/tasker/tasks').send(large).expect(413);
  });
});
