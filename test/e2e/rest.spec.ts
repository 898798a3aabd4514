import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger, ValidationPipe, VersioningType, type INestApplication } from '@nestjs/common';
import { EventBus, TASKER_AUTHENTICATOR, TASKER_AUTHORIZATION_COORDINATOR, TaskService } from 'nestjs-tasker';
import request from 'supertest';
import { DataSource } from 'typeorm';
import { Database } from '../../lib/persistence/database.js';
import { startHttpHost, type HttpHost } from '../support/http.host.js';
import { locationOf } from '../support/references.js';

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const ORDER = { namespace: 'warehouse', name: 'delivery', version: '1.2.0' };
const TOO_LARGE = '9223372036854775808'; // one more than a bigint can be

describe('the REST API', () => {
  let host: HttpHost;
  let http: Server;
  beforeAll(async () => {
    host = await startHttpHost();
    http = host.app.getHttpServer();
  });
  afterAll(() => host.close());

  const start = (body: object): request.Test => request(http).post('/tasker/tasks').send(body);

  describe('starting a task', () => {
    it('answers 201, what was started, and where it is', async () => {
      const started = await start({ ...ORDER, context: { order_id: 1 }, tags: ['a'], priority: 5 }).expect(201);
      const { body } = started;
      expect(body).toEqual({ ...ORDER, id: expect.stringMatching(/^\d+$/), state: 'pending', created: true });
      expect(locationOf(started)).toBe(`/tasker/tasks/${body.id}`);
      const shown = await request(http).get(locationOf(started)).expect(200);
      expect(shown.body).toMatchObject({ id: body.id, tags: ['a'], priority: 5 });
    });

    it('answers 200 and the first task to a second request with the same idempotency key', async () => {
      const body = { ...ORDER, context: { order_id: 1 }, idempotencyKey: 'order-1' };
      const first = await start(body).expect(201);
      const second = await start(body).expect(200);
      expect(second.body).toMatchObject({ id: first.body.id, created: false });
      expect(second.headers.location).toBe(first.headers.location);
    });

    it('refuses unknown fields, each at its place', async () => {
      const { body, type } = await start({ ...ORDER, prio: 1, 'a/b': 1 }).expect(400);
      expect(type).toBe('application/problem+json');
      expect(body).toMatchObject({
        type: 'urn:nestjs-tasker:TASKER_INVALID_BODY',
        title: 'Invalid body',
        status: 400,
        code: 'TASKER_INVALID_BODY',
        instance: '/tasker/tasks',
        problems: [
          { pointer: '/prio', message: expect.stringContaining('is not a known field') },
          { pointer: '/a~1b', message: expect.stringContaining('is not a known field') },
        ],
      });
    });

    it('refuses values that the engine does not allow', async () => {
      const { body } = await start({ ...ORDER, name: 7, initiator: 'x'.repeat(129), priority: 1e5 }).expect(400);
      expect(body).toMatchObject({
        code: 'TASKER_INVALID_START_REQUEST',
        problems: [{ pointer: '/name' }, { pointer: '/initiator' }, { pointer: '/priority' }],
      });
    });

    it.each([
      ['before', '2050-01-01T08:00:00Z', '2050-01-01T07:59:59Z'],
      ['at', '2050-01-01T08:00:00Z', '2050-01-01T09:00:00+01:00'],
    ])('refuses a deadline that is %s the instant at which the task may begin', async (_, runAt, deadlineAt) => {
      const { body } = await start({ ...ORDER, context: { order_id: 1 }, runAt, deadlineAt }).expect(400);
      expect(body).toMatchObject({
        code: 'TASKER_INVALID_START_REQUEST',
        problems: [{ pointer: '/deadlineAt', message: 'must be after runAt' }],
      });
    });

    it('takes a deadline after the instant at which the task may begin, and says once what is no instant', async () => {
      const runAt = '2050-01-01T08:00:00Z';
      const body = { ...ORDER, context: { order_id: 1 } };
      await start({ ...body, runAt, deadlineAt: '2050-01-01T08:00:00.001Z' }).expect(201);
      for (const wrong of [
        { runAt: 'soon', deadlineAt: runAt },
        { runAt, deadlineAt: 'never' },
      ]) {
        const refused = await start({ ...body, ...wrong }).expect(400);
        expect(refused.body.problems).toHaveLength(1);
      }
    });

    it('refuses a context that its template does not allow, pointing into the body', async () => {
      const { body } = await start({ ...ORDER, context: { order_id: 'one' } }).expect(400);
      expect(body).toMatchObject({
        code: 'TASKER_INVALID_CONTEXT',
        problems: [{ pointer: '/context/order_id', message: expect.stringContaining('whole number') }],
      });
    });

    it('answers 404 with what comes close for a template that is not there', async () => {
      const { body, type } = await start({ ...ORDER, name: 'delivry' }).expect(404);
      expect(type).toBe('application/problem+json');
      expect(body).toMatchObject({ code: 'TASKER_UNKNOWN_TEMPLATE', title: 'Unknown template' });
      expect(body.detail).toContain('"delivery"');
    });

    it.each([
      ['is no JSON', '{ "name": '],
      ['is no object', '[1]'],
    ])('answers 400 to a body that %s', async (_, text) => {
      const { body, type } = await request(http).post('/tasker/tasks').type('json').send(text).expect(400);
      expect(type).toBe('application/problem+json');
      expect(body).toMatchObject({ status: 400, instance: '/tasker/tasks' });
    });

    it('answers 400 to no body, 413 to one that is too large', async () => {
      await request(http).post('/tasker/tasks').expect(400);
      const { body } = await start({ ...ORDER, context: { order_id: 1, note: 'x'.repeat(200_000) } }).expect(413);
      expect(body).toMatchObject({ status: 413, code: 'PAYLOAD_TOO_LARGE' });
    });

    it('stores nothing that was refused', async () => {
      const count = async (): Promise<unknown> => host.app.get(DataSource).query('select count(*) from tasker.tasks');
      const before = await count();
      await start({ ...ORDER, context: {} }).expect(400);
      expect(await count()).toEqual(before);
    });
  });

  describe('showing a task', () => {
    const run = async (order: number): Promise<string> => {
      const { body } = await start({ ...ORDER, context: { order_id: order }, initiator: 'pete' }).expect(201);
      await host.kit.runUntilIdle();
      return `/tasker/tasks/${String(body.id)}`;
    };

    it('shows it with its steps, dependencies first', async () => {
      const { body } = await request(http)
        .get(await run(1))
        .expect(200);
      expect(body).toMatchObject({
        ...ORDER,
        state: 'complete',
        context: { order_id: 1, express: false },
        initiator: 'pete',
        sourceSystem: 'unknown',
        reason: 'unknown',
        priority: null,
        requestedAt: expect.stringMatching(ISO),
        completedAt: expect.stringMatching(ISO),
        summary: {
          executionStatus: 'all_complete',
          healthStatus: 'healthy',
          completionPercentage: 100,
          totalSteps: 4,
          completedSteps: 4,
          nextRetryAt: null,
        },
      });
      expect(body.steps.map(({ name, dependsOn }: Record<string, unknown>) => [name, dependsOn])).toEqual([
        ['read', []],
        ['pack', ['read']],
        ['bill', ['read']],
        ['ship', ['pack', 'bill']],
      ]);
      expect(body.steps[0]).toEqual({
        id: expect.stringMatching(/^\d+$/),
        name: 'read',
        state: 'complete',
        dependsOn: [],
        attempts: 1,
        retryLimit: 3,
        retryable: true,
        skippable: false,
        results: { step: 'read', order: 1 },
        error: null,
        nextRetryAt: null,
        startedAt: expect.stringMatching(ISO),
        lastAttemptedAt: expect.stringMatching(ISO),
        processedAt: expect.stringMatching(ISO),
        revision: expect.stringMatching(/^\d+$/),
      });
    });

    it('shows what failed for good, without its stack', async () => {
      const { body } = await request(http)
        .get(await run(13))
        .expect(200);
      expect(body).toMatchObject({ state: 'error', completedAt: null });
      expect(body.summary).toMatchObject({ executionStatus: 'blocked_by_failures', healthStatus: 'blocked' });
      expect(body.steps[2]).toMatchObject({
        name: 'bill',
        state: 'error',
        attempts: 1,
        results: null,
        nextRetryAt: null,
        error: {
          message: 'the card was declined',
          code: 'DECLINED',
          class: 'PermanentError',
          permanent: true,
          context: { order: 13 },
        },
      });
      expect(JSON.stringify(body)).not.toContain('host.ts');
    });

    it('shows when a failed step is tried again', async () => {
      const { body } = await request(http)
        .get(await run(12))
        .expect(200);
      const bill = body.steps[2];
      expect(bill).toMatchObject({
        state: 'error',
        attempts: 1,
        retryLimit: 2,
        error: { message: 'the bank is closed' },
      });
      expect(Date.parse(bill.nextRetryAt) - Date.parse(bill.lastAttemptedAt)).toBeGreaterThan(59_000);
      expect(body.summary).toMatchObject({ executionStatus: 'waiting_for_retry', nextRetryAt: bill.nextRetryAt });
    });

    it('answers 404 for an id that no task has', async () => {
      const { body, type } = await request(http).get('/tasker/tasks/999999').expect(404);
      expect(type).toBe('application/problem+json');
      expect(body).toMatchObject({ code: 'TASKER_UNKNOWN_TASK', instance: '/tasker/tasks/999999' });
    });

    it.each(['0', '-1', '1.5', '12abc', 'one', '1%00', '%27', TOO_LARGE])('answers 400 for the id %s', async (id) => {
      const { body, type } = await request(http).get(`/tasker/tasks/${id}`).expect(400);
      expect(type).toBe('application/problem+json');
      expect(body).toMatchObject({ code: 'TASKER_INVALID_ID', instance: `/tasker/tasks/${id}` });
    });
  });

  it('answers an error of ours with 500, logs it, and tells nothing about it', async () => {
    const logged = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const broken = jest.spyOn(host.app.get(TaskService), 'start').mockRejectedValue(new Error('the password is xyzzy'));
    const { text, type } = await start(ORDER).expect(500);
    expect(type).toBe('application/problem+json');
    expect(text).not.toContain('xyzzy');
    expect(logged).toHaveBeenCalledWith(
      expect.stringContaining(' failed'),
      expect.stringContaining('Error: the password is xyzzy'),
    );
    broken.mockRestore();
    logged.mockRestore();
  });

  it('answers 404 for what it does not have', async () => {
    const { body, type } = await request(http).delete('/tasker/tasks').expect(404);
    expect(type).toBe('application/problem+json');
    expect(body).toMatchObject({ code: 'NOT_FOUND' });
  });

  describe('health', () => {
    it('is live without looking at anything', async () => {
      const { body, headers } = await request(http).get('/tasker/health/live').expect(200);
      expect(body).toEqual({ alive: true, service: 'tasker', timestamp: expect.stringMatching(ISO) });
      expect(headers['cache-control']).toBe('no-store');
    });

    it('is ready when the database answers and its schema fits', async () => {
      const { body, headers } = await request(http).get('/tasker/health/ready').expect(200);
      expect(body).toMatchObject({
        ready: true,
        checks: { database: { status: 'healthy' }, schema: { status: 'healthy' } },
      });
      expect(body.checks).not.toHaveProperty('worker'); // this process only serves the API
      expect(headers['cache-control']).toBe('no-store');
    });
  });
});

