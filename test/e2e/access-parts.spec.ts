import type { Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TaskService, type Permission } from 'nestjs-tasker';
import request from 'supertest';
import { ADAPTERS } from '../support/adapters.js';
import type { GraphqlHost } from '../support/graphql.host.js';
import { startHttpHost, type HttpHost } from '../support/http.host.js';
import { GRAPHQL_HOSTS, WatchedAccess } from '../support/watched.access.js';

const ORDER = { namespace: 'warehouse', name: 'delivery', version: '1.2.0' };

/** The parts of a task, each with its permission and how REST names it. */
const PARTS: readonly (readonly [Permission, readonly string[]])[] = [
  ['tasker.task:read_context', ['context']],
  ['tasker.task:read_annotations', ['annotations']],
  ['tasker.task:read_transitions', ['transitions']],
  ['tasker.workflow_step:index', ['steps', 'analysis']],
];

describe.each(ADAPTERS)('parts of a task over REST, on %s', (_, adapter) => {
  const access = new WatchedAccess();
  let host: HttpHost;
  let http: Server;
  let id: string;
  beforeAll(async () => {
    host = await startHttpHost({ adapter: adapter(), providers: access.providers });
    http = host.app.getHttpServer();
    id = (await host.app.get(TaskService).start({ ...ORDER, context: { order_id: 13 } })).id;
    await host.kit.runUntilIdle();
  });
  afterAll(() => host.close());
  beforeEach(() => access.reset());

  const get = (path: string): request.Test => request(http).get(`/tasker${path}`).set('user', 'pete');
  const INCLUDE = 'include=context,annotations,transitions,steps,analysis,summary';

  it.each(PARTS)('without %s, %j are absent and named', async (permission, parts) => {
    access.deny(permission);
    const shown = (await get(`/tasks/${id}?${INCLUDE}`).expect(200)).body as Record<string, unknown>;
    expect(parts.filter((part) => part in shown)).toEqual([]);
    expect(shown).toMatchObject({ withheld: parts, id, summary: {} });
    const { tasks } = (await get(`/tasks?ids=${id}&${INCLUDE}`).expect(200)).body as { tasks: object[] };
    expect(tasks[0]).toMatchObject({ withheld: parts });
    expect(parts.filter((part) => part in tasks[0]!)).toEqual([]);
    access.reset();
    const whole = (await get(`/tasks/${id}?${INCLUDE}`).expect(200)).body as Record<string, unknown>;
    expect(parts.filter((part) => !(part in whole))).toEqual([]);
    expect(whole).not.toHaveProperty('withheld');
  });

  it.each<[Permission, string, unknown]>([
    ['tasker.workflow_step:read_results', 'results', { step: 'read', order: 13 }],
    ['tasker.workflow_step:read_error', 'error', { message: 'the card was declined' }],
  ])('without %s, `%s` of steps is null and named', async (permission, field, value) => {
    const name = field === 'results' ? 'read' : 'bill';
    const stepOf = async (path: string): Promise<Record<string, unknown>> => {
      const { body } = await get(path).expect(200);
      const { steps } = body as { steps?: Record<string, unknown>[] };
      return steps ? steps.find((step) => step.name === name)! : (body as Record<string, unknown>);
    };
    const paths = [`/tasks/${id}`, `/tasks/${id}/workflow_steps`, `/tasks/${id}/workflow_steps/${name}`];
    const stepId = (await stepOf(paths[2]!)).id as string;
    paths.push(`/workflow_steps/${stepId}`);
    for (const path of paths) expect(await stepOf(path)).toMatchObject({ [field]: value });
    access.deny(permission);
    for (const path of paths) expect(await stepOf(path)).toMatchObject({ [field]: null });
    expect((await get(paths[0]!)).body).toMatchObject({ withheld: [`steps.${field}`] });
    expect((await get(paths[2]!)).body).toMatchObject({ withheld: [field] });
  });

  it.each<[Permission, string]>([
    ['tasker.task:read_transitions', '/transitions'],
    ['tasker.task:read_annotations', '/annotations'],
    ['tasker.workflow_step:index', '/graph'],
  ])('without %s, %s of a task is refused', async (permission, path) => {
    access.deny(permission);
    await get(`/tasks/${id}${path}`).expect(403);
    access.reset();
    await get(`/tasks/${id}${path}`).expect(200);
  });

  it('are absent from dead letters without the permissions for steps and errors', async () => {
    for (const permission of ['tasker.workflow_step:index', 'tasker.workflow_step:read_error'] as const) {
      access.deny(permission);
      await get('/dead_letters').expect(403);
    }
    access.reset();
    await get('/dead_letters').expect(200);
  });

  it('do not come with the answer to a change', async () => {
    const change = (path: string, body: object): request.Test =>
      request(http).patch(`/tasker/tasks/${id}${path}`).set('user', 'pete').send(body);
    access.grantOnly('tasker.task:update', 'tasker.workflow_step:update');
    const task = (await change('', { priority: 3 }).expect(200)).body as object;
    expect(task).toMatchObject({ id, priority: 3, withheld: ['context', 'steps'] });
    expect(Object.keys(task)).not.toEqual(expect.arrayContaining(['context']));
    const step = (await change('/workflow_steps/bill', { retryLimit: 4 }).expect(200)).body as object;
    expect(step).toMatchObject({
      name: 'bill',
      retryLimit: 4,
      results: null,
      error: null,
      withheld: ['results', 'error'],
    });
  });

  it('are decided about one task at a time, and by the scope of their own permission', async () => {
    access.scope = (permission) => (permission === 'tasker.task:read_context' ? { namespaces: ['shop'] } : null);
    expect((await get(`/tasks/${id}`).expect(200)).body).toMatchObject({ withheld: ['context'] });
    access.reset();
    await get(`/tasks?ids=${id}&include=context`).expect(200);
    expect(access.subjectsOf('tasker.task:read_context')).toEqual([
      expect.objectContaining({ kind: 'task', id, namespace: 'warehouse', name: 'delivery' }),
    ]);
  });
});

