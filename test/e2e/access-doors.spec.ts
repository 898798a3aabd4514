import type { Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TaskService, type Permission } from 'nestjs-tasker';
import request from 'supertest';
import { ADAPTERS } from '../support/adapters.js';
import type { GraphqlHost } from '../support/graphql.host.js';
import { startHttpHost, type HttpHost } from '../support/http.host.js';
import { GRAPHQL_HOSTS, WatchedAccess } from '../support/watched.access.js';

const ORDER = { namespace: 'warehouse', name: 'delivery', version: '1.2.0' };

describe.each(ADAPTERS)('what a permission opens over REST, on %s', (_, adapter) => {
  const access = new WatchedAccess();
  let host: HttpHost;
  let http: Server;
  let id: string;
  beforeAll(async () => {
    host = await startHttpHost({ adapter: adapter(), providers: access.providers });
    http = host.app.getHttpServer();
  });
  afterAll(() => host.close());
  beforeEach(async () => {
    access.reset();
    id = (await host.app.get(TaskService).start({ ...ORDER, context: { order_id: 1 }, initiator: 'ann' })).id;
  });

  const post = (path: string, body: object = {}, user = 'pete'): request.Test =>
    request(http).post(`/tasker${path}`).set('user', user).send(body);
  const start = (more: object = {}, user = 'pete'): request.Test =>
    post('/tasks', { ...ORDER, context: { order_id: 1 }, ...more }, user);

  it.each<[string, 'post' | 'delete']>([
    ['/tasks/:id/cancel', 'post'],
    ['/tasks/:id', 'delete'],
    ['/tasks/:id/workflow_steps/bill/cancel', 'post'],
    ['/tasks/:id/workflow_steps/bill', 'delete'],
  ])('cancelling by %s (%s) takes one permission, by its name or its alias', async (path, verb) => {
    const kind = path.includes('steps') ? 'workflow_step' : 'task';
    const asking = request(http);
    const cancel = (): request.Test => asking[verb](`/tasker${path.replace(':id', id)}`).set('user', 'pete');
    access.deny(`tasker.${kind}:cancel`, `tasker.${kind}:destroy`);
    const { body } = await cancel().expect(403);
    expect((body as { detail: string }).detail).toContain(`tasker.${kind}:cancel`);
    access.grantOnly(`tasker.${kind}:destroy`);
    await cancel().expect(200);
    access.grantOnly(`tasker.${kind}:cancel`);
    await cancel().expect(200);
  });

  it('a task that may not be shown may not be run again', async () => {
    access.deny('tasker.task:show');
    await post(`/tasks/${id}/rerun`).expect(403);
    access.deny();
    expect((await post(`/tasks/${id}/rerun`)).status).toBe(409); // it has not ended
  });

  it('a start names another initiator by a permission of its own', async () => {
    access.deny('tasker.task:set_initiator');
    await start({ initiator: 'ann' }).expect(403);
    await post('/tasks/batch', { tasks: [{ ...ORDER, context: { order_id: 1 }, initiator: 'ann' }] }).expect(403);
    const own = await start({ initiator: 'pete' }).expect(201);
    const unnamed = await start().expect(201);
    access.reset();
    const other = await start({ initiator: 'ann' }).expect(201);
    const initiatorOf = async ({ body }: request.Response): Promise<unknown> =>
      (
        await request(http)
          .get(`/tasker/tasks/${(body as { id: string }).id}`)
          .set('user', 'pete')
      ).body.initiator;
    expect(await Promise.all([own, unnamed, other].map(initiatorOf))).toEqual(['pete', 'pete', 'ann']);
    expect(access.subjectsOf('tasker.task:set_initiator')).toEqual([
      { kind: 'task', ...ORDER, initiator: 'ann', face: 'rest' },
    ]);
  });

  it.each<[object, Permission]>([
    [{ contextPath: '$.order_id ? (@ == 1)' }, 'tasker.task:read_context'],
    [{ annotation: { type: 'note' } }, 'tasker.task:read_annotations'],
    [{ initiator: 'ann' }, 'tasker.task:index'],
    [{ states: ['pending'] }, 'tasker.task:index'],
  ])('a bulk action with the filter %j needs %s, too', async (filter, permission) => {
    access.deny(permission);
    await post('/bulk/tasks/hold', { filter: { ids: [id], ...filter } }).expect(403);
    await post('/bulk/tasks/hold', { filter: { ids: [id] } }).expect(200);
    access.reset();
    await post('/bulk/tasks/hold', { filter: { ids: [id], ...filter } }).expect(200);
  });

  it.each<[string, Permission]>([
    [`contextPath=${encodeURIComponent('$.order_id ? (@ == 1)')}`, 'tasker.task:read_context'],
    ['annotationType=note', 'tasker.task:read_annotations'],
  ])('a list with the filter %s needs %s, too', async (query, permission) => {
    const list = (): request.Test => request(http).get(`/tasker/tasks?${query}`).set('user', 'pete');
    access.deny(permission);
    await list().expect(403);
    access.reset();
    await list().expect(200);
  });

  it('a filter looks no further than the scope of the permission for it', async () => {
    const list = (): request.Test =>
      request(http)
        .get(`/tasker/tasks?contextPath=${encodeURIComponent('$.order_id')}`)
        .set('user', 'pete');
    access.scope = (permission) => (permission === 'tasker.task:read_context' ? { namespaces: ['shop'] } : null);
    await list().expect(403);
    access.scope = (permission) =>
      permission === 'tasker.task:read_context' ? { namespaces: ['shop'] } : { namespaces: ['shop'], tags: ['a'] };
    await list().expect(200);
  });

  it('idempotency keys of two users are two keys', async () => {
    const key = { idempotencyKey: `two users ${id}` };
    const first = await start(key).expect(201);
    const again = await start(key).expect(200);
    const other = await start(key, 'lisa').expect(201);
    expect(again.body.id).toBe(first.body.id);
    expect(other.body.id).not.toBe(first.body.id);
  });

  it('a different request with the idempotency key of another is refused', async () => {
    const key = { idempotencyKey: `different ${id}` };
    await start({ ...key, context: { order_id: 1, express: false } }).expect(201);
    await start({ ...key, context: { order_id: 1 } }).expect(200); // the same with its default
    const { body } = await start({ ...key, context: { order_id: 2 } }).expect(409);
    expect(body).toMatchObject({ code: 'TASKER_IDEMPOTENCY_KEY_REUSED' });
  });

  it('a batch with such a request starts nothing', async () => {
    const key = { idempotencyKey: `batch ${id}` };
    await start(key).expect(201);
    const tag = `batch-${id}`;
    const tasks = [
      { ...ORDER, context: { order_id: 1 }, tags: [tag] },
      { ...ORDER, context: { order_id: 2 }, ...key },
    ];
    const { body } = await post('/tasks/batch', { tasks }).expect(409);
    expect(body).toMatchObject({ code: 'TASKER_IDEMPOTENCY_KEY_REUSED' });
    expect((await request(http).get(`/tasker/tasks?tags=${tag}`).set('user', 'pete')).body.tasks).toEqual([]);
    const same = [tasks[0], { ...ORDER, context: { order_id: 1 }, ...key }];
    const started = await post('/tasks/batch', { tasks: same }).expect(201);
    expect(started.body.tasks.map(({ created }: { created: boolean }) => created)).toEqual([true, false]);
  });
});

