import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TASKER_AUTHENTICATOR, TaskService, type TaskerUser } from 'nestjs-tasker';
import request from 'supertest';
import { DataSource } from 'typeorm';
import { startHttpHost, type HttpHost } from '../support/http.host.js';

const DELIVERY = { namespace: 'warehouse', name: 'delivery', version: '1.2.0' };
const NOWHERE = '999999999';

describe('what a person does over REST', () => {
  let host: HttpHost;
  let http: Server;
  beforeAll(async () => {
    host = await startHttpHost();
    http = host.app.getHttpServer();
  });
  afterAll(() => host.close());

  const start = async (order: number): Promise<string> => {
    const { id } = await host.app.get(TaskService).start({ ...DELIVERY, context: { order_id: order } });
    return id;
  };
  const post = (path: string, body?: object): request.Test => request(http).post(`/tasker/tasks/${path}`).send(body);
  const stateOf = async (id: string): Promise<string> =>
    (await request(http).get(`/tasker/tasks/${id}`).expect(200)).body.state as string;
  const stepOf = async (id: string, step: string): Promise<Record<string, unknown>> =>
    (await request(http).get(`/tasker/tasks/${id}/workflow_steps/${step}`).expect(200)).body as Record<string, unknown>;

  it('cancels a task, once and for all', async () => {
    const id = await start(1);
    const { body } = await post(`${id}/cancel`, { actor: 'ann', reason: 'a mistake' }).expect(200);
    expect(body).toMatchObject({ changed: true, tasks: [{ id, to: 'cancelled' }] });
    expect((await post(`${id}/cancel`).expect(200)).body).toMatchObject({ changed: false });
    expect(await stateOf(id)).toBe('cancelled');
    const { body: history } = await request(http).get(`/tasker/tasks/${id}/transitions`).expect(200);
    expect(history.transitions).toContainEqual(
      expect.objectContaining({ step: null, to: 'cancelled', actor: 'ann', reason: 'a mistake' }),
    );
  });

  it('cancels a task by DELETE, without a body too', async () => {
    const id = await start(1);
    await request(http).delete(`/tasker/tasks/${id}`).expect(200);
    expect(await stateOf(id)).toBe('cancelled');
  });

  it('holds and releases a task', async () => {
    const id = await start(1);
    await post(`${id}/hold`).expect(200);
    await host.kit.runUntilIdle();
    expect(await stateOf(id)).toBe('pending');
    await post(`${id}/release`).expect(200);
    await host.kit.runUntilIdle();
    expect(await stateOf(id)).toBe('complete');
  });

  it('repairs a task: resolves the step that failed, and the rest goes on', async () => {
    const id = await start(13);
    await host.kit.runUntilIdle();
    expect(await stepOf(id, 'bill')).toMatchObject({
      taskId: id,
      state: 'error',
      dependsOn: ['read'],
      dependents: ['ship'],
      siblings: ['pack'],
    });
    await post(`${id}/workflow_steps/bill/resolve`, { results: { paid: 'by hand' }, actor: 'ann' }).expect(200);
    await host.kit.runUntilIdle();
    expect(await stepOf(id, 'bill')).toMatchObject({ state: 'resolved_manually', results: { paid: 'by hand' } });
    expect(await stateOf(id)).toBe('complete');
  });

  it('retries and resets what failed, a task or a step', async () => {
    const id = await start(13);
    await host.kit.runUntilIdle();
    for (const path of ['retry', 'reset', 'workflow_steps/bill/retry', 'workflow_steps/bill/reset']) {
      expect((await post(`${id}/${path}`).expect(200)).body).toMatchObject({ changed: true });
      await host.kit.runUntilIdle();
      expect(await stateOf(id)).toBe('error');
    }
    await post(`${id}/resolve`).expect(200);
    expect(await stateOf(id)).toBe('resolved_manually');
  });

  it('cancels a step, and the task ends as cancelled', async () => {
    const id = await start(1);
    await post(`${id}/workflow_steps/bill/cancel`).expect(200);
    await host.kit.runUntilIdle();
    expect(await stateOf(id)).toBe('cancelled');
  });

  it('repeats a finished task as a new one', async () => {
    const id = await start(1);
    await host.kit.runUntilIdle();
    const { body } = await post(`${id}/rerun`, { from: 'ship' }).expect(201);
    expect(body).toMatchObject({ ...DELIVERY, created: true });
    expect((await request(http).get(`/tasker/tasks/${String(body.id)}`)).body).toMatchObject({ rerunOf: id });
  });

  it.each(['patch', 'put'] as const)('changes a task by %s', async (method) => {
    const id = await start(1);
    const changing = request(http)[method](`/tasker/tasks/${id}`);
    const { body } = await changing.send({ reason: 'another', tags: ['x'], priority: 7 }).expect(200);
    expect(body).toMatchObject({ id, reason: 'another', tags: ['x'], priority: 7 });
    const shown = await request(http).get(`/tasker/tasks/${id}`).expect(200);
    expect(shown.body).toMatchObject({ reason: 'another', tags: ['x'], priority: 7 });
  });

  it.each(['patch', 'put'] as const)('changes the retry limit of a step by %s', async (method) => {
    const id = await start(1);
    const path = `/tasker/tasks/${id}/workflow_steps/pack`;
    const { body } = await request(http)[method](path).send({ retryLimit: 22 }).expect(200);
    expect(body).toMatchObject({ name: 'pack', retryLimit: 22 });
    expect(await stepOf(id, 'pack')).toMatchObject({ retryLimit: 22 });
  });

  it.each(['', '/workflow_steps/pack'])(
    'changes nothing of tasks%s that somebody else changed meanwhile',
    async (path) => {
      const id = await start(1);
      const url = `/tasker/tasks/${id}${path}`;
      const changes = path === '' ? [{ tags: ['x'] }, { tags: ['y'] }] : [{ retryLimit: 7 }, { retryLimit: 8 }];
      const { headers } = await request(http).get(url).expect(200);
      const seen = headers.etag!;
      await request(http).get(url).set('If-None-Match', seen).expect(304);
      const changed = await request(http).patch(url).set('If-Match', seen).send(changes[0]).expect(200);
      const { body } = await request(http).patch(url).set('If-Match', seen).send(changes[1]).expect(412);
      expect(body.code).toBe('TASKER_STALE_REVISION');
      await request(http).get(url).set('If-None-Match', seen).expect(200);
      expect((await request(http).get(url).expect(200)).body).toMatchObject(changes[0]!);
      await request(http).patch(url).set('If-Match', changed.headers.etag!).send(changes[1]).expect(200);
      await request(http).patch(url).set('If-Match', '*').send(changes[0]).expect(200);
      await request(http).patch(url).set('If-Match', 'x').send(changes[0]).expect(400);
    },
  );

  it.each(['', '/workflow_steps/pack'])(
    'understands lists of tags, and those that a proxy weakened, of tasks%s',
    async (path) => {
      const url = `/tasker/tasks/${await start(1)}${path}`;
      let limit = 5;
      const change = (tags: string): request.Test =>
        request(http)
          .patch(url)
          .set('If-Match', tags)
          .send(path === '' ? { tags: [tags] } : { retryLimit: ++limit });
      const tagOf = ({ headers }: request.Response): string => headers.etag!;
      const first = tagOf(await request(http).get(url).expect(200));
      const second = tagOf(await change(`W/${first}`).expect(200));
      const third = tagOf(await change(`${first}, W/${second}`).expect(200));
      expect(new Set([first, second, third]).size).toBe(3);
      for (const old of [`W/${first}`, `${first},${second}`]) await change(old).expect(412);
      await change(`${third}, x`).expect(400);
    },
  );

  it('refuses a condition where none is looked at, and takes one that always holds', async () => {
    const id = await start(1);
    const task = `/tasker/tasks/${id}`;
    const asking = (method: 'delete' | 'post', path: string, tag: string): request.Test =>
      request(http)[method](path).set('If-Match', tag);
    for (const [method, path] of [
      ['delete', task],
      ['post', `${task}/cancel`],
      ['post', '/tasker/tasks'],
      ['post', `${task}/workflow_steps/pack/skip`],
      ['delete', '/tasker/webhooks/1'],
    ] as const) {
      const { body } = await asking(method, path, '"1.a"').expect(400);
      expect(body).toMatchObject({ code: 'TASKER_INVALID_HEADER', detail: expect.stringContaining('If-Match') });
    }
    expect((await request(http).get(task).expect(200)).body).toMatchObject({ state: 'pending' });
    await asking('post', `${task}/cancel`, '*').expect(200);
  });

  it('starts many at once, all or none', async () => {
    const orders = [1, 2].map((order) => ({ ...DELIVERY, context: { order_id: order } }));
    const { body } = await post('batch', { tasks: orders }).expect(201);
    expect(body.tasks).toMatchObject([{ created: true }, { created: true }]);
    const refused = await post('batch', { tasks: [...orders, { ...DELIVERY, context: {} }] }).expect(400);
    expect(refused.body.detail).toContain('Request 2');
  });

  it('does one thing to all that a filter finds', async () => {
    const id = await start(13);
    await host.kit.runUntilIdle();
    const bulk = (action: string, filter: object): request.Test =>
      request(http).post(`/tasker/bulk/tasks/${action}`).send({ filter });
    const { body } = await bulk('resolve', { ids: [id], states: ['error'] }).expect(200);
    expect(body).toEqual({ items: [{ taskId: id, changed: true, error: null }], more: false });
    for (const action of ['cancel', 'retry', 'reset', 'hold', 'release']) {
      const { body: refused } = await bulk(action, { ids: [id] }).expect(200);
      expect(refused.items).toMatchObject([{ taskId: id, changed: false, error: { code: 'TASKER_ACTION_REFUSED' } }]);
    }
    await bulk('resolve', {}).expect(400);
    await bulk('explode', { ids: [id] }).expect(404);
  });

  it('answers 409 where the state does not permit it, and says what it permits', async () => {
    const id = await start(1);
    await host.kit.runUntilIdle();
    const { body } = await post(`${id}/resolve`).expect(409);
    expect(body).toMatchObject({
      code: 'TASKER_ACTION_REFUSED',
      currentState: 'complete',
      permittedActions: expect.arrayContaining(['rerun']),
    });
    expect(body.detail).toContain('rerun');
    await request(http).delete(`/tasker/tasks/${id}/workflow_steps/pack`).expect(409);
  });

  it('answers 404 for tasks and steps that are not there', async () => {
    const id = await start(1);
    for (const path of [
      `${NOWHERE}/cancel`,
      `${NOWHERE}/workflow_steps/pack/retry`,
      `${id}/workflow_steps/pak/retry`,
    ]) {
      expect((await post(path).expect(404)).type).toBe('application/problem+json');
    }
    for (const path of [`${NOWHERE}/transitions`, `${NOWHERE}/graph`, `${id}/workflow_steps/pak`]) {
      await request(http).get(`/tasker/tasks/${path}`).expect(404);
    }
    await post(`${id}/workflow_steps`, {}).expect(404);
  });

  it('answers 404 for a step by a name that no step can have, as text with NUL', async () => {
    const id = await start(1);
    const { body } = await request(http).get(`/tasker/tasks/${id}/workflow_steps/pack%00`).expect(404);
    expect(body).toMatchObject({ code: 'TASKER_UNKNOWN_STEP', detail: expect.stringContaining('Its steps: read, ') });
  });

  it('answers 400 for fields that are unknown or wrong', async () => {
    const id = await start(1);
    expect((await post(`${id}/cancel`, { because: 'x' }).expect(400)).body.problems).toMatchObject([
      { pointer: '/because' },
    ]);
    await post(`${id}/retry`, { attempts: 0 }).expect(400);
    await request(http).patch(`/tasker/tasks/${id}`).send({ state: 'complete' }).expect(400);
    await request(http).patch(`/tasker/tasks/${id}/workflow_steps/pack`).send({ retryLimit: -1 }).expect(400);
  });

  it('annotates a task', async () => {
    const id = await start(1);
    const { body } = await post(`${id}/annotations`, { type: 'audit', annotation: { checked: true } }).expect(201);
    expect(body).toMatchObject({ type: 'audit', annotation: { checked: true } });
    const { body: shown } = await request(http).get(`/tasker/tasks/${id}/annotations`).expect(200);
    expect(shown.annotations).toEqual([body]);
    await post(`${NOWHERE}/annotations`, { type: 'audit' }).expect(404);
  });

  describe('with an idempotency key', () => {
    const order = (n: number): object => ({ ...DELIVERY, context: { order_id: n } });
    const keyed = (path: string, key: string, body: object): request.Test =>
      request(http).post(`/tasker/tasks${path}`).set('Idempotency-Key', key).send(body);

    it.each([
      ['starts one task', '', order(1)],
      ['starts many once', '/batch', { tasks: [order(1), order(1)] }],
    ])('%s, and answers as the first time', async (_, path, body) => {
      const key = `twice${path}`;
      const first = await keyed(path, key, body).expect(201);
      const second = await keyed(path, key, body).expect(201);
      expect(second.body).toEqual(first.body);
      expect(second.headers.location).toBe(first.headers.location);
      expect(first.headers).not.toHaveProperty('idempotency-replayed');
      expect(second.headers['idempotency-replayed']).toBe('true');
    });

    it('answers with the status of the first time, which found a task that there was', async () => {
      const same = { ...order(1), idempotencyKey: 'started before' };
      const { body } = await post('', same).expect(201);
      for (let time = 1; time <= 2; time += 1) {
        expect((await keyed('', 'found', same).expect(200)).body).toMatchObject({ id: body.id, created: false });
      }
    });

    it('acts once, whatever happened since', async () => {
      const id = await start(1);
      const first = await keyed(`/${id}/hold`, `hold-${id}`, { actor: 'ann' }).expect(200);
      await post(`${id}/release`).expect(200);
      expect((await keyed(`/${id}/hold`, `hold-${id}`, { actor: 'ann' }).expect(200)).body).toEqual(first.body);
      expect((await request(http).get(`/tasker/tasks/${id}`)).body).toMatchObject({ heldAt: null });
    });

    it('refuses another request with the same key', async () => {
      await keyed('', 'reused', order(1)).expect(201);
      const { body } = await keyed('', 'reused', order(2)).expect(409);
      expect(body.code).toBe('TASKER_IDEMPOTENCY_KEY_REUSED');
    });

    it('refuses the same request with the same key about another task, or for another action', async () => {
      const [one, other] = [await start(1), await start(1)];
      await keyed(`/${one}/hold`, 'of-one', { actor: 'ann' }).expect(200);
      for (const path of [`/${other}/hold`, `/${one}/release`]) {
        const { body } = await keyed(path, 'of-one', { actor: 'ann' }).expect(409);
        expect(body.code).toBe('TASKER_IDEMPOTENCY_KEY_REUSED');
      }
      expect((await request(http).get(`/tasker/tasks/${one}`)).body.heldAt).not.toBeNull();
      expect((await request(http).get(`/tasker/tasks/${other}`)).body.heldAt).toBeNull();
    });

    it('keeps nothing of what was refused', async () => {
      await keyed('', 'corrected', { ...DELIVERY, context: {} }).expect(400);
      await keyed('', 'corrected', order(1)).expect(201);
    });

    it('refuses a key that is not visible text', async () => {
      const { body } = await keyed('', 'a b', order(1)).expect(400);
      expect(body.code).toBe('TASKER_INVALID_HEADER');
    });

    it('carries out one of several that come at once', async () => {
      const tries = await Promise.all(Array.from({ length: 8 }, () => keyed('', 'at-once', order(1)).then((a) => a)));
      const started = tries.filter(({ status }) => status === 201);
      expect(started.length).toBeGreaterThan(0);
      expect(new Set(started.map(({ body }) => String(body.id))).size).toBe(1);
      for (const { status, body } of tries) if (status !== 201) expect(body.code).toBe('TASKER_REQUEST_IN_PROGRESS');
    });

    it('finds what was started by a process that died before it could answer', async () => {
      const first = await keyed('', 'orphan', order(1)).expect(201);
      const { body: other } = await keyed('', 'taken', order(1)).expect(201);
      const database = host.app.get(DataSource);
      // As it would be a minute later, had the process died: taken, not answered.
      await database.query(
        `update tasker.idempotent_requests set answer = null, taken_until = now() where key in ('orphan', 'taken')`,
      );
      expect((await keyed('', 'orphan', order(1)).expect(200)).body).toMatchObject({
        id: first.body.id,
        created: false,
      });
      expect((await keyed('', 'taken', order(1)).expect(200)).body).toMatchObject({ id: other.id });
    });

    it('forgets answers after a day', async () => {
      const first = await keyed('', 'yesterday', order(1)).expect(201);
      const database = host.app.get(DataSource);
      await database.query(`update tasker.idempotent_requests set expires_at = now() where key = 'yesterday'`);
      await database.query(`update tasker.task_identities set expires_at = now()`);
      const second = await keyed('', 'yesterday', order(2)).expect(201);
      expect(second.body.id).not.toBe(first.body.id);
    });
  });

  it('finds a request again by its correlation id, its own or one that is given to it', async () => {
    const given = await request(http).get('/tasker/tasks').set('X-Correlation-ID', 'order-17').expect(200);
    expect(given.headers['x-correlation-id']).toBe('order-17');
    const failed = await request(http).get(`/tasker/tasks/${NOWHERE}`).expect(404);
    expect(failed.body.correlationId).toMatch(/^[0-9a-f-]{36}$/);
    expect(failed.headers['x-correlation-id']).toBe(failed.body.correlationId);
    const forged = await request(http).get('/tasker/tasks').set('X-Correlation-ID', 'a b').expect(200);
    expect(forged.headers['x-correlation-id']).not.toBe('a b');
  });
});

