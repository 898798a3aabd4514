import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { BreakingProxy } from '../support/breaking.proxy.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { CHECKOUT, startShop, type ShopHost } from '../support/shop.host.js';
import { CHECKOUT_STEPS, place } from '../support/shop.orders.js';

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const STATES = ['pending', 'inProgress', 'complete', 'error', 'cancelled', 'resolvedManually'] as const;

/** The rows on health and analytics of what Rails Tasker's test suite holds, as repaired here: real figures, of the moment. */
/** Longer than any test may take. */
const STATEMENT_MS = 60_000;

describe('the figures of Rails Tasker, in the sample application', () => {
  let database: TestDatabase;
  let network: BreakingProxy;
  let shop: ShopHost;
  beforeAll(async () => {
    database = await createTestDatabase();
    network = await BreakingProxy.open(database.url);
    shop = await startShop({ databaseUrl: network.url, limits: { database: { statementTimeoutMs: STATEMENT_MS } } });
  });
  afterEach(() => shop.app.get(DataSource).query('delete from tasker.tasks'));
  afterAll(async () => {
    await shop.close();
    await network.close();
    await database.drop();
  });

  const get = async (path: string, status = 200): Promise<any> => (await shop.http().get(path).expect(status)).body;
  /** One that is paid, one that is declined for good, one that waits for another attempt, and one that has not begun. */
  async function fourOrders(): Promise<Readonly<Record<'paid' | 'declined' | 'delayed' | 'waiting', string>>> {
    const [paid, declined, delayed] = [
      await place(shop, 'paid'),
      await place(shop, 'declined'),
      await place(shop, 'delayed'),
    ];
    await shop.kit.runUntilIdle();
    return { paid, declined, delayed, waiting: await place(shop, 'paid') };
  }

  describe('A32: readiness', () => {
    const check = (status: string, message: string): object => ({
      status,
      message,
      responseTimeMs: expect.any(Number),
    });

    it('is of the database and its schema, each with how long it took to answer', async () => {
      expect(await get('/health/ready')).toEqual({
        ready: true,
        checks: {
          database: check('healthy', 'the database responds'),
          schema: check('healthy', 'the schema is up to date'),
        },
        timestamp: expect.stringMatching(ISO),
      });
    });

    it('says which check failed and not what the database said; live the process is all the same', async () => {
      network.breaksNew = true;
      network.breakOpen();
      expect(await get('/health/ready', 503)).toEqual({
        ready: false,
        checks: {
          database: check('unhealthy', 'the database does not respond'),
          schema: check('healthy', 'the schema is up to date'),
        },
        timestamp: expect.stringMatching(ISO),
      });
      expect(await get('/health/live')).toMatchObject({ alive: true });
      network.breaksNew = false;
      expect(await get('/health/ready')).toMatchObject({ ready: true });
    });

    it('does not wait as long as a statement may take', async () => {
      network.loseAnswers();
      try {
        const { checks } = await get('/health/ready', 503);
        expect(checks.database).toEqual(check('unhealthy', 'the database does not respond'));
      } finally {
        network.breakDeaf();
      }
    });
  });

  describe('A34: the status', () => {
    it('of a system without tasks is healthy, and divides nothing by nothing', async () => {
      const { counts, ...status } = await get('/health/status');
      expect(status).toMatchObject({ healthy: true, reasons: [], taskErrorRate: 0, stepErrorRate: 0 });
      for (const state of ['total', ...STATES])
        expect(counts).toMatchObject({ [`${state}Tasks`]: 0, [`${state}Steps`]: 0 });
    });

    it('counts tasks and steps by state, retries apart, and sees at once what changed', async () => {
      const { delayed } = await fourOrders();
      const { counts, ...status } = await get('/health/status');
      expect(counts).toMatchObject({
        ...{ totalTasks: 4, pendingTasks: 1, inProgressTasks: 1, completeTasks: 1, errorTasks: 1, cancelledTasks: 0 },
        ...{ totalSteps: 20, pendingSteps: 11, inProgressSteps: 0, completeSteps: 7, errorSteps: 2, cancelledSteps: 0 },
        ...{ retryableErrorSteps: 1, exhaustedRetrySteps: 1, inBackoffSteps: 1 },
      });
      expect(status).toMatchObject({ taskErrorRate: 25, stepErrorRate: 10 });
      const { activeConnections, maxConnections } = counts;
      expect(status.connectionUtilization).toBe(Math.round((activeConnections / maxConnections) * 1_000) / 10);
      await shop.http().post(`/tasks/${delayed}/cancel`).send({}).expect(200);
      expect((await get('/health/status')).counts).toMatchObject({
        ...{ inProgressTasks: 0, cancelledTasks: 1, cancelledSteps: 4, errorSteps: 1 },
        ...{ retryableErrorSteps: 0, exhaustedRetrySteps: 1, inBackoffSteps: 0 },
      });
    });

    it('is unhealthy, with the reason, while more than half of the tasks are in error', async () => {
      const declined = await place(shop, 'declined');
      await shop.kit.runUntilIdle();
      expect(await get('/health/status', 503)).toMatchObject({
        healthy: false,
        reasons: ['more than 50 % of the tasks are in error'],
        taskErrorRate: 100,
      });
      await shop.http().post(`/tasks/${declined}/resolve`).send({}).expect(200);
      expect(await get('/health/status')).toMatchObject({ healthy: true, taskErrorRate: 0 });
    });
  });

  describe('A39: analytics', () => {
    it('are rates and means of what was done in the period', async () => {
      await fourOrders();
      const { lastHour } = await get('/analytics/performance');
      expect(lastHour).toMatchObject({
        ...{ taskThroughput: 4, completionCount: 1, errorCount: 1, completionRate: 25, errorRate: 25 },
        ...{ activeTasksCount: 1, uniqueTaskTypesCount: 1, systemHealthScore: 0.75, stepThroughput: 7 },
      });
      expect(lastHour.avgTaskDuration).toBeGreaterThan(lastHour.avgStepDuration);
    });

    it('are zeros where nothing was done', async () => {
      const { lastDay } = await get('/analytics/performance');
      const none = { taskThroughput: 0, completionRate: 0, errorRate: 0, avgTaskDuration: 0, avgStepDuration: 0 };
      expect(lastDay).toMatchObject({ ...none, systemHealthScore: 1 });
      expect(await get('/analytics/bottlenecks')).toMatchObject({ slowestTasks: [], slowestSteps: [] });
    });

    it('say what is slowest, the slowest first, with its real counts', async () => {
      const { paid, declined } = await fourOrders();
      const { scope, periodHours, slowestTasks, slowestSteps } = await get('/analytics/bottlenecks');
      expect({ scope, periodHours }).toEqual({ scope: {}, periodHours: 24 });
      const secondsOf = (found: any[]): number[] => found.map(({ durationSeconds }) => durationSeconds);
      for (const seconds of [secondsOf(slowestTasks), secondsOf(slowestSteps)]) {
        expect(seconds).toEqual(seconds.toSorted((one, other) => other - one));
      }
      const template = { taskName: CHECKOUT.name, namespaceName: CHECKOUT.namespace, version: CHECKOUT.version };
      const times = { createdAt: expect.stringMatching(ISO), completedAt: expect.stringMatching(ISO) };
      expect(slowestTasks.find(({ taskId }: any) => taskId === declined)).toEqual({
        ...{ taskId: declined, ...template, ...times, durationSeconds: expect.any(Number) },
        ...{ stepCount: 5, completedSteps: 1, errorSteps: 1, initiator: 'unknown', sourceSystem: 'unknown' },
      });
      const ofPaid = slowestSteps.filter(({ taskId }: any) => taskId === paid);
      expect(ofPaid.map(({ stepName }: any) => stepName).toSorted()).toEqual(CHECKOUT_STEPS.toSorted());
      expect(ofPaid[0]).toEqual({
        ...{ workflowStepId: expect.stringMatching(/^\d+$/), taskId: paid, stepName: expect.any(String), ...template },
        ...{ ...times, durationSeconds: expect.any(Number), attempts: 1, retryable: true, stepStatus: 'complete' },
      });
    });

    it('are of one template where that is asked for, and of no more than is asked for', async () => {
      await fourOrders();
      const { namespace, name, version } = CHECKOUT;
      const of = (query: object): Promise<any> =>
        get(`/analytics/bottlenecks?${new URLSearchParams(query as Record<string, string>).toString()}`);
      const all = await of({ namespace, name, version });
      expect(all).toMatchObject({ scope: CHECKOUT });
      expect(all.slowestTasks).toHaveLength(3);
      const { slowestTasks, slowestSteps } = await of({ namespace, limit: '1' });
      expect(slowestTasks).toHaveLength(1);
      expect(slowestSteps).toEqual([all.slowestSteps[0]]);
      for (const other of [{ namespace: name }, { name: namespace }, { version: '9.0.0' }]) {
        expect(await of(other)).toMatchObject({ scope: other, slowestTasks: [], slowestSteps: [] });
      }
    });

    it('leave what would repair a failure to the list of dead letters', async () => {
      const { declined } = await fourOrders();
      const { deadLetters } = await get('/dead_letters');
      expect(deadLetters).toHaveLength(1);
      expect(deadLetters[0]).toMatchObject({
        task: { id: declined, state: 'error' },
        failedSteps: [{ name: 'process_payment', error: { code: 'PAYMENT_DECLINED' }, repairs: expect.any(Array) }],
      });
      expect(deadLetters[0].failedSteps[0].repairs).not.toHaveLength(0);
    });
  });
});