describe.each(GRAPHQL_HOSTS)('parts of a task over GraphQL, on %s', (_, start) => {
  const access = new WatchedAccess();
  let host: GraphqlHost;
  let id: string;
  beforeAll(async () => {
    host = await start(access);
    id = await host.deliver(13);
    await host.kit.runUntilIdle();
  });
  afterAll(() => host.close());
  beforeEach(() => access.reset());

  it.each<[Permission, string, string]>([
    ['tasker.task:read_context', 'context', 'context'],
    ['tasker.task:read_annotations', 'annotations', 'annotations { id }'],
    ['tasker.task:read_transitions', 'transitions', 'transitions { to }'],
    ['tasker.workflow_step:index', 'steps', 'steps { id }'],
    ['tasker.workflow_step:index', 'analysis', 'analysis { doneSteps }'],
    ['tasker.workflow_step:index', 'graph', 'graph { mermaid }'],
  ])('without %s, `%s` is null with an error that says so', async (permission, field, selection) => {
    const query = `{ tasks(filter: { ids: ["${id}"] }) { nodes { id ${selection} } } }`;
    expect((await host.read(query)).tasks.nodes[0][field]).not.toBeNull();
    access.deny(permission);
    const { data, errors } = await host.ask(query);
    expect(data.tasks.nodes).toEqual([{ id, [field]: null }]);
    expect(errors).toMatchObject([{ extensions: { code: 'TASKER_FORBIDDEN' } }]);
    expect(errors![0]!.path!.map(String)).toEqual(['tasks', 'nodes', '0', field]); // Mercurius has texts only
  });

  it.each<[Permission, string, string, string]>([
    ['tasker.workflow_step:read_results', 'results', 'results', 'read'],
    ['tasker.workflow_step:read_error', 'error', 'error { message }', 'bill'],
  ])('without %s, `%s` of a step is null with an error that says so', async (permission, field, selection, step) => {
    const query = `{ step(taskId: "${id}", step: "${step}") { name ${selection} } }`;
    expect((await host.read(query)).step[field]).not.toBeNull();
    access.deny(permission);
    const { data, errors } = await host.ask(query);
    expect(data.step).toEqual({ name: step, [field]: null });
    expect(errors).toMatchObject([{ path: ['step', field], extensions: { code: 'TASKER_FORBIDDEN' } }]);
  });

  it('transitions have no errors without the permission for them', async () => {
    const query = `{ task(id: "${id}") { transitions { error { message } } } }`;
    const withError = async (): Promise<number> =>
      (await host.read(query)).task.transitions.filter(({ error }: { error: unknown }) => error !== null).length;
    expect(await withError()).toBeGreaterThan(0);
    access.deny('tasker.workflow_step:read_error');
    expect(await withError()).toBe(0);
  });
});
