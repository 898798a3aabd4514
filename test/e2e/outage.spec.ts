import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import request from 'supertest';
import { BreakingProxy } from '../support/breaking.proxy.js';
import { startGraphqlHost, type GraphqlHost } from '../support/graphql.host.js';
import { startHttpHost, type HttpHost, type HttpHostSettings } from '../support/http.host.js';

const ORDER = { namespace: 'warehouse', name: 'delivery', version: '1.2.0', context: { order_id: 1 } };

let proxy: BreakingProxy;
const through = async (url: string): Promise<string> => {
  proxy = await BreakingProxy.open(url);
  return proxy.url;
};
const logged = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
afterEach(() => {
  logged.mockClear();
});
afterAll(() => {
  logged.mockRestore();
});

describe.each<[string, () => HttpHostSettings]>([
  ['Express', () => ({})],
  ['Fastify', () => ({ adapter: new FastifyAdapter() })],
])('while the database is away, REST on %s', (_, settings) => {
  let host: HttpHost;
  let id: string;
  beforeAll(async () => {
    host = await startHttpHost({ ...settings(), through });
    await host.app.listen(0, '127.0.0.1');
    const { body } = await request(host.app.getHttpServer()).post('/tasker/tasks').send(ORDER).expect(201);
    id = body.id as string;
    await request(host.app.getHttpServer()).get('/tasker/health/status').expect(200);
    await proxy.close();
  });
  afterAll(() => host.close());

  it.each<['get' | 'post' | 'patch' | 'delete', string, object | undefined]>([
    ['get', '/tasks', undefined],
    ['get', '/tasks/ID', undefined],
    ['get', '/tasks/ID/graph', undefined],
    ['get', '/dead_letters', undefined],
    ['get', '/workers', undefined],
    ['get', '/webhooks', undefined],
    ['get', '/analytics/performance', undefined],
    ['get', '/health/status', undefined],
    ['get', '/events', undefined],
    ['get', '/tasks/ID/events', undefined],
    ['post', '/tasks', ORDER],
    ['post', '/tasks/ID/hold', undefined],
    ['post', '/bulk/tasks/hold', { filter: { namespace: 'warehouse' } }],
    ['patch', '/tasks/ID', { priority: 1 }],
    ['delete', '/tasks/ID', undefined],
  ])('answers 503 and when to come back: %s %s', async (method, path, sent) => {
    const instance = `/tasker${path.replace('ID', id)}`;
    const { body, type, headers } = await request(host.app.getHttpServer())[method](instance).send(sent).expect(503);
    expect(type).toBe('application/problem+json');
    expect(headers['retry-after']).toBe('5');
    expect(body).toEqual({
      type: 'urn:nestjs-tasker:TASKER_DATABASE_UNAVAILABLE',
      title: 'Database unavailable',
      status: 503,
      detail: 'The database, or another service that the request needs, cannot be reached at the moment.',
      code: 'TASKER_DATABASE_UNAVAILABLE',
      instance,
      correlationId: headers['x-correlation-id'],
    });
    // One line, without a stack.
    const about = logged.mock.calls.filter(([line]) => String(line).includes(headers['x-correlation-id']!));
    expect(about).toEqual([[expect.stringMatching(/^Refused request \S+: connect ECONNREFUSED [\d.:]+\.$/)]]);
  });

  it('answers 503 to a POST with an idempotency key', async () => {
    const post = request(host.app.getHttpServer()).post('/tasker/tasks').set('Idempotency-Key', 'one');
    const { body } = await post.send(ORDER).expect(503);
    expect(body).toMatchObject({ code: 'TASKER_DATABASE_UNAVAILABLE' });
  });

  it('is alive and not ready', async () => {
    await request(host.app.getHttpServer()).get('/tasker/health/live').expect(200);
    const { body } = await request(host.app.getHttpServer()).get('/tasker/health/ready').expect(503);
    expect(body).toMatchObject({ ready: false, checks: { database: { status: 'unhealthy' } } });
  });
});

describe('while the database is away, GraphQL', () => {
  let host: GraphqlHost;
  beforeAll(async () => {
    host = await startGraphqlHost({ through });
    await host.deliver(1);
    await proxy.close();
  });
  afterAll(() => host.close());

  it.each([
    ['a query', '{ tasks { nodes { id } } }'],
    ['a mutation', 'mutation { cancelTask(input: { taskId: "1" }) { userErrors { code } } }'],
  ])('says so, and when to come back: %s', async (_, query) => {
    const { body } = await request(host.http).post('/graphql').send({ query });
    expect(body.errors).toMatchObject([
      {
        message: 'The database, or another service that the request needs, cannot be reached at the moment.',
        extensions: { code: 'TASKER_DATABASE_UNAVAILABLE', retryAfterSeconds: 5 },
      },
    ]);
    expect(JSON.stringify(body)).not.toContain('ECONNREFUSED');
    expect(logged).toHaveBeenCalledWith(
      expect.stringMatching(/^Refused request [\da-f-]{36}: connect ECONNREFUSED [\d.:]+\.$/),
    );
  });
});
