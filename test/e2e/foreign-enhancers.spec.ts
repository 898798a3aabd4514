import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ThrottlerGuard, ThrottlerModule } from '@nestjs/throttler';
import { isTaskerRequest } from 'nestjs-tasker';
import request from 'supertest';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { listenTo } from '../support/event.listener.js';
import {
  Caching,
  FOREIGN_PROVIDERS,
  guardedBy,
  LOGIN_FILTER,
  Hurrying,
  TokenGuard,
  useForeignEnhancers,
} from '../support/foreign.enhancers.js';
import { startGraphqlHost } from '../support/graphql.host.js';
import { startHttpHost, type HttpHost, type HttpHostSettings } from '../support/http.host.js';

const ORDER = { namespace: 'warehouse', name: 'delivery', version: '1.2.0', context: { order_id: 13 } };

@Controller('own')
class OwnController {
  private calls = 0;

  @Get()
  show(): object {
    return { calls: ++this.calls };
  }

  @Get('endless')
  endless(): Promise<never> {
    return new Promise(() => undefined);
  }
}

@Module({ controllers: [OwnController] })
class OwnModule {}

/** Each request of ours with what it is answered; what differs from one time to another is left out. */
const ASKED: readonly (readonly ['get' | 'head' | 'post' | 'patch' | 'delete', string, (object | string)?, string?])[] =
  [
    ['post', 'tasks', ORDER],
    ['post', 'tasks', { ...ORDER, contxt: {} }],
    ['post', 'tasks', '{"broken'],
    ['get', 'tasks?namespace=warehouse&limit=5&include=steps'],
    ['get', 'tasks?limit=0'],
    ['get', 'tasks/1'],
    ['head', 'tasks/1'],
    ['get', 'tasks/999'],
    ['get', 'tasks/x'],
    ['get', 'tasks/1/graph?format=dot'],
    ['patch', 'tasks/1', { priority: '7' }],
    ['patch', 'tasks/1', { priority: 7, tags: ['a'] }],
    ['post', 'tasks/1/workflow_steps/read/retry', { attempts: '3' }],
    ['post', 'tasks/1/workflow_steps/read/resolve', { results: { deep: [{ a: 1 }] }, reason: 'by hand' }],
    ['post', 'tasks/1/workflow_steps/read/resolve', { results: null, raeson: 'x' }],
    ['post', 'tasks/1/annotations', { type: 'note', annotation: { of: ['me'] } }],
    ['post', 'tasks/batch', { tasks: [ORDER, ORDER] }, 'one'],
    ['post', 'tasks/batch', { tasks: [ORDER, ORDER] }, 'one'],
    ['post', 'tasks/bulk/cancel', { filter: { namespace: 'warehouse' } }],
    ['delete', 'tasks/1', { reason: 'enough' }],
    ['get', 'handlers'],
    ['get', 'health/live'],
    ['get', 'health/ready'],
    ['get', 'openapi.json'],
    ['get', 'dashboard'],
    ['get', 'nothing'],
  ];

async function answersOf({ app }: HttpHost): Promise<readonly object[]> {
  const answers: object[] = [];
  for (const [method, path, body, key] of ASKED) {
    const asking = request(app.getHttpServer())[method](`/tasker/${path}`);
    if (key) asking.set('Idempotency-Key', key);
    if (body) asking.type('json').send(body);
    const { status, type, text } = await asking;
    answers.push({ asked: `${method} ${path}`, status, type, text: withoutMoments(text) });
  }
  return answers;
}

function withoutMoments(text: string | undefined): string {
  return (text ?? '')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'T')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID')
    .replace(/"(seconds|ageSeconds|durationMs|revision|responseTimeMs)":"?[\d.]+"?/g, '');
}

/** Of the hosts whose answers are not compared. */
let shared: TestDatabase;
beforeAll(async () => {
  shared = await createTestDatabase();
});
afterAll(() => shared.drop());

const open = async (settings: HttpHostSettings): Promise<HttpHost> => {
  const host = await startHttpHost({ ...settings, imports: [OwnModule, ...(settings.imports ?? [])] });
  if (settings.adapter instanceof FastifyAdapter)
    await (host.app as unknown as NestFastifyApplication).getHttpAdapter().getInstance().ready();
  return host;
};

describe.each([
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
])('a host on %s that wraps answers, catches all errors, and checks and serialises by classes', (_, adapter) => {
  let plain: HttpHost;
  let foreign: HttpHost;
  beforeAll(async () => {
    plain = await open({ adapter: adapter() });
    foreign = await open({ adapter: adapter(), providers: FOREIGN_PROVIDERS, prepare: useForeignEnhancers });
  });
  afterAll(() => Promise.all([plain.close(), foreign.close()]));

  it('does so for its own routes', async () => {
    const http = foreign.app.getHttpServer();
    await request(http)
      .get('/own')
      .expect(200, { data: { data: { calls: 1 } } });
    await request(http).get('/nothing').expect(418);
  });

  it('changes no answer of ours', async () => {
    expect(await answersOf(foreign)).toEqual(await answersOf(plain));
  });
});

