import type { AddressInfo, Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ChangeFeed, TASKER_AUTHENTICATOR, TaskService } from 'nestjs-tasker';
import request from 'supertest';
import { eventually } from '../support/eventually.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { startHttpHost, type HttpHost, type HttpHostSettings } from '../support/http.host.js';
import { listenTo, type EventListener } from '../support/event.listener.js';

const DELIVERY = { namespace: 'warehouse', name: 'delivery', version: '1.2.0' };

interface ListeningHost extends HttpHost {
  readonly url: string;
}

let database: TestDatabase;
/** One for both servers. */
let flood: Promise<void> | undefined;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

describe.each<[string, () => Partial<HttpHostSettings>]>([
  ['Express', () => ({})],
  ['Fastify', () => ({ adapter: new FastifyAdapter() })],
])('server-sent events, on %s', (_, settings) => {
  /** For all tests that neither fill it nor end it. It lets in everybody but those who say that they are nobody. */
  let host: ListeningHost;
  let hosts: HttpHost[] = [];
  let listeners: EventListener[] = [];
  beforeAll(async () => {
    const authenticate = ({ headers }: { headers: { user?: string } }) =>
      headers.user !== 'nobody' && { id: 'ann', roles: ['viewer'] };
    host = await openHost({ providers: [{ provide: TASKER_AUTHENTICATOR, useValue: { authenticate } }] });
  });
  afterEach(async () => {
    for (const listener of listeners) listener.close();
    for (const each of hosts) await each.close();
    hosts = [];
    listeners = [];
  });
  afterAll(() => host.close());

  async function openHost(more: Partial<HttpHostSettings> = {}): Promise<ListeningHost> {
    const opened = await startHttpHost({ ...settings(), shared: database, ...more });
    await opened.app.listen(0, '127.0.0.1');
    const { port } = opened.app.getHttpServer().address() as AddressInfo;
    return { ...opened, url: `http://127.0.0.1:${port}/tasker` };
  }

  /** Closed after the test. */
  async function aHost(more: Partial<HttpHostSettings> = {}): Promise<ListeningHost> {
    const opened = await openHost(more);
    hosts.push(opened);
    return opened;
  }

  async function listen(url: string, headers: Readonly<Record<string, string>> = {}): Promise<EventListener> {
    const listener = await listenTo(url, headers);
    listeners.push(listener);
    return listener;
  }

  const start = async (host: HttpHost, order: number): Promise<string> => {
    const { id } = await host.app.get(TaskService).start({ ...DELIVERY, context: { order_id: order } });
    return id;
  };

  it('ask whoever comes during a shutdown to come back, as a browser that is refused never would', async () => {
    const own = await aHost();
    own.app.get(ChangeFeed).close();
    const { text, headers } = await request(`${own.url}/events`).get('').expect(200);
    expect(headers['content-type']).toContain('text/event-stream');
    expect(text).toBe('retry: 1000\n\n');
  });

  it('tell of a task from its start to its end', async () => {
    const id = await start(host, 1);
    const listener = await listen(`${host.url}/tasks/${id}/events`);
    expect(listener.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    expect(listener.headers['cache-control']).toBe('no-cache, no-transform');
    expect(listener.headers['x-correlation-id']).toMatch(/./);
    await start(host, 2);
    await host.kit.runUntilIdle();
    const events = await listener.takeUntil('task.completed');
    const names = events.map(({ event }) => event);
    expect(names[0]).toBe('ready');
    expect(names.slice(1).toSorted()).toEqual([
      ...Array.from({ length: 4 }, () => 'step.completed'),
      ...Array.from({ length: 4 }, () => 'step.execution_requested'),
      'task.completed',
      'task.start_requested',
    ]);
    const last = events.at(-1)!;
    expect(last.data).toMatchObject({ taskId: id, ...DELIVERY, from: 'in_progress', to: 'complete', step: null });
    expect(last.data).toMatchObject({ event: last.event, position: last.id });
  });

  it('tell of all tasks, by filter', async () => {
    const listener = await listen(`${host.url}/events?namespace=warehouse&events=step.failed,task.failed&steps=bill`);
    await start(host, 1);
    const id = await start(host, 13);
    await host.kit.runUntilIdle();
    const events = await listener.takeUntil('step.failed');
    expect(events.map(({ event }) => event)).toEqual(['ready', 'step.failed']);
    expect(events[1]!.data).toMatchObject({
      taskId: id,
      step: 'bill',
      attempt: 1,
      error: { message: 'the card was declined' },
    });
  });

  it('go on where an earlier connection ended', async () => {
    const first = await listen(`${host.url}/events`);
    const id = await start(host, 1);
    await host.kit.runUntilIdle();
    const whole = await first.takeUntil('task.completed');
    const at = whole[4]!;
    for (const [url, headers] of [
      [`${host.url}/events`, { 'Last-Event-ID': at.id }],
      [`${host.url}/events?after=${at.id}`, {}],
      [`${host.url}/events?after=0.0`, { 'Last-Event-ID': at.id }],
      [`${host.url}/tasks/${id}/events?after=0.0`, { 'Last-Event-ID': at.id }],
    ] as const) {
      const again = await listen(url, headers);
      const rest = await again.takeUntil('task.completed');
      expect(rest[0]).toMatchObject({ event: 'ready', id: at.id });
      expect(rest.slice(1).map(({ event }) => event)).toEqual(whole.slice(5).map(({ event }) => event));
    }
  });

  it('tell who did it, and of nothing that was refused', async () => {
    const listener = await listen(`${host.url}/events`);
    const tasks = host.app.get(TaskService);
    const id = await start(host, 1);
    await expect(tasks.cancel('999999', { actor: 'ann' })).rejects.toThrow();
    await tasks.cancel(id, { actor: 'ann', reason: 'sold out' });
    const events = await listener.takeUntil('task.cancelled');
    expect(events.at(-1)!.data).toMatchObject({ taskId: id, actor: 'ann', reason: 'sold out' });
  });

  it.each([
    ['/tasks/999999/events', {}, 404, 'TASKER_UNKNOWN_TASK'],
    ['/events?colour=red', {}, 400, 'TASKER_INVALID_QUERY'],
    ['/events?events=task.began', {}, 400, 'TASKER_INVALID_CHANGE_REQUEST'],
    ['/events?after=x', {}, 400, 'TASKER_INVALID_CHANGE_REQUEST'],
    ['/events', { 'Last-Event-ID': '7' }, 400, 'TASKER_INVALID_CHANGE_REQUEST'],
  ])('refuse GET %s with %j: %d', async (path, headers, status, code) => {
    const answer = await request(host.url).get(path).set(headers);
    expect(answer.status).toBe(status);
    expect(answer.type).toBe('application/problem+json');
    expect(answer.body).toMatchObject({ code, correlationId: expect.any(String) });
  });

  it('are for so many listeners at a time, and those who leave make room', async () => {
    const own = await aHost({ tasker: { live: { maxListeners: 1 } } });
    const listener = await listen(`${own.url}/events`);
    await request(own.url).get('/events').expect(503).expect('Retry-After', '5');
    listener.close();
    const next = await eventually(() => listen(`${own.url}/events`));
    expect(next.headers['content-type']).toMatch('text/event-stream');
  });

  it('answer HEAD with their headers alone, which takes no place', async () => {
    const own = await aHost({ tasker: { live: { maxListeners: 1 } } });
    const id = await start(own, 1);
    for (const path of ['/events', `/tasks/${id}/events`, '/events?namespace=warehouse']) {
      const { headers } = await request(own.url).head(path).timeout(10_000).expect(200);
      expect(headers['content-type']).toBe('text/event-stream; charset=utf-8');
      expect(headers['cache-control']).toBe('no-cache, no-transform');
      expect(headers['x-accel-buffering']).toBe('no'); // nginx would gather events
      expect(headers['x-correlation-id']).toMatch(/./);
    }
    await listen(`${own.url}/events`);
    await request(own.url).head('/events').timeout(10_000).expect(200);
  });

  it('refuse HEAD as they refuse GET', async () => {
    const head = (path: string): request.Test => request(host.url).head(path).timeout(10_000);
    await head('/events').set('user', 'nobody').expect(401);
    await head('/tasks/999999/events').expect(404);
    await head('/events?events=task.began').expect(400);
    await head('/events?after=x').expect(400);
    await head('/events').expect(200);
  });

  it('end with the process also for one that does not read', async () => {
    const own = await aHost();
    const sockets: Socket[] = [];
    own.app.getHttpServer().on('connection', (socket: Socket) => sockets.push(socket));
    const listener = await listen(`${own.url}/events?after=0.0`);
    listener.pause();
    await (flood ??= floodWith(own.app.get(TaskService)));
    await eventually(() =>
      expect(Math.max(...sockets.map(({ writableLength }) => writableLength))).toBeGreaterThan(16_384),
    );
    await own.app.close();
  });

  it('end when the process ends', async () => {
    const own = await aHost();
    const listener = await listen(`${own.url}/events`);
    await own.app.close();
    await listener.ended;
  });
});

/** More changes than the buffers of both ends hold, so that something is left that would never be taken. */
async function floodWith(tasks: TaskService): Promise<void> {
  const requests = Array.from({ length: 600 }, () => ({ ...DELIVERY, context: { order_id: 1 } }));
  const ids = (await tasks.startMany(requests)).map(({ id }) => id);
  await tasks.bulk('cancel', { ids }, { actor: 'ann', reason: '€'.repeat(500) });
}
