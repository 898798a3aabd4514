import type { Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TASKER_AUTHENTICATOR, TaskService, type Permission } from 'nestjs-tasker';
import request from 'supertest';
import { ADAPTERS } from '../support/adapters.js';
import type { GraphqlHost } from '../support/graphql.host.js';
import { startHttpHost, type HttpHost } from '../support/http.host.js';
import { GRAPHQL_HOSTS, WatchedAccess } from '../support/watched.access.js';

const ORDER = { namespace: 'warehouse', name: 'delivery', version: '1.2.0' };
const BY_ANN = { ...ORDER, initiator: 'ann' };
const NOT_THERE = '999999';

type Verb = 'get' | 'post' | 'patch' | 'put' | 'delete';

describe.each(ADAPTERS)('the subject of a decision over REST, on %s', (_, adapter) => {
  const access = new WatchedAccess();
  let host: HttpHost;
  let http: Server;
  let id: string;
  let stepId: string;
  beforeAll(async () => {
    host = await startHttpHost({ adapter: adapter(), providers: access.providers });
    http = host.app.getHttpServer();
    const started = await host.app.get(TaskService).start({ ...BY_ANN, context: { order_id: 1 } });
    id = started.id;
    const { body } = await request(http).get(`/tasker/tasks/${id}/workflow_steps/bill`).set('user', 'pete');
    stepId = (body as { id: string }).id;
  });
  afterAll(() => host.close());
  beforeEach(() => access.reset());

  const ask = (verb: Verb, path: string, body?: object): request.Test => {
    const sent = request(http)[verb](`/tasker${path}`).set('user', 'pete');
    return verb === 'get' ? sent : sent.send(body);
  };

  const ofTask = (): object => ({ kind: 'task', id, taskId: id, ...BY_ANN, face: 'rest' });
  const ofStep = (): object => ({ kind: 'step', id: stepId, taskId: id, step: 'bill', ...BY_ANN, face: 'rest' });

  it.each<[Verb, string, Permission, object]>([
    ['get', '', 'tasker.task:show', {}],
    ['get', '/transitions', 'tasker.task:show', {}],
    ['get', '/annotations', 'tasker.task:show', {}],
    ['get', '/graph', 'tasker.task:show', {}],
    ['patch', '', 'tasker.task:update', { priority: 1 }],
    ['put', '', 'tasker.task:update', { priority: 1 }],
    ['post', '/hold', 'tasker.task:update', {}],
    ['post', '/release', 'tasker.task:update', {}],
  ])(
    'is the task that %s tasks/:id%s names, with its template and who started it',
    async (verb, path, permission, body) => {
      expect((await ask(verb, `/tasks/${id}${path}`, body)).status).toBe(200);
      expect(access.subjectsOf(permission)).toEqual([ofTask()]);
    },
  );

  it.each<[Verb, string, Permission, object]>([
    ['get', '', 'tasker.workflow_step:show', {}],
    ['patch', '', 'tasker.workflow_step:update', { retryLimit: 3 }],
    ['post', '/cancel', 'tasker.workflow_step:cancel', {}],
  ])('is the step that %s workflow_steps/:id%s names, by name or by id', async (verb, path, permission, body) => {
    await ask(verb, `/tasks/${id}/workflow_steps/bill${path}`, body);
    await ask(verb, `/tasks/${id}/workflow_steps/${stepId}${path}`, body);
    expect(access.subjectsOf(permission)).toEqual([ofStep(), ofStep()]);
  });

  it('is a step that is asked for without its task', async () => {
    await ask('get', `/workflow_steps/${stepId}`).expect(200);
    expect(access.subjectsOf('tasker.workflow_step:show')).toEqual([ofStep()]);
  });

  it('is the task whose steps are listed', async () => {
    await ask('get', `/tasks/${id}/workflow_steps`).expect(200);
    expect(access.subjectsOf('tasker.workflow_step:index')).toEqual([
      { kind: 'step', taskId: id, ...BY_ANN, face: 'rest' },
    ]);
  });

  it('has the filter and the ids of a list', async () => {
    await ask('get', `/tasks?ids=${id},2&namespace=warehouse&tags=a&annotationType=note&limit=5`).expect(200);
    expect(access.subjectsOf('tasker.task:index')).toEqual([
      {
        kind: 'task',
        namespace: 'warehouse',
        filter: { ids: [id, '2'], namespace: 'warehouse', tags: ['a'], annotation: { type: 'note' } },
        ids: [id, '2'],
        face: 'rest',
      },
    ]);
  });

  it('has the filter and the ids of a bulk action', async () => {
    await ask('post', '/bulk/tasks/hold', { filter: { ids: [id] } }).expect(200);
    expect(access.subjectsOf('tasker.task:update')).toEqual([
      { kind: 'task', filter: { ids: [id] }, ids: [id], face: 'rest' },
    ]);
  });

  it('has the ids of a stream', async () => {
    await ask('get', `/events?taskIds=${id}&after=nowhere`).expect(400);
    expect(access.subjectsOf('tasker.task:index')).toEqual([
      expect.objectContaining({ kind: 'task', ids: [id], face: 'events' }),
    ]);
    await ask('get', `/tasks/${id}/events?after=nowhere`).expect(400);
    expect(access.subjectsOf('tasker.task:show')).toEqual([expect.objectContaining({ ...ofTask(), face: 'events' })]);
  });

  it('is the template that is started, or each of a batch', async () => {
    await ask('post', '/tasks', { ...ORDER, context: { order_id: 1 } }).expect(201);
    expect(access.subjectsOf('tasker.task:create')).toEqual([{ kind: 'task', ...ORDER, face: 'rest' }]);
    access.reset();
    const tasks = [{ ...ORDER, context: { order_id: 1 } }, { name: 'nowhere' }];
    await ask('post', '/tasks/batch', { tasks }).expect(404);
    expect(access.subjectsOf('tasker.task:create')).toEqual([
      { kind: 'task', ...ORDER, face: 'rest' },
      { kind: 'task', namespace: 'default', name: 'nowhere', version: '0.1.0', face: 'rest' },
    ]);
    access.judge = ({ subject }) => subject.namespace === 'warehouse';
    await ask('post', '/tasks/batch', { tasks }).expect(403);
  });

  it('is the task that is run again', async () => {
    await ask('post', `/tasks/${id}/rerun`, {});
    expect(access.subjectsOf('tasker.task:create')).toEqual([ofTask()]);
  });

  it('is the template, or the webhook, that is asked for', async () => {
    await ask('get', '/handlers/warehouse/delivery?version=1.2.0').expect(200);
    expect(access.subjectsOf('tasker.handler:show')).toEqual([{ kind: 'template', ...ORDER, face: 'rest' }]);
    await ask('get', `/webhooks/${NOT_THERE}`).expect(404);
    expect(access.subjectsOf('tasker.webhook:show')).toEqual([{ kind: 'webhook', id: NOT_THERE, face: 'rest' }]);
    await ask('get', '/health/status').expect(200);
    expect(access.subjectsOf('tasker.health_status:index')).toEqual([{ kind: 'system', face: 'rest' }]);
  });

  it('cannot be made up in a body', async () => {
    await ask('post', `/tasks/${id}/hold`, { namespace: 'mine', initiator: 'pete', taskId: '2' }).expect(400);
    expect(access.subjectsOf('tasker.task:update')).toEqual([ofTask()]);
  });

  it('lets a coordinator judge by who started the task', async () => {
    access.judge = ({ user, subject }) => subject.initiator === user;
    await ask('get', `/tasks/${id}`).expect(403);
    await ask('get', `/tasks/${id}`).set('user', 'ann').expect(200);
  });

  it('is nothing but its id if the task does not exist, and then 404 only for those who may', async () => {
    const missing = await ask('get', `/tasks/${NOT_THERE}`).expect(404);
    expect(missing.body).toMatchObject({ code: 'TASKER_UNKNOWN_TASK', detail: `There is no task "${NOT_THERE}".` });
    expect(access.subjectsOf('tasker.task:show')).toEqual([
      { kind: 'task', id: NOT_THERE, taskId: NOT_THERE, face: 'rest' },
    ]);
    await ask('get', `/tasks/${NOT_THERE}/workflow_steps/bill`).expect(404);
    await ask('get', `/workflow_steps/${NOT_THERE}`).expect(404);
    access.judge = () => false;
    await ask('get', `/tasks/${NOT_THERE}`).expect(403);
    await ask('post', `/tasks/${NOT_THERE}/cancel`).expect(403);
  });

  it('is not looked up for what can be no id', async () => {
    await ask('get', '/tasks/abc').expect(400);
    expect(access.subjectsOf('tasker.task:show')).toEqual([{ kind: 'task', id: 'abc', taskId: 'abc', face: 'rest' }]);
  });
});