describe.each(GRAPHQL_HOSTS)('what a permission opens over GraphQL, on %s', (_, startHost) => {
  const access = new WatchedAccess();
  let host: GraphqlHost;
  let id: string;
  beforeAll(async () => {
    host = await startHost(access);
  });
  afterAll(() => host.close());
  beforeEach(async () => {
    access.reset();
    id = await host.deliver(1, { initiator: 'ann' });
  });

  const codesOf = async (query: string, user = 'pete'): Promise<unknown[]> => {
    const { errors = [] } = await host.ask(query, {}, user);
    return errors.map(({ extensions }) => extensions.code as unknown);
  };
  const START = 'namespace: "warehouse", name: "delivery", version: "1.2.0", context: { order_id: 1 }';

  it('a task that may not be shown may not be run again', async () => {
    const rerun = `mutation { rerunTask(input: { taskId: "${id}" }) { created userErrors { code } } }`;
    access.deny('tasker.task:show');
    expect(await codesOf(rerun)).toEqual(['TASKER_FORBIDDEN']);
    access.reset();
    expect(await codesOf(rerun)).toEqual([]);
  });

  it('a start names another initiator by a permission of its own', async () => {
    access.deny('tasker.task:set_initiator');
    const start = (initiator: string): string =>
      `mutation { startTask(input: { ${START}, initiator: "${initiator}" }) { created } }`;
    expect(await codesOf(start('ann'))).toEqual(['TASKER_FORBIDDEN']);
    expect(await codesOf(start('pete'))).toEqual([]);
    expect(
      await codesOf(`mutation { startTasks(input: { tasks: [{ ${START}, initiator: "ann" }] }) { clientMutationId } }`),
    ).toEqual(['TASKER_FORBIDDEN']);
    access.reset();
    expect(await codesOf(start('ann'))).toEqual([]);
  });

  it.each<[string, Permission]>([
    ['contextPath: "$.order_id"', 'tasker.task:read_context'],
    ['annotation: { type: "note" }', 'tasker.task:read_annotations'],
  ])('a filter by %s needs %s', async (filter, permission) => {
    const queries = [
      `{ tasks(filter: { ${filter} }) { nodes { id } } }`,
      `{ deadLetters(filter: { ${filter} }) { nodes { repairs } } }`,
      `mutation { holdTasks(input: { filter: { ids: ["${id}"], ${filter} } }) { more } }`,
    ];
    access.deny(permission);
    for (const query of queries) expect(await codesOf(query)).toEqual(['TASKER_FORBIDDEN']);
    access.reset();
    for (const query of queries) expect(await codesOf(query)).toEqual([]);
  });

  it('idempotency keys are those of the user, and for one request', async () => {
    const start = (order: number, user: string): Promise<any> =>
      host.mutate(
        'startTask',
        { ...ORDER, context: { order_id: order }, idempotencyKey: `key ${id}` },
        'taskId created',
        user,
      );
    const first = await start(1, 'pete');
    expect(await start(1, 'pete')).toMatchObject({ taskId: first.taskId, created: false });
    expect(await start(1, 'lisa')).toMatchObject({ created: true });
    expect(await start(2, 'pete')).toMatchObject({
      taskId: null,
      userErrors: [{ code: 'TASKER_IDEMPOTENCY_KEY_REUSED' }],
    });
  });
});
