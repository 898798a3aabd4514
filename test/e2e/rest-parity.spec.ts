import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { MockPaymentService } from '../../sample-app/ecommerce/services/mock-payment.service.js';
import { SAMPLE_ORDER } from '../unit/sample-app/ecommerce/order.factory.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { aGate, eventually } from '../support/eventually.js';
import { locationOf } from '../support/references.js';
import { CHECKOUT as TEMPLATE, startShop, type ShopHost } from '../support/shop.host.js';
import { CHECKOUT_STEPS as STEPS, place } from '../support/shop.orders.js';
import { SHOP_USERS } from '../support/shop.users.js';

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const ID = /^\d+$/;

/** What the test suite of Rails Tasker holds its REST API to (the rows of its inventory by their numbers), as repaired here. */
describe('REST as Rails Tasker has it, in the sample application', () => {
  let database: TestDatabase;
  let shop: ShopHost;
  let id: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    shop = await startShop({ databaseUrl: database.url });
    id = await start();
  });
  afterAll(async () => {
    await shop.close();
    await database.drop();
  });

  const http = () => shop.http();
  const get = async (path: string, status = 200): Promise<any> => (await http().get(path).expect(status)).body;
  async function start(more: object = {}): Promise<string> {
    const answer = await http()
      .post('/tasks')
      .send({ ...TEMPLATE, context: SAMPLE_ORDER, ...more })
      .expect(201);
    return answer.body.id as string;
  }

  it('A1: a list of tasks names the template of each', async () => {
    const { tasks } = await get('/tasks?limit=100');
    expect(tasks).toContainEqual(expect.objectContaining({ id, ...TEMPLATE }));
  });

  it('A2, A3: a task is started by namespace, name and version, which the answer echoes, with who asked and why', async () => {
    const who = { initiator: 'ann', sourceSystem: 'shop', reason: 'a gift' };
    const answer = await http()
      .post('/tasks')
      .send({ ...TEMPLATE, context: SAMPLE_ORDER, ...who })
      .expect(201);
    expect(answer.body).toMatchObject({ ...TEMPLATE, state: 'pending', created: true });
    expect(locationOf(answer)).toBe(`/tasker/tasks/${answer.body.id}`);
    expect(await get(`/tasks/${answer.body.id}`)).toMatchObject({ ...TEMPLATE, ...who });
  });

  it.each([
    ['A4: no name', { ...TEMPLATE, name: undefined }, 400, 'TASKER_INVALID_START_REQUEST'],
    ['A5: an unknown namespace', { ...TEMPLATE, namespace: 'none' }, 404, 'TASKER_UNKNOWN_TEMPLATE'],
    ['A5: an unknown name', { ...TEMPLATE, name: 'none' }, 404, 'TASKER_UNKNOWN_TEMPLATE'],
    ['A5: an unknown version', { ...TEMPLATE, version: '9.9.9' }, 404, 'TASKER_UNKNOWN_TEMPLATE'],
    ['A6: a context that does not fit', { ...TEMPLATE, context: { cart_items: 1 } }, 400, 'TASKER_INVALID_CONTEXT'],
  ])('%s is refused, and nothing is stored', async (_, body, status, code) => {
    const before = await get('/tasks?limit=100');
    const answer = await http()
      .post('/tasks')
      .send({ context: SAMPLE_ORDER, ...body });
    expect([answer.status, answer.type]).toEqual([status, 'application/problem+json']);
    expect(answer.body).toMatchObject({ status, code, correlationId: expect.any(String) });
    expect(await get('/tasks?limit=100')).toEqual(before);
  });

  it('A7: a task shows its steps, all waiting', async () => {
    const task = await get(`/tasks/${await start()}`);
    expect(task).toMatchObject({ state: 'pending' });
    expect(task.steps.map(({ name, state }: any) => [name, state])).toEqual(STEPS.map((name) => [name, 'pending']));
  });

  it('A8: an analysis of what depends on what comes when asked for, and otherwise not', async () => {
    const { analysis } = await get(`/tasks/${id}?include=analysis`);
    expect(analysis).toMatchObject({ graph: { roots: ['validate_cart'], leaves: ['send_confirmation'] } });
    expect(analysis.graph.longestPath).toEqual(STEPS);
    expect(await get(`/tasks/${id}`)).not.toHaveProperty('analysis');
  });

  it('A9: no state of a task is one that its analysis fails for', async () => {
    const ended = async (fate: 'paid' | 'declined', action?: string): Promise<string> => {
      const task = await place(shop, fate);
      await shop.kit.runUntilIdle();
      if (action !== undefined) await http().post(`/tasks/${task}/${action}`).send({}).expect(200);
      return task;
    };
    for (const [task, state] of [
      [await ended('paid'), 'complete'],
      [await ended('declined'), 'error'],
      [await ended('declined', 'cancel'), 'cancelled'],
      [await ended('declined', 'resolve'), 'resolved_manually'],
    ] as const) {
      const shown = await get(`/tasks/${task}?include=analysis`);
      expect(shown).toMatchObject({ state, analysis: { graph: { longestPath: STEPS }, readySteps: [] } });
      const { failures } = shown.analysis;
      expect(failures).toHaveLength(state === 'error' || state === 'resolved_manually' ? 1 : 0);
    }
  });

  it('A10: annotations are shown', async () => {
    const path = `/tasks/${id}/annotations`;
    await http()
      .post(path)
      .send({ type: 'audit', annotation: { step_name: 'validate_cart' } })
      .expect(201);
    const { annotations } = await get(path);
    expect(annotations).toMatchObject([{ type: 'audit', annotation: { step_name: 'validate_cart' } }]);
  });

  it('A11: PATCH and PUT change the reason and the tags', async () => {
    await http()
      .patch(`/tasks/${id}`)
      .send({ reason: 'nightly', tags: ['a'] })
      .expect(200);
    expect(await get(`/tasks/${id}`)).toMatchObject({ reason: 'nightly', tags: ['a'] });
    await http()
      .put(`/tasks/${id}`)
      .send({ tags: ['b', 'c'] })
      .expect(200);
    expect(await get(`/tasks/${id}`)).toMatchObject({ reason: 'nightly', tags: ['b', 'c'] });
  });

  it('A12: DELETE cancels, once', async () => {
    const task = await start();
    expect((await http().delete(`/tasks/${task}`).expect(200)).body).toMatchObject({ changed: true });
    expect((await http().delete(`/tasks/${task}`).expect(200)).body).toMatchObject({ changed: false });
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
      await http()[verb](`${path}/process_payment`).send({ retryLimit: 7 }).expect(200);
    }
    expect(await get(`${path}/process_payment`)).toMatchObject({ retryLimit: 7 });
    await http().delete(`${path}/send_confirmation`).expect(200);
    expect(await get(`${path}/send_confirmation`)).toMatchObject({ state: 'cancelled' });
  });

  it('A14: there is no way to add a step to a task', async () => {
    await http().post(`/tasks/${id}/workflow_steps`).send({ name: 'more' }).expect(404);
  });

  it('A15, A16: namespaces and their templates are listed, an unknown one is not found', async () => {
    expect(await get('/templates')).toEqual({
      namespaces: [{ name: 'ecommerce', templateCount: 1 }],
      totalNamespaces: 1,
    });
    expect(await get('/templates/ecommerce')).toMatchObject({
      templates: [{ name: 'process_order', versions: ['1.0.0'], latestVersion: '1.0.0', stepCount: 5 }],
    });
    expect(await get('/templates/none', 404)).toMatchObject({ code: 'TASKER_UNKNOWN_NAMESPACE' });
  });

  it('A15, A16: the paths of Rails Tasker answer the same', async () => {
    const { templates, totalTemplates, ...list } = await get('/templates/ecommerce');
    expect(await get('/handlers')).toEqual(await get('/templates'));
    expect(await get('/handlers/ecommerce')).toEqual({ ...list, handlers: templates, totalHandlers: totalTemplates });
    expect(await get('/handlers/ecommerce/process_order')).toEqual(await get('/templates/ecommerce/process_order'));
  });

  it('A17, A18, A19: a template is shown with its graph, in an order in which its steps may run', async () => {
    const handler = await get('/templates/ecommerce/process_order');
    expect(handler).toMatchObject({ namespace: 'ecommerce', version: '1.0.0', graph: { roots: ['validate_cart'] } });
    expect(handler.graph.nodes.map(({ name }: any) => name)).toEqual(STEPS);
    expect(handler.graph.edges).toContainEqual({ from: 'validate_cart', to: 'process_payment' });
    expect(await get('/templates/ecommerce/process_order?version=latest')).toEqual(handler);
    expect(await get('/templates/ecommerce/none', 404)).toMatchObject({ code: 'TASKER_UNKNOWN_TEMPLATE' });
    expect(await get('/templates/ecommerce/process_order?version=9.0.0', 404)).toMatchObject({ status: 404 });
  });

  it('A20: a caller whom nobody knows is told nothing of the handlers', async () => {
    const guarded = await startShop({ databaseUrl: database.url, providers: SHOP_USERS });
    try {
      const refused = await guarded.http().get('/templates').expect(401);
      expect(refused.type).toBe('application/problem+json');
      expect(refused.body).toEqual({
        type: 'urn:nestjs-tasker:TASKER_UNAUTHENTICATED',
        title: 'Unauthenticated',
        status: 401,
        detail: 'The request is not authenticated.',
        code: 'TASKER_UNAUTHENTICATED',
        instance: '/tasker/templates',
        correlationId: expect.any(String),
      });
      await guarded.http().get('/templates').set('X-User', 'ann').expect(200);
    } finally {
      await guarded.close();
    }
  });

  it('A21: a template is shown with all that it says of its steps, and with what stands where it says nothing', async () => {
    const { steps, ...template } = await get('/templates/ecommerce/process_order');
    expect(template).toEqual({
      ...TEMPLATE,
      fullName: 'ecommerce/process_order@1.0.0',
      description: 'From a filled cart to a confirmed order',
      versions: ['1.0.0'],
      deadlineSeconds: null,
      contextSchema: expect.objectContaining({ required: ['cart_items', 'payment_info', 'customer_info'] }),
      graph: expect.any(Object),
    });
    expect(steps.map(({ name }: any) => name)).toEqual(STEPS);
    expect(steps[2]).toEqual({
      name: 'update_inventory',
      description: 'Reserves the stock of every product',
      dependentSystem: 'ecommerce_platform',
      handler: 'ecommerce.update_inventory',
      handlerConfig: {},
      dependsOn: ['process_payment'],
      retryable: true,
      retryLimit: 2,
      skippable: false,
      timeoutSeconds: 20,
      backoff: { baseSeconds: 2, factor: 2, maxSeconds: 300, jitter: 0 },
      queue: 'default',
      priority: 0,
      transactional: false,
      limits: null,
      customEvents: [],
    });
  });

  it('A22: a task is shown with every attribute, those left out as their defaults, and without what was not asked for', async () => {
    const { steps, ...task } = await get(`/tasks/${await start()}`);
    expect(task).toEqual({
      ...{
        ...TEMPLATE,
        id: expect.stringMatching(ID),
        state: 'pending',
        context: { ...SAMPLE_ORDER, priority: 'standard' },
      },
      ...{
        initiator: 'unknown',
        sourceSystem: 'unknown',
        reason: 'unknown',
        tags: [],
        bypassSteps: [],
        priority: null,
      },
      ...{
        requestedAt: expect.stringMatching(ISO),
        createdAt: expect.stringMatching(ISO),
        updatedAt: expect.stringMatching(ISO),
      },
      ...{ completedAt: null, runAt: null, deadlineAt: null, heldAt: null, rerunOf: null, retained: false },
      ...{ identityHash: null, revision: expect.stringMatching(ID) },
      summary: {
        ...{ executionStatus: 'has_ready_steps', healthStatus: 'healthy', recommendedAction: 'execute_ready_steps' },
        ...{ completionPercentage: 0, totalSteps: 5, pendingSteps: 5, inProgressSteps: 0, completedSteps: 0 },
        ...{ failedSteps: 0, cancelledSteps: 0, readySteps: 1, exhaustedRetrySteps: 0, nextRetryAt: null },
      },
    });
    expect(steps[1]).toEqual({
      ...{ id: expect.stringMatching(ID), name: 'process_payment', state: 'pending', dependsOn: ['validate_cart'] },
      ...{ attempts: 0, retryLimit: 3, retryable: true, skippable: false, results: null, error: null },
      ...{ nextRetryAt: null, startedAt: null, lastAttemptedAt: null, processedAt: null },
      revision: expect.stringMatching(ID),
    });
  });

  it('A22: what was said when a task was started is shown as it was said', async () => {
    const said = {
      ...{
        initiator: 'ann',
        sourceSystem: 'shop',
        reason: 'a gift',
        tags: ['vip', 'gift'],
        priority: 7,
        retained: true,
      },
      ...{ runAt: '2100-01-01T00:00:00.000Z', deadlineAt: '2100-01-02T00:00:00.000Z' },
    };
    expect(await get(`/tasks/${await start(said)}`)).toMatchObject({ ...said, state: 'pending' });
  });

  it('A31: liveness and readiness are answered, without being kept by anybody', async () => {
    const live = await http().get('/health/live').expect(200).expect('Cache-Control', 'no-store');
    expect(live.body).toMatchObject({ alive: true, service: 'tasker', timestamp: expect.stringMatching(/Z$/) });
    const ready = await http().get('/health/ready').expect(200).expect('Cache-Control', 'no-store');
    expect(ready.body).toMatchObject({ ready: true });
  });

  it('A33: the status of the whole system is in counts and shares', async () => {
    const status = await get('/health/status');
    expect(status).toMatchObject({ healthy: true, reasons: [], counts: { totalTasks: expect.any(Number) } });
  });

  it('A37, A38: performance and bottlenecks are real figures of what ran', async () => {
    await place(shop, 'paid');
    await shop.kit.runUntilIdle();
    const { lastHour, lastDay } = await get('/analytics/performance');
    expect(lastHour.taskThroughput).toBeGreaterThan(0);
    expect(lastDay.taskThroughput).toBe(lastHour.taskThroughput);
    const bottlenecks = await get('/analytics/bottlenecks?namespace=ecommerce&period=12');
    expect(bottlenecks).toMatchObject({ slowestTasks: expect.any(Array), slowestSteps: expect.any(Array) });
    expect(bottlenecks.slowestTasks.length).toBeGreaterThan(0);
    expect(await get('/analytics/bottlenecks?period=0', 400)).toMatchObject({ status: 400 });
  });

  it('A40: the graph and the analysis of a task are of the moment, while it runs and when it has', async () => {
    // Other orders would be held with this one, also those whose wait ends meanwhile.
    do await shop.kit.runUntilIdle();
    while ((await shop.kit.makeDue()) > 0);
    const gate = aGate();
    const payments = shop.app.get(MockPaymentService);
    const charge = payments.processPayment.bind(payments);
    const held = jest.spyOn(payments, 'processPayment').mockImplementation(async (request) => {
      await gate.passed;
      return charge(request);
    });
    const task = await place(shop, 'paid');
    const graph = async (): Promise<any> => get(`/tasks/${task}/graph`);
    const statesIn = ({ nodes }: any): string[] => nodes.map(({ state }: any) => state);
    expect(await graph()).toMatchObject({
      ...{
        roots: ['validate_cart'],
        leaves: ['send_confirmation'],
        levels: STEPS.map((step) => [step]),
        longestPath: STEPS,
      },
      edges: STEPS.slice(1).map((to, index) => ({ from: STEPS[index], to })),
    });
    expect(statesIn(await graph())).toEqual(Array(5).fill('pending'));
    const running = shop.kit.runUntilIdle();
    try {
      const midway = ['complete', 'in_progress', 'pending', 'pending', 'pending'];
      await eventually(async () => expect(statesIn(await graph())).toEqual(midway));
      expect((await get(`/tasks/${task}?include=analysis`)).analysis).toMatchObject({
        ...{ doneSteps: ['validate_cart'], runningSteps: ['process_payment'], waitingSteps: STEPS.slice(2) },
        ...{ criticalPath: STEPS.slice(1), mostAtOnce: 1 },
        bottlenecks: [{ step: 'process_payment', blocks: STEPS.slice(2) }],
      });
    } finally {
      gate.open();
      await running;
      held.mockRestore();
    }
    expect(statesIn(await graph())).toEqual(Array(5).fill('complete'));
    expect((await get(`/tasks/${task}?include=analysis`)).analysis).toMatchObject({
      ...{ doneSteps: STEPS, runningSteps: [], waitingSteps: [], criticalPath: [], bottlenecks: [] },
    });
  });

  it('A41: what a state does not permit is refused, and says what is permitted', async () => {
    const answer = await http()
      .post(`/tasks/${await start()}/resolve`)
      .send({});
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({
      code: 'TASKER_ACTION_REFUSED',
      detail: expect.stringContaining('which is pending: that takes one in error. Permitted now: cancel, hold'),
    });
  });
});