describe('where the host authenticates', () => {
  let host: HttpHost;
  beforeAll(async () => {
    const authenticate = ({ headers }: { headers: Record<string, string> }): TaskerUser | null =>
      headers.authorization ? { id: headers.authorization, roles: ['admin'] } : null;
    host = await startHttpHost({ providers: [{ provide: TASKER_AUTHENTICATOR, useValue: { authenticate } }] });
  });
  afterAll(() => host.close());

  it('the user is who starts and who acts, and cannot be somebody else', async () => {
    const http = host.app.getHttpServer();
    const as = (test: request.Test): request.Test => test.set('Authorization', 'ann');
    const { body } = await as(request(http).post('/tasker/tasks'))
      .send({ ...DELIVERY, context: { order_id: 1 } })
      .expect(201);
    const path = `/tasker/tasks/${String(body.id)}`;
    expect((await as(request(http).get(path)).expect(200)).body).toMatchObject({ initiator: 'ann' });
    await as(request(http).post(`${path}/cancel`))
      .send({ actor: 'ben' })
      .expect(400);
    await as(request(http).post(`${path}/cancel`)).expect(200);
    await as(request(http).post(`${path}/cancel`))
      .send({ actor: 'ann' })
      .expect(200);
    const { body: history } = await as(request(http).get(`${path}/transitions`)).expect(200);
    expect(history.transitions).toContainEqual(expect.objectContaining({ to: 'cancelled', actor: 'ann' }));
    await request(http).get('/tasker/tasks').expect(401);
  });

  it('the user is not who starts where the request names somebody', async () => {
    const http = host.app.getHttpServer();
    const named = { ...DELIVERY, context: { order_id: 1 }, initiator: 'the shop' };
    const { body } = await request(http).post('/tasker/tasks').set('Authorization', 'ann').send(named).expect(201);
    const task = await request(http)
      .get(`/tasker/tasks/${String(body.id)}`)
      .set('Authorization', 'ann')
      .expect(200);
    expect(task.body).toMatchObject({ initiator: 'the shop' });
  });

  it('keys of two users are two keys, also where a process died before it answered', async () => {
    const http = host.app.getHttpServer();
    const startAs = async (user: string): Promise<string> => {
      const { body } = await request(http)
        .post('/tasker/tasks')
        .set({ Authorization: user, 'Idempotency-Key': 'same' })
        .send({ ...DELIVERY, context: { order_id: 1 } });
      return body.id as string;
    };
    const [ann, ben] = [await startAs('ann'), await startAs('ben')];
    expect(ann).not.toBe(ben);
    expect([await startAs('ann'), await startAs('ben')]).toEqual([ann, ben]);
    await host.app.get(DataSource).query('update tasker.idempotent_requests set answer = null, taken_until = now()');
    expect([await startAs('ben'), await startAs('ann')]).toEqual([ben, ann]);
  });
});