describe('the REST API where tasks are started faster than they end', () => {
  it('answers 429 and says when to come back', async () => {
    const host = await startHttpHost({ tasker: { backPressure: { maxUnfinished: 1 } } });
    try {
      const start = () =>
        request(host.app.getHttpServer())
          .post('/tasker/tasks')
          .send({ ...ORDER, context: { order_id: 1 } });
      await start().expect(201);
      const { body, headers } = await start().expect(429);
      expect(headers['retry-after']).toMatch(/^[1-9]\d*$/);
      expect(body).toMatchObject({ code: 'TASKER_TOO_MANY_UNFINISHED_TASKS', title: 'Too many unfinished tasks' });
    } finally {
      await host.close();
    }
  });
});

describe('the REST API of a process with a worker', () => {
  it('runs what it starts, is ready once its worker runs, and not when the database is gone', async () => {
    const host = await startHttpHost({ tasker: { worker: { enabled: true } } });
    const http = host.app.getHttpServer();
    try {
      const completed = new Promise((resolve) => host.app.get(EventBus).on('task.completed', resolve));
      const { body } = await request(http)
        .post('/tasker/tasks')
        .send({ ...ORDER, context: { order_id: 1 } });
      await expect(completed).resolves.toMatchObject({ taskId: body.id, namespace: 'warehouse', name: 'delivery' });
      const ready = await request(http).get('/tasker/health/ready').expect(200);
      expect(ready.body).toMatchObject({ ready: true, checks: { worker: { status: 'healthy' } } });

      const database = host.app.get(Database, { strict: false });
      const query = jest.spyOn(database, 'query').mockRejectedValue(new Error('connect ECONNREFUSED 10.0.0.7'));
      const unready = await request(http).get('/tasker/health/ready').expect(503);
      query.mockRestore();
      expect(unready.body).toMatchObject({ ready: false, checks: { database: { status: 'unhealthy' } } });
      expect(unready.text).not.toContain('10.0.0.7');
      await request(http).get('/tasker/health/live').expect(200);
    } finally {
      await host.close();
    }
  });
});

