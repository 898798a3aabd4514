import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TaskService } from 'nestjs-tasker';
import request from 'supertest';
import { DataSource } from 'typeorm';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { startHttpHost, type HttpHost } from '../support/http.host.js';
import { linksOf } from '../support/references.js';

const DELIVERY = { namespace: 'warehouse', name: 'delivery', version: '1.2.0' };
const SOMEBODY = { actor: 'tests' };

interface Listed {
  readonly tasks: readonly { readonly id: string; readonly [field: string]: unknown }[];
  readonly page: { readonly next: string | null; readonly previous: string | null };
}

describe('lists of tasks', () => {
  let database: TestDatabase;
  let host: HttpHost;
  let http: Server;
  /** By their order: 1 and 2 are complete, 13 in error, 3 cancelled, 4 pending. */
  const ids: Record<number, string> = {};
  beforeAll(async () => {
    database = await createTestDatabase();
    host = await startHttpHost({ shared: database });
    http = host.app.getHttpServer();
    const tasks = host.app.get(TaskService);
    const orders = [
      { order: 1, tags: ['a', 'b'], initiator: 'ann' },
      { order: 2, tags: ['b'], initiator: 'ben', reason: 'Nightly 100%_run' },
      { order: 13, tags: ['c'], sourceSystem: 'shop', idempotencyKey: 'thirteen' },
    ];
    for (const { order, ...more } of orders) {
      const { id } = await tasks.start({ ...DELIVERY, context: { order_id: order }, ...more });
      ids[order] = id;
    }
    await host.kit.runUntilIdle();
    for (const order of [3, 4]) {
      const { id } = await tasks.start({ ...DELIVERY, context: { order_id: order } });
      ids[order] = id;
    }
    await tasks.cancel(ids[3]!, SOMEBODY);
    await request(http)
      .post(`/tasker/tasks/${ids[1]!}/annotations`)
      .send({ type: 'audit', annotation: { step: 'pack', box: 7 } })
      .expect(201);
  });
  afterAll(async () => {
    await host.close();
    await database.drop();
  });

  const list = async (query: string): Promise<Listed> =>
    (await request(http).get(`/tasker/tasks?${query}`).expect(200)).body as Listed;
  const ordersOf = ({ tasks }: Listed): readonly number[] =>
    tasks.map(({ id }) => Number(Object.keys(ids).find((order) => ids[Number(order)] === id)));

  it('begin with the latest task, and show no more of each than it is by itself', async () => {
    const listed = await list('');
    expect(ordersOf(listed)).toEqual([4, 3, 13, 2, 1]);
    expect(listed.page).toEqual({ next: null, previous: null });
    expect(listed.tasks[4]).toMatchObject({ ...DELIVERY, state: 'complete', tags: ['a', 'b'], initiator: 'ann' });
    for (const part of ['context', 'summary', 'steps', 'annotations', 'transitions']) {
      expect(listed.tasks[4]).not.toHaveProperty(part);
    }
  });

  it('include more on demand', async () => {
    const { tasks } = await list('include=steps,annotations&include=transitions&namespace=warehouse&tags=a');
    expect(tasks).toHaveLength(1);
    const task = tasks[0]!;
    expect(task.steps).toMatchObject([{ name: 'read' }, { name: 'pack' }, { name: 'bill' }, { name: 'ship' }]);
    expect(task.annotations).toMatchObject([{ type: 'audit', annotation: { step: 'pack', box: 7 } }]);
    expect((task.transitions as object[])[0]).toMatchObject({ step: null, from: 'pending', to: 'in_progress' });
    expect((task.transitions as object[]).at(-1)).toMatchObject({ step: null, from: 'in_progress', to: 'complete' });
    expect(task).not.toHaveProperty('context');
  });

  it('include what holds up what, without the steps unless they are asked for', async () => {
    const { tasks } = await list('include=analysis&states=error');
    expect(tasks[0]).toMatchObject({
      analysis: {
        blockedSteps: ['ship'],
        failures: [{ step: 'bill', blocks: ['ship'] }],
        criticalPath: ['bill', 'ship'],
      },
    });
    expect(tasks[0]).not.toHaveProperty('steps');
  });

  it.each([
    ['states=error', [13]],
    ['states=complete,cancelled', [3, 2, 1]],
    ['states=pending', [4]],
    ['states=cancelled&states=error', [3, 13]],
    ['namespace=warehouse&states=complete', [2, 1]],
    ['namespace=elsewhere', []],
    ['name=delivery&version=1.2.0&states=pending', [4]],
    ['version=9.9.9', []],
    ['tags=b', [2, 1]],
    ['tags=a&tags=b', [1]],
    ['anyTags=a&anyTags=c', [13, 1]],
    ['initiator=ann', [1]],
    ['sourceSystem=shop', [13]],
    ['annotationType=audit', [1]],
    ['annotationKey=step&annotationValue=pack', [1]],
    ['annotationType=audit&annotationKey=box&annotationValue=7', [1]],
    ['annotationType=audit&annotationKey=box&annotationValue=8', []],
    ['annotationType=other&annotationKey=box&annotationValue=7', []],
    [`contextPath=${encodeURIComponent('$.order_id ? (@ > 2 && @ < 5)')}`, [4, 3]],
    [`contextPath=${encodeURIComponent('$.order_id.nothing.at.all')}`, []],
    ['text=nightly', [2]],
    [`text=${encodeURIComponent('100%_')}`, [2]],
    [`text=${encodeURIComponent('1%_r')}`, []],
    ['text=DELIV', [4, 3, 13, 2, 1]],
    ['createdAfter=2100-01-01T00:00:00Z', []],
    ['createdBefore=2100-01-01T00:00:00Z&updatedAfter=2000-01-01T00:00:00Z', [4, 3, 13, 2, 1]],
    ['sort=createdAt', [1, 2, 13, 3, 4]],
  ])('find by %s', async (query, expected) => {
    expect(ordersOf(await list(query))).toEqual(expected);
  });

  it('find by identity and by ids', async () => {
    const { tasks } = await list(`ids=${ids[13]!}`);
    expect(ordersOf(await list(`identityHash=${String(tasks[0]!.identityHash)}`))).toEqual([13]);
    expect(ordersOf(await list(`ids=${ids[1]!},${ids[4]!}`))).toEqual([4, 1]);
  });

  it.each([
    'createdAt',
    '-createdAt',
    'requestedAt',
    '-requestedAt',
    'updatedAt',
    '-updatedAt',
    'completedAt',
    '-completedAt',
  ])('sorted by %s have pages that follow each other both ways', async (sort) => {
    const whole = ordersOf(await list(`sort=${sort}`));
    const there: number[] = [];
    let last = await list(`sort=${sort}&limit=2`);
    for (;;) {
      there.push(...ordersOf(last));
      if (last.page.next === null) break;
      last = await list(`sort=${sort}&limit=2&after=${last.page.next}`);
    }
    expect(there).toEqual(whole);
    const back: number[] = [...ordersOf(last)];
    for (let page = last; page.page.previous !== null;) {
      page = await list(`sort=${sort}&limit=2&before=${page.page.previous}`);
      back.unshift(...ordersOf(page));
    }
    expect(back).toEqual(whole);
    expect([...whole].sort()).toEqual([1, 13, 2, 3, 4]);
  });

  it('say in a header where the pages around them are', async () => {
    const first = await request(http).get('/tasker/tasks?limit=2&states=complete,cancelled').expect(200);
    const second = await request(http).get(linksOf(first).next!).expect(200);
    expect(ordersOf(second.body as Listed)).toEqual([1]);
    expect((await request(http).get(linksOf(second).prev!).expect(200)).body.tasks).toEqual(first.body.tasks);
  });

  it.each([
    ['stats=error', '/stats', 'is not a known parameter'],
    ['states=eror', '/filter/states', 'must be a list of'],
    ['limit=0', '/limit', 'from 1 to 100'],
    ['limit=ten', '/limit', 'must be a whole number'],
    ['limit=1&limit=2', '/limit', 'must be given once'],
    ['sort=state', '/sort', 'must be one of'],
    ['include=everything', '/include', 'must be a list of'],
    ['after=nonsense', '/after', 'is not a cursor'],
    [
      `after=${Buffer.from('["updatedAt","1","now"]').toString('base64url')}&sort=updatedAt`,
      '/after',
      'is not a cursor',
    ],
    ['after=a&before=b', '/before', 'cannot be given together'],
    ['ids=one', '/filter/ids', 'must be a list of'],
    ['annotationValue=7', '/filter/annotation', 'must have a type or a key'],
    ['createdAfter=yesterday', '/filter/createdAfter', 'must be a Date or an instant'],
  ])('answer 400 to %s, and say what is wrong', async (query, pointer, message) => {
    const { body } = await request(http).get(`/tasker/tasks?${query}`).expect(400);
    expect(body.problems).toEqual(expect.arrayContaining([{ pointer, message: expect.stringContaining(message) }]));
  });

  it('answer 400 to a path into the context that is none', async () => {
    const { body } = await request(http).get('/tasker/tasks?contextPath=%24%20is%20wrong').expect(400);
    expect(body.code).toBe('TASKER_INVALID_CONTEXT_PATH');
  });

  it.each(['2026-02-30T00:00:00.000000Z', '2026-13-01T00:00:00.000000Z', '0000-01-01T00:00:00.000000Z'])(
    'take no cursor at an instant that there is not: %s',
    async (instant) => {
      const cursor = Buffer.from(JSON.stringify(['updatedAt', '1', instant])).toString('base64url');
      const { body } = await request(http).get(`/tasker/tasks?sort=updatedAt&after=${cursor}`).expect(400);
      expect(body.problems).toMatchObject([{ pointer: '/after' }]);
    },
  );

  it('take a cursor for what it is, and not for the sort that it was made for', async () => {
    for (const sort of ['-createdAt', 'requestedAt']) {
      const { page } = await list(`limit=2&sort=${sort}`);
      const { body } = await request(http).get(`/tasker/tasks?sort=updatedAt&after=${page.next!}`).expect(400);
      expect(body.problems).toMatchObject([{ pointer: '/after' }]);
    }
  });

  it('that take too long are given up, before the limit of all statements, and hold no connection', async () => {
    const hurried = await startHttpHost({ shared: database, tasker: { database: { statementTimeoutMs: 1_000 } } });
    const answerOf = (query: string): request.Test =>
      request(hurried.app.getHttpServer()).get(`/tasker/tasks?${query}`);
    const blocker = host.app.get(DataSource).createQueryRunner();
    await blocker.startTransaction();
    try {
      await blocker.query('lock table tasker.tasks in access exclusive mode');
      const { body } = await answerOf('states=complete').expect(422);
      expect(body).toMatchObject({ code: 'TASKER_SLOW_LIST', detail: expect.stringContaining('0.5 seconds') });
    } finally {
      await blocker.rollbackTransaction();
      await blocker.release();
    }
    try {
      expect(ordersOf((await answerOf('limit=1').expect(200)).body as Listed)).toEqual([4]);
    } finally {
      await hurried.close();
    }
  });

  it('of what needs a person say what is wrong and what would repair it', async () => {
    const { body } = await request(http).get('/tasker/dead_letters').expect(200);
    expect(body.deadLetters).toHaveLength(1);
    expect(body.deadLetters[0]).toMatchObject({
      task: { id: ids[13], state: 'error' },
      failedSteps: [
        {
          name: 'bill',
          attempts: 1,
          error: { code: 'DECLINED', permanent: true },
          blocks: ['ship'],
          repairs: ['reset', 'resolve'],
        },
      ],
    });
    expect((await request(http).get('/tasker/dead_letters?namespace=elsewhere').expect(200)).body.deadLetters).toEqual(
      [],
    );
  });
});
