import type { Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { defineTask, TaskService, type Permission, type TaskScope } from 'nestjs-tasker';
import request from 'supertest';
import { ADAPTERS } from '../support/adapters.js';
import type { GraphqlHost } from '../support/graphql.host.js';
import { startHttpHost, type HttpHost } from '../support/http.host.js';
import { GRAPHQL_HOSTS, WatchedAccess } from '../support/watched.access.js';

const SHOP = defineTask({ namespace: 'shop', name: 'order', version: '1.0.0' }).step('note', {
  handler: 'warehouse.echo',
});
const OFFICE = defineTask({ namespace: 'office', name: 'audit', version: '1.0.0' }).step('note', {
  handler: 'warehouse.echo',
});
const NEXT_SHOP = defineTask({ namespace: 'shop', name: 'order', version: '2.0.0' }).step('note', {
  handler: 'warehouse.echo',
});
const templates = [SHOP, NEXT_SHOP, OFFICE];
const IN_SHOP: TaskScope = { namespaces: ['shop'] };
/** Of no task. */
const NOT_THERE = '999999';

type Verb = 'get' | 'post' | 'patch' | 'delete';

/** Every route that names a task or a step. */
const NAMING: readonly (readonly [Verb, string])[] = [
  ['get', '/tasks/:id'],
  ['patch', '/tasks/:id'],
  ['delete', '/tasks/:id'],
  ['get', '/tasks/:id/transitions'],
  ['get', '/tasks/:id/annotations'],
  ['post', '/tasks/:id/annotations'],
  ['get', '/tasks/:id/graph'],
  ['get', '/tasks/:id/events'],
  ['post', '/tasks/:id/cancel'],
  ['post', '/tasks/:id/retry'],
  ['post', '/tasks/:id/reset'],
  ['post', '/tasks/:id/resolve'],
  ['post', '/tasks/:id/hold'],
  ['post', '/tasks/:id/release'],
  ['post', '/tasks/:id/rerun'],
  ['get', '/tasks/:id/workflow_steps'],
  ['get', '/tasks/:id/workflow_steps/note'],
  ['patch', '/tasks/:id/workflow_steps/note'],
  ['delete', '/tasks/:id/workflow_steps/note'],
  ['post', '/tasks/:id/workflow_steps/note/cancel'],
  ['post', '/tasks/:id/workflow_steps/note/retry'],
  ['post', '/tasks/:id/workflow_steps/note/reset'],
  ['post', '/tasks/:id/workflow_steps/note/resolve'],
  ['post', '/tasks/:id/workflow_steps/note/skip'],
];

describe.each(ADAPTERS)('a user whose scope is one namespace, over REST on %s', (_, adapter) => {
  const access = new WatchedAccess();
  let host: HttpHost;
  let http: Server;
  let tasks: TaskService;
  let own: string;
  let foreign: string;
  beforeAll(async () => {
    host = await startHttpHost({ adapter: adapter(), providers: access.providers, tasker: { templates } });
    http = host.app.getHttpServer();
    tasks = host.app.get(TaskService);
    own = (await tasks.start(SHOP)).id;
    foreign = (await tasks.start(OFFICE, { tags: ['secret'] })).id;
  });
  afterAll(() => host.close());
  beforeEach(() => {
    access.reset();
    access.scope = () => IN_SHOP;
  });

  const ask = (verb: Verb, path: string, body: object = {}): request.Test => {
    const sent = request(http)[verb](`/tasker${path}`).set('user', 'pete').set('X-Correlation-ID', 'one');
    return verb === 'get' ? sent : sent.send(body);
  };
  /** Everything of an answer that a caller sees, but for the id that was asked for. */
  const seen = async (verb: Verb, path: string, id: string): Promise<object> => {
    const { status, body, headers } = await ask(verb, path.replace(':id', id));
    return { status, body: JSON.parse(JSON.stringify(body).replaceAll(id, 'ID')), type: headers['content-type'] };
  };

  it.each(NAMING)('is answered by %s %s as if a task of another namespace did not exist', async (verb, path) => {
    const missing = await seen(verb, path, NOT_THERE);
    expect(missing).toMatchObject({ status: 404, body: { code: 'TASKER_UNKNOWN_TASK' } });
    expect(await seen(verb, path, foreign)).toEqual(missing);
  });

  it('is answered so about a step by its id alone', async () => {
    access.scope = () => null;
    const { body } = await ask('get', `/tasks/${foreign}/workflow_steps/note`).expect(200);
    access.scope = () => IN_SHOP;
    const missing = await seen('get', '/workflow_steps/:id', NOT_THERE);
    expect(missing).toMatchObject({ status: 404, body: { code: 'TASKER_UNKNOWN_STEP' } });
    expect(await seen('get', '/workflow_steps/:id', (body as { id: string }).id)).toEqual(missing);
  });

  it('changes nothing out of it', async () => {
    await ask('post', `/tasks/${foreign}/cancel`).expect(404);
    const { body } = await ask('post', '/bulk/tasks/cancel', { filter: { ids: [own, foreign] } }).expect(200);
    expect(body).toMatchObject({ items: [{ taskId: own }], more: false });
    expect((body as { items: unknown[] }).items).toHaveLength(1);
    access.scope = () => null;
    expect((await ask('get', `/tasks/${foreign}`)).body).toMatchObject({ state: 'pending' });
  });

  it('sees its own, and is told so', async () => {
    expect((await ask('get', `/tasks/${own}`).expect(200)).body).toMatchObject({ id: own });
    const { body } = await ask('get', '/tasks').expect(200);
    expect((body as { tasks: { namespace: string }[] }).tasks.map(({ namespace }) => namespace)).toEqual(['shop']);
    expect((await ask('get', `/tasks?ids=${foreign}`)).body).toMatchObject({ tasks: [] });
    expect((await ask('get', '/handlers')).body).toMatchObject({ namespaces: [{ name: 'shop' }], totalNamespaces: 1 });
    expect((await ask('get', '/handlers/office/audit')).status).toBe(404);
    expect((await ask('get', '/health/status')).body).toMatchObject({ counts: { totalTasks: 1 } });
    expect((await ask('get', '/analytics/performance')).body).toMatchObject({ lastHour: { taskThroughput: 1 } });
  });

  it('starts nothing out of it, as if there were no such template', async () => {
    const start = (more: object): request.Test => ask('post', '/tasks', { version: '1.0.0', ...more });
    const text = ({ body }: { body: object }): string => JSON.stringify(body);
    const foreignAnswer = await start({ namespace: 'office', name: 'audit' }).expect(404);
    const missing = await start({ namespace: 'nowhere', name: 'audit' }).expect(404);
    expect(text(foreignAnswer).replaceAll('office', 'nowhere')).toBe(text(missing));
    expect(text(foreignAnswer)).not.toContain('"audit"."1.0.0"');
    await start({ namespace: 'shop', name: 'order' }).expect(201);
    const batch = [
      { namespace: 'shop', name: 'order', version: '1.0.0' },
      { namespace: 'office', name: 'audit', version: '1.0.0' },
    ];
    await ask('post', '/tasks/batch', { tasks: batch }).expect(404);
  });

  it('runs a task again in no version out of it, as if there were no such version', async () => {
    const { id } = await tasks.start(SHOP);
    await tasks.cancel(id, { actor: 'ann' });
    const rerun = (version: string): request.Test => ask('post', `/tasks/${id}/rerun`, { version });
    access.scope = () => ({ templates: [{ namespace: 'shop', name: 'order', version: '1.0.0' }] });
    const foreignAnswer = await rerun('2.0.0').expect(404);
    const missing = await rerun('3.0.0').expect(404);
    expect(foreignAnswer.text.replaceAll('2.0.0', '3.0.0').replace(/"correlationId":"[^"]*"/, '')).toBe(
      missing.text.replace(/"correlationId":"[^"]*"/, ''),
    );
    access.scope = () => ({ templates: [{ namespace: 'shop', name: 'order' }] });
    await rerun('2.0.0').expect(201);
  });

  it('cannot start what it would not see', async () => {
    access.scope = () => ({ ...IN_SHOP, tags: ['tenant:a'] });
    const start = (tags: string[]): request.Test =>
      ask('post', '/tasks', { namespace: 'shop', name: 'order', version: '1.0.0', tags });
    await start(['tenant:b']).expect(403);
    await start(['tenant:a', 'tenant:b']).expect(201);
  });

  it('is asked once a request and permission', async () => {
    const asked: Permission[] = [];
    access.scope = (permission) => {
      asked.push(permission);
      return IN_SHOP;
    };
    await ask('get', `/tasks/${own}`).expect(200);
    expect(asked.filter((permission) => permission === 'tasker.task:show')).toHaveLength(1);
    expect(new Set(asked).size).toBe(asked.length);
  });

  it.each<[string, () => unknown]>([
    ['throws', () => { throw new Error('the directory is away'); }], // prettier-ignore
    ['is nothing', () => undefined],
    ['is no object', () => 'shop'],
    ['has an unknown field', () => ({ namespaes: ['shop'] })],
    ['has a list that is none', () => ({ namespaces: 'shop' })],
  ])('sees nothing if its scope %s', async (__, scope) => {
    access.scope = scope as () => TaskScope;
    for (const path of ['/tasks', `/tasks/${own}`, '/analytics/performance', '/events']) {
      expect((await ask('get', path)).status).toBe(500);
    }
    await ask('post', `/tasks/${own}/hold`).expect(500);
    access.scope = () => null;
    expect((await ask('get', `/tasks/${own}`)).body).toMatchObject({ heldAt: null });
  });
});

describe.each(GRAPHQL_HOSTS)('a user whose scope is one namespace, over GraphQL on %s', (_, start) => {
  const access = new WatchedAccess();
  let host: GraphqlHost;
  let own: string;
  let foreign: string;
  beforeAll(async () => {
    host = await start(access, { tasker: { templates } });
    const tasks = host.app.get(TaskService);
    own = (await tasks.start(SHOP)).id;
    foreign = (await tasks.start(OFFICE)).id;
  });
  afterAll(() => host.close());
  beforeEach(() => {
    access.reset();
    access.scope = () => IN_SHOP;
  });

  const ACTIONS = ['cancelTask', 'retryTask', 'resetTask', 'resolveTask', 'holdTask', 'releaseTask', 'rerunTask'];
  const STEP_ACTIONS = ['cancelStep', 'retryStep', 'resetStep', 'resolveStep', 'skipStep'];
  const OPERATIONS = [
    '{ task(id: "ID") { id state } }',
    '{ step(taskId: "ID", step: "note") { id state } }',
    '{ tasks(filter: { ids: ["ID"] }) { nodes { id } } }',
    ...ACTIONS.map(
      (name) => `mutation { ${name}(input: { taskId: "ID" }) { taskId userErrors { code message field } } }`,
    ),
    ...STEP_ACTIONS.map(
      (name) =>
        `mutation { ${name}(input: { taskId: "ID", step: "note" }) { taskId changed userErrors { code message field } } }`,
    ),
    'mutation { changeTask(input: { taskId: "ID", priority: 1 }) { changed userErrors { code message field } } }',
    'mutation { annotateTask(input: { taskId: "ID", type: "x" }) { annotation { id } userErrors { code message field } } }',
    'mutation { holdTasks(input: { filter: { ids: ["ID"] } }) { items { taskId } more userErrors { code } } }',
  ];

  it.each(OPERATIONS)('is answered as if a task of another namespace did not exist: %s', async (operation) => {
    const seen = async (id: string): Promise<unknown> =>
      JSON.parse(JSON.stringify(await host.ask(operation.replace('ID', id))).replaceAll(id, 'ID'));
    expect(await seen(foreign)).toEqual(await seen(NOT_THERE));
    access.scope = () => null;
    expect(await host.read(`{ task(id: "${foreign}") { state heldAt annotations { id } } }`)).toEqual({
      task: { state: 'pending', heldAt: null, annotations: [] },
    });
  });

  it('sees its own, also in lists, figures and fields', async () => {
    const query =
      '{ tasks { nodes { namespace steps { name task { id } } } } namespaces { name } systemStatus { counts { totalTasks } } }';
    expect(await host.read(query)).toEqual({
      tasks: { nodes: [{ namespace: 'shop', steps: [{ name: 'note', task: { id: own } }] }] },
      namespaces: [{ name: 'shop' }],
      systemStatus: { counts: { totalTasks: 1 } },
    });
  });

  it('sees no more by a field than the permission of the field permits', async () => {
    access.scope = (permission) => (permission === 'tasker.workflow_step:index' ? { namespaces: ['office'] } : null);
    const { tasks } = await host.read('{ tasks { nodes { namespace steps { name } } } }');
    expect(tasks.nodes).toEqual(
      expect.arrayContaining([
        { namespace: 'shop', steps: [] },
        { namespace: 'office', steps: [{ name: 'note' }] },
      ]),
    );
  });

  it('runs a task again in no version out of it', async () => {
    const tasks = host.app.get(TaskService);
    const { id } = await tasks.start(SHOP);
    await tasks.cancel(id, { actor: 'ann' });
    access.scope = () => ({ templates: [{ namespace: 'shop', name: 'order', version: '1.0.0' }] });
    const mutation = `mutation { rerunTask(input: { taskId: "${id}", version: "2.0.0" }) { created userErrors { code } } }`;
    expect(await host.read(mutation)).toEqual({
      rerunTask: { created: false, userErrors: [{ code: 'TASKER_UNKNOWN_TEMPLATE' }] },
    });
  });
});