describe('the REST API in a host with ways of its own', () => {
  const serve = async (
    settings: Parameters<typeof startHttpHost>[0],
    test: (http: Server) => Promise<void>,
  ): Promise<void> => {
    const host = await startHttpHost(settings);
    try {
      await test(host.app.getHttpServer());
    } finally {
      await host.close();
    }
  };

  it('answers below another path, a global prefix and versioned routes', async () => {
    const prepare = (app: INestApplication): void => {
      app.setGlobalPrefix('api');
      app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
    };
    await serve({ tasker: { worker: { enabled: false }, http: { path: 'ops/flows' } }, prepare }, async (http) => {
      const path = '/api/ops/flows/tasks';
      const { headers } = await request(http).post(path).send({ name: 'nothing' }).expect(404);
      expect(headers['content-type']).toContain('application/problem+json');
      const malformed = await request(http).post(path).type('json').send('{').expect(400);
      expect(malformed.type).toBe('application/problem+json');
      await request(http).get('/api/ops/flows/health/live').expect(200);
      await request(http).get('/api/ops/flows/dashboard').expect(200);
      await request(http).get('/tasker/health/live').expect(404);
    });
  });

  it('is not disturbed by a global ValidationPipe that strips what it does not know', async () => {
    const prepare = (app: INestApplication): void => {
      app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }));
    };
    await serve({ prepare }, async (http) => {
      const context = { order_id: 1, note: { any: 'thing' } };
      const started = await request(http)
        .post('/tasker/tasks')
        .send({ ...ORDER, context })
        .expect(201);
      const { body } = await request(http).get(locationOf(started)).expect(200);
      expect(body.context).toEqual({ ...context, express: false });
      const refused = await request(http)
        .post('/tasker/tasks')
        .send({ ...ORDER, prio: 1 })
        .expect(400);
      expect(refused.body).toMatchObject({ code: 'TASKER_INVALID_BODY', problems: [{ pointer: '/prio' }] });
    });
  });

  it('is not there when it is switched off', async () => {
    await serve({ tasker: { worker: { enabled: false }, http: { enabled: false } } }, async (http) => {
      const { body } = await request(http).get('/tasker/health/live').expect(404);
      expect(body).toHaveProperty('statusCode'); // as Nest says it
      await request(http).get('/tasker/dashboard').expect(404);
    });
  });

  it('asks for a user and a permission when the host provides an authenticator', async () => {
    const providers = [
      {
        provide: TASKER_AUTHENTICATOR,
        useValue: {
          authenticate: ({ headers }: { headers: { user?: string } }) => headers.user && { id: headers.user },
        },
      },
      {
        provide: TASKER_AUTHORIZATION_COORDINATOR,
        useValue: {
          may: (user: { id: string }, permission: string) => user.id === 'admin' || permission.endsWith('show'),
        },
      },
    ];
    await serve({ providers }, async (http) => {
      const body = { ...ORDER, context: { order_id: 1 } };
      const nobody = await request(http).post('/tasker/tasks').send(body).expect(401);
      expect(nobody.body).toMatchObject({ code: 'TASKER_UNAUTHENTICATED', instance: '/tasker/tasks' });
      const reader = await request(http).post('/tasker/tasks').set('user', 'reader').send(body).expect(403);
      expect(reader.body.detail).toContain('tasker.task:create');
      const started = await request(http).post('/tasker/tasks').set('user', 'admin').send(body).expect(201);
      await request(http).get(locationOf(started)).set('user', 'reader').expect(200);
      await request(http).get(locationOf(started)).expect(401);
      await request(http).get('/tasker/health/live').expect(200);
      await request(http).get('/tasker/health/ready').expect(200);
    });
  });
});