describe('a host with a GraphQL API that wraps answers and checks by classes', () => {
  it('changes no answer of ours', async () => {
    const host = await startGraphqlHost({ shared, providers: FOREIGN_PROVIDERS, prepare: useForeignEnhancers });
    try {
      const id = await host.deliver(13);
      expect(await host.read(`{ task(id: ${id}) { state steps { name } } }`)).toMatchObject({
        task: { state: 'pending', steps: expect.arrayContaining([{ name: 'read' }]) },
      });
      const held = await host.mutate('holdTask', { taskId: id, reason: 'wait' }, 'task { id }');
      expect(held).toEqual({ task: { id }, userErrors: [] });
      const refused = await host.mutate('cancelTask', { taskId: '999' }, 'task { id }');
      expect(refused).toMatchObject({ task: null, userErrors: [{ code: 'TASKER_UNKNOWN_TASK' }] });
    } finally {
      await host.close();
    }
  });
});

describe('a host with a guard before all routes', () => {
  it('lets probes pass, and its refusals of the API are problem documents', async () => {
    const host = await open({ shared, providers: [guardedBy(TokenGuard)] });
    const http = host.app.getHttpServer();
    try {
      await request(http).get('/tasker/health/live').expect(200);
      await request(http).get('/tasker/health/ready').expect(200);
      const { body, type } = await request(http).get('/tasker/tasks').expect(403);
      expect(type).toBe('application/problem+json');
      expect(body).toMatchObject({ code: 'FORBIDDEN', instance: '/tasker/tasks' });
      await request(http).get('/tasker/dashboard').expect(403);
      await request(http).get('/tasker/tasks').set('Authorization', 'Bearer good').expect(200);
      await request(http).get('/own').expect(403);
    } finally {
      await host.close();
    }
  });

  it('may lead from the dashboard to a login page, by a filter', async () => {
    const host = await open({ shared, providers: [guardedBy(TokenGuard), LOGIN_FILTER] });
    const http = host.app.getHttpServer();
    try {
      for (const path of ['/tasker/dashboard', '/tasker/dashboard/dashboard.js?v=1', '/own']) {
        await request(http).get(path).expect(302).expect('Location', '/login');
      }
      const { body } = await request(http).get('/tasker/tasks').expect(403);
      expect(body).toMatchObject({ code: 'FORBIDDEN' });
    } finally {
      await host.close();
    }
  });
});

describe('a host with a throttler', () => {
  it('leaves out probes and streams, and its refusals of the API are problem documents', async () => {
    const throttling = ThrottlerModule.forRoot({
      throttlers: [{ ttl: 60_000, limit: 2 }],
      skipIf: (context) => isTaskerRequest(context, 'probe', 'events'),
    });
    const host = await open({ shared, imports: [throttling], providers: [guardedBy(ThrottlerGuard)] });
    const ask = (): ReturnType<typeof request> => request(host.app.getHttpServer());
    try {
      for (let asked = 0; asked < 4; asked++) {
        await ask().get('/tasker/health/live').expect(200);
        await ask().head('/tasker/events').expect(200);
      }
      await ask().get('/tasker/tasks').expect(200);
      await ask().get('/tasker/tasks').expect(200);
      const { body, headers } = await ask().get('/tasker/tasks').expect(429);
      expect(headers['retry-after']).toMatch(/^\d+$/);
      expect(body).toMatchObject({ status: 429, code: 'TOO_MANY_REQUESTS', instance: '/tasker/tasks' });
    } finally {
      await host.close();
    }
  });
});

describe('a host that keeps answers, and gives up on slow ones', () => {
  it('leaves ours out, and streams go on', async () => {
    const providers = [
      { provide: APP_INTERCEPTOR, useClass: Caching },
      { provide: APP_INTERCEPTOR, useClass: Hurrying },
    ];
    const host = await open({ shared, providers });
    const { app } = host;
    const http = app.getHttpServer();
    await app.listen(0, '127.0.0.1');
    try {
      const listener = await listenTo(`${await app.getUrl()}/tasker/events`);
      expect(listener.headers['cache-control']).toContain('no-transform'); // what compression goes by
      await request(http).get('/own').expect({ calls: 1 });
      await request(http).get('/own').expect({ calls: 1 });
      await request(http).get('/own/endless').expect(500); // as long as the stream is open
      const { body } = await request(http).post('/tasker/tasks').send(ORDER).expect(201);
      const address = `/tasker/tasks/${(body as { id: string }).id}`;
      expect((await request(http).get(address)).body).toMatchObject({ state: 'pending' });
      await request(http).delete(address).expect(200);
      expect((await request(http).get(address)).body).toMatchObject({ state: 'cancelled' });
      const [last] = (await listener.takeUntil('task.cancelled')).slice(-1);
      expect(last).toMatchObject({ event: 'task.cancelled' });
      listener.close();
    } finally {
      await host.close();
    }
  });
});