describe.each(ADAPTERS)('a request without a user, on %s', (_, adapter) => {
  it.each([
    ['Bearer', undefined],
    ['Basic realm="shop"', 'Basic realm="shop"'],
  ])('is answered with 401 and the scheme %s', async (expected, scheme) => {
    const authenticator = { authenticate: () => null, ...(scheme !== undefined && { scheme }) };
    const providers = [{ provide: TASKER_AUTHENTICATOR, useValue: authenticator }];
    const host = await startHttpHost({ adapter: adapter(), providers });
    try {
      const { headers } = await request(host.app.getHttpServer()).get('/tasker/tasks').expect(401);
      expect(headers['www-authenticate']).toBe(expected);
    } finally {
      await host.close();
    }
  });
});

describe.each(GRAPHQL_HOSTS)('the subject of a decision over GraphQL, on %s', (_, start) => {
  const access = new WatchedAccess();
  let host: GraphqlHost;
  let id: string;
  beforeAll(async () => {
    host = await start(access);
    id = await host.deliver(1, { initiator: 'ann' });
  });
  afterAll(() => host.close());
  beforeEach(() => access.reset());

  const ofTask = (field: string): object => ({ kind: 'task', id, taskId: id, ...BY_ANN, face: 'graphql', field });

  it('is the task or the step that an operation names', async () => {
    await host.read(`{ task(id: "${id}") { id } step(taskId: "${id}", step: "bill") { id } }`);
    expect(access.subjectsOf('tasker.task:show')).toEqual([ofTask('Query.task')]);
    expect(access.subjectsOf('tasker.workflow_step:show')).toEqual([
      { ...ofTask('Query.step'), kind: 'step', id: expect.any(String), step: 'bill' },
    ]);
    await host.read(`mutation { holdTask(input: { taskId: "${id}" }) { changed } }`);
    expect(access.subjectsOf('tasker.task:update')).toEqual([ofTask('Mutation.holdTask')]);
  });

  it('is the task that a field belongs to', async () => {
    await host.read(`{ task(id: "${id}") { steps { name task { id } } template { name } } }`);
    const { id: _id, ...rest } = ofTask('Task.steps') as { id: string };
    expect(access.subjectsOf('tasker.workflow_step:index')).toEqual([{ ...rest, kind: 'step' }]);
    expect(access.subjectsOf('tasker.task:show')).toEqual([ofTask('Query.task'), ofTask('WorkflowStep.task')]);
    expect(access.subjectsOf('tasker.handler:show')).toEqual([
      { kind: 'template', ...ORDER, face: 'graphql', field: 'Task.template' },
    ]);
  });

  it('has the filter of a list, and the template of a start', async () => {
    await host.read(`{ tasks(filter: { ids: ["${id}"], namespace: "warehouse" }) { nodes { id } } }`);
    expect(access.subjectsOf('tasker.task:index')).toEqual([
      {
        kind: 'task',
        namespace: 'warehouse',
        filter: { ids: [id], namespace: 'warehouse' },
        ids: [id],
        face: 'graphql',
        field: 'Query.tasks',
      },
    ]);
    await host.ask('mutation { startTasks(input: { tasks: [{ name: "a" }, { name: "b" }] }) { clientMutationId } }');
    expect(access.subjectsOf('tasker.task:create')).toMatchObject([{ name: 'a' }, { name: 'b' }]);
  });

  it('is only an id if there is no such task, which then is no error of a query, and a userError of a mutation', async () => {
    expect(await host.read(`{ task(id: "${NOT_THERE}") { id } }`)).toEqual({ task: null });
    expect(access.subjectsOf('tasker.task:show')).toEqual([
      { kind: 'task', id: NOT_THERE, taskId: NOT_THERE, face: 'graphql', field: 'Query.task' },
    ]);
    const { cancelTask } = await host.read(
      `mutation { cancelTask(input: { taskId: "${NOT_THERE}" }) { changed userErrors { code field } } }`,
    );
    expect(cancelTask).toEqual({
      changed: false,
      userErrors: [{ code: 'TASKER_UNKNOWN_TASK', field: ['input', 'taskId'] }],
    });
  });
});
