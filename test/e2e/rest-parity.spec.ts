import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { TaskerTestKit } from 'nestjs-tasker/testing';
import request from 'supertest';
import { AppModule } from '../../sample-app/app.module.js';
import { CatalogueService } from '../../sample-app/ecommerce/services/catalogue.service.js';
import { widget } from '../../sample-app/ecommerce/services/products.js';
import { SAMPLE_ORDER } from '../unit/sample-app/ecommerce/order.factory.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const STEPS = ['validate_cart', 'process_payment', 'update_inventory', 'create_order', 'send_confirmation'];
const TEMPLATE = { namespace: 'ecommerce', name: 'process_order', version: '1.0.0' };

/** What the test suite of Rails Tasker holds its REST API to (the rows of its inventory by their numbers), as repaired here. */
describe('REST as Rails Tasker has it, in the sample application', () => {
  let database: TestDatabase;
  let app: INestApplication<Server>;
  let kit: TaskerTestKit;
  let id: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    const shop = AppModule.forShop({ databaseUrl: database.url, environment: 'test', worker: { enabled: false } });
    app = (await Test.createTestingModule({ imports: [shop] }).compile()).createNestApplication({ logger: false });
    await app.listen(0, '127.0.0.1');
    kit = TaskerTestKit.of(app);
    app.get(CatalogueService).replaceWith(widget);
    id = await start();
  });
  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  const http = () => request(app.getHttpServer());
  const get = async (path: string, status = 200): Promise<any> =>
    (await http().get(`/tasker${path}`).expect(status)).body;
  async function start(more: object = {}): Promise<string> {
    const answer = await http()
      .post('/tasker/tasks')
      .send({ ...TEMPLATE, context: SAMPLE_ORDER, ...more })
      .expect(201);
    return answer.body.id as string;
  }

  it('A1: a list of tasks names the template of each', async () => {
    const { tasks } = await get('/tasks');
    expect(tasks).toContainEqual(expect.objectContaining({ id, ...TEMPLATE }));
  });

  it('A2, A3: a task is started by namespace, name and version, which the answer echoes, with who asked and why', async () => {
    const who = { initiator: 'ann', sourceSystem: 'shop', reason: 'a gift' };
    const answer = await http()
      .post('/tasker/tasks')
      .send({ ...TEMPLATE, context: SAMPLE_ORDER, ...who })
      .expect(201);
    expect(answer.body).toMatchObject({ ...TEMPLATE, state: 'pending', created: true });
    expect(answer.headers.location).toBe(`/tasker/tasks/${answer.body.id}`);
    expect(await get(`/tasks/${answer.body.id}`)).toMatchObject({ ...TEMPLATE, ...who });
  });

  it.each([
    ['A4: no name', { ...TEMPLATE, name: undefined }, 400, 'TASKER_INVALID_BODY'],
    ['A5: an unknown namespace', { ...TEMPLATE, namespace: 'none' }, 404, 'TASKER_UNKNOWN_TEMPLATE'],
    ['A5: an unknown name', { ...TEMPLATE, name: 'none' }, 404, 'TASKER_UNKNOWN_TEMPLATE'],
    ['A5: an unknown version', { ...TEMPLATE, version: '9.9.9' }, 404, 'TASKER_UNKNOWN_TEMPLATE'],
    ['A6: a context that does not fit', { ...TEMPLATE, context: { cart_items: 1 } }, 400, 'TASKER_INVALID_CONTEXT'],
  ])('%s is refused, and nothing is stored', async (_, body, status, code) => {
    const before = await get('/tasks?limit=100');
    const answer = await http()
      .post('/tasker/tasks')
      .send({ context: SAMPLE_ORDER, ...body });
    expect([answer.status, answer.type]).toEqual([status, 'application/problem+json']);
    expect(answer.body).toMatchObject({ status, code, correlationId: expect.any(String) });
    expect(await get('/tasks?limit=100')).toEqual(before);
  });

  it('A7: a task shows its steps, all waiting', async () => {
    const task = await get(`/tasks/${id}`);
    expect(task).toMatchObject({ id, state: 'pending' });
    expect(task.steps.map(({ name, state }: any) => [name, state])).toEqual(STEPS.map((name) => [name, 'pending']));
  });

  it('A8: an analysis of what depends on what comes when asked for, and otherwise not', async () => {
    const { analysis } = await get(`/tasks/${id}?include=analysis`);
    expect(analysis).toMatchObject({ graph: { roots: ['validate_cart'], leaves: ['send_confirmation'] } });
    expect(analysis.graph.longestPath).toEqual(STEPS);
    expect(await get(`/tasks/${id}`)).not.toHaveProperty('analysis');
  });

  it('A10: annotations are shown', async () => {
    const path = `/tasker/tasks/${id}/annotations`;
    await http()
      .post(path)
      .send({ type: 'audit', annotation: { step_name: 'validate_cart' } })
      .expect(201);
    const { annotations } = await get(`/tasks/${id}/annotations`);
    expect(annotations).toMatchObject([{ type: 'audit', annotation: { step_name: 'validate_cart' } }]);
  });

  it('A11: PATCH and PUT change the reason and the tags', async () => {
    await http()
      .patch(`/tasker/tasks/${id}`)
      .send({ reason: 'nightly', tags: ['a'] })
      .expect(200);
    expect(await get(`/tasks/${id}`)).toMatchObject({ reason: 'nightly', tags: ['a'] });
    await http()
      .put(`/tasker/tasks/${id}`)
      .send({ tags: ['b', 'c'] })
      .expect(200);
    expect(await get(`/tasks/${id}`)).toMatchObject({ reason: 'nightly', tags: ['b', 'c'] });
  });

  it('A12: DELETE cancels, once', async () => {
    const task = await start();
    expect((await http().delete(`/tasker/tasks/${task}`).expect(200)).body).toMatchObject({ changed: true });
    expect((await http().delete(`/tasker/tasks/${task}`).expect(200)).body).toMatchObject({ changed: false });
    expect(await get(`/tasks/${task}`)).toMatchObject({ state: 'cancelled' });
  });

  it('A13: steps are listed, shown, changed and cancelled', async () => {
    const task = await start();
    const path = `/tasks/${task}/workflow_steps`;
    expect((await get(path)).steps.map(({ name }: any) => name)).toEqual(STEPS);
    const step = await get(`${path}/process_payment`);
    expect(step).toMatchObject({ taskId: task, dependsOn: ['validate_cart'], dependents: ['update_inventory'] });
    expect(await get(`${path}/${step.id}`)).toEqual(step);
    for (const verb of ['patch', 'put'] as const) {
      await http()[verb](`/tasker${path}/process_payment`).send({ retryLimit: 7 }).expect(200);
    }
    expect(await get(`${path}/process_payment`)).toMatchObject({ retryLimit: 7 });
    await http().delete(`/tasker${path}/send_confirmation`).expect(200);
    expect(await get(`${path}/send_confirmation`)).toMatchObject({ state: 'cancelled' });
  });

  it('A14: there is no way to add a step to a task', async () => {
    await http().post(`/tasker/tasks/${id}/workflow_steps`).send({ name: 'more' }).expect(404);
  });

  it('A15, A16: namespaces and their templates are listed, an unknown one is not found', async () => {
    expect(await get('/handlers')).toEqual({
      namespaces: [{ name: 'ecommerce', templateCount: 1 }],
      totalNamespaces: 1,
    });
    expect(await get('/handlers/ecommerce')).toMatchObject({
      handlers: [{ name: 'process_order', versions: ['1.0.0'], latestVersion: '1.0.0', stepCount: 5 }],
    });
    expect(await get('/handlers/none', 404)).toMatchObject({ code: 'TASKER_UNKNOWN_NAMESPACE' });
  });

  it('A17, A18, A19: a template is shown with its graph, in an order in which its steps may run', async () => {
    const handler = await get('/handlers/ecommerce/process_order');
    expect(handler).toMatchObject({ namespace: 'ecommerce', version: '1.0.0', graph: { roots: ['validate_cart'] } });
    expect(handler.graph.nodes.map(({ name }: any) => name)).toEqual(STEPS);
    expect(handler.graph.edges).toContainEqual({ from: 'validate_cart', to: 'process_payment' });
    expect(await get('/handlers/ecommerce/process_order?version=latest')).toEqual(handler);
    expect(await get('/handlers/ecommerce/none', 404)).toMatchObject({ code: 'TASKER_UNKNOWN_TEMPLATE' });
    expect(await get('/handlers/ecommerce/process_order?version=9.0.0', 404)).toMatchObject({ status: 404 });
  });

  it('A31: liveness and readiness are answered, without being kept by anybody', async () => {
    const live = await http().get('/tasker/health/live').expect(200).expect('Cache-Control', 'no-store');
    expect(live.body).toMatchObject({ alive: true, service: 'tasker', timestamp: expect.stringMatching(/Z$/) });
    const ready = await http().get('/tasker/health/ready').expect(200).expect('Cache-Control', 'no-store');
    expect(ready.body).toMatchObject({ ready: true });
  });

  it('A33: the status of the whole system is in counts and shares', async () => {
    const status = await get('/health/status');
    expect(status).toMatchObject({ healthy: true, reasons: [], counts: { totalTasks: expect.any(Number) } });
  });

  it('A37, A38: performance and bottlenecks are real figures of what ran', async () => {
    await kit.runUntilIdle();
    expect(await get(`/tasks/${id}`)).toMatchObject({ state: 'complete' });
    const { lastHour, lastDay } = await get('/analytics/performance');
    expect(lastHour.taskThroughput).toBeGreaterThan(0);
    expect(lastDay.taskThroughput).toBe(lastHour.taskThroughput);
    const bottlenecks = await get('/analytics/bottlenecks?namespace=ecommerce&period=12');
    expect(bottlenecks).toMatchObject({ slowestTasks: expect.any(Array), slowestSteps: expect.any(Array) });
    expect(bottlenecks.slowestTasks.length).toBeGreaterThan(0);
    expect(await get('/analytics/bottlenecks?period=0', 400)).toMatchObject({ status: 400 });
  });

  it('A41: what a state does not permit is refused, and says what is permitted', async () => {
    const answer = await http().post(`/tasker/tasks/${id}/retry`).send({});
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ code: 'TASKER_ACTION_REFUSED', detail: expect.stringContaining('complete') });
  });
});
