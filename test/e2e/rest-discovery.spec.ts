import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TaskService } from 'nestjs-tasker';
import request from 'supertest';
import { startHttpHost, type HttpHost } from '../support/http.host.js';

const DELIVERY = { namespace: 'warehouse', name: 'delivery', version: '1.2.0' };

describe('what can be seen over REST', () => {
  let host: HttpHost;
  let http: Server;
  let id: string;
  beforeAll(async () => {
    host = await startHttpHost();
    http = host.app.getHttpServer();
    ({ id } = await host.app.get(TaskService).start({ ...DELIVERY, context: { order_id: 12 } }));
    await host.kit.runUntilIdle();
  });
  afterAll(() => host.close());

  const get = (path: string): request.Test => request(http).get(`/tasker/${path}`);

  it('are the namespaces, the templates in them, and each template', async () => {
    expect((await get('handlers').expect(200)).body).toEqual({
      namespaces: [{ name: 'warehouse', templateCount: 1 }],
      totalNamespaces: 1,
    });
    expect((await get('handlers/warehouse').expect(200)).body).toEqual({
      namespace: 'warehouse',
      handlers: [
        {
          namespace: 'warehouse',
          name: 'delivery',
          versions: ['1.2.0'],
          latestVersion: '1.2.0',
          description: '',
          stepCount: 4,
        },
      ],
      totalHandlers: 1,
    });
    const { body } = await get('handlers/warehouse/delivery').expect(200);
    expect(body).toMatchObject({
      ...DELIVERY,
      fullName: 'warehouse/delivery@1.2.0',
      contextSchema: { required: ['order_id'] },
      graph: { levels: [['read'], ['pack', 'bill'], ['ship']], longestPath: ['read', 'pack', 'ship'] },
    });
    expect((await get('handlers/warehouse/delivery?version=1.2.0').expect(200)).body).toEqual(body);
  });

  it('are told apart when they are not there', async () => {
    expect((await get('handlers/nowhere').expect(404)).body).toMatchObject({ code: 'TASKER_UNKNOWN_NAMESPACE' });
    expect((await get('handlers/nowhere/delivery').expect(404)).body).toMatchObject({
      code: 'TASKER_UNKNOWN_NAMESPACE',
    });
    expect((await get('handlers/warehouse/none').expect(404)).body).toMatchObject({ code: 'TASKER_UNKNOWN_TEMPLATE' });
    await get('handlers/warehouse/delivery?version=9.9.9').expect(404);
  });

  it('is the graph of a task, as JSON, Mermaid and DOT', async () => {
    const { body } = await get(`tasks/${id}/graph`).expect(200);
    expect(body).toMatchObject({
      roots: ['read'],
      leaves: ['ship'],
      nodes: [
        { name: 'read', level: 0, state: 'complete' },
        { name: 'pack', level: 1, state: 'complete' },
        { name: 'bill', level: 1, state: 'error' },
        { name: 'ship', level: 2, state: 'pending' },
      ],
    });
    expect(body.edges).toHaveLength(4);
    const mermaid = await get(`tasks/${id}/graph?format=mermaid`).expect(200);
    expect(mermaid.type).toBe('text/plain');
    expect(mermaid.text).toContain('flowchart TD\n  s0["read"]:::complete\n');
    expect(mermaid.text).toContain('  s0 --> s1\n');
    expect((await get(`tasks/${id}/graph?format=dot`).expect(200)).text).toContain('  "read" -> "pack"\n');
    await get(`tasks/${id}/graph?format=svg`).expect(400);
  });

  it('is the history of a task, in the order in which it happened', async () => {
    const { body } = await get(`tasks/${id}/transitions`).expect(200);
    const told = (body.transitions as { step: string | null; from: string; to: string }[]).map(
      ({ step, from, to }) => `${step ?? 'task'}: ${from} > ${to}`,
    );
    expect(told.slice(0, 3)).toEqual([
      'task: pending > in_progress',
      'read: pending > in_progress',
      'read: in_progress > complete',
    ]);
    expect(told).toContain('bill: in_progress > error');
    expect(body.transitions).toContainEqual(
      expect.objectContaining({
        step: 'bill',
        to: 'error',
        attempt: 1,
        error: expect.objectContaining({ message: 'the bank is closed' }),
      }),
    );
  });

  it('is what waits in the queues, and how the system is doing', async () => {
    expect((await get('queues').expect(200)).body.queues).toEqual([
      {
        queue: 'default',
        namespace: 'warehouse',
        readySteps: 0,
        runningSteps: 0,
        retryingSteps: 1,
        scheduledSteps: 0,
        heldSteps: 0,
        oldestReadyAt: null,
      },
    ]);
    expect((await get('workers').expect(200)).body.workers).toMatchObject([{ status: 'running', runningSteps: 0 }]);
    expect((await get('health/status').expect(200)).body).toMatchObject({
      healthy: true,
      reasons: [],
      counts: { totalTasks: 1, inProgressTasks: 1, totalSteps: 4, retryableErrorSteps: 1 },
      stepErrorRate: 25,
    });
  });

  it('is what was fast and what was slow', async () => {
    const { body } = await get('analytics/performance').expect(200);
    expect(body).toMatchObject({ lastHour: { taskThroughput: 1 }, lastFourHours: {}, lastDay: { stepThroughput: 2 } });
    const slow = await get('analytics/bottlenecks?namespace=warehouse&period=12&limit=1').expect(200);
    expect(slow.body).toMatchObject({
      scope: { namespace: 'warehouse' },
      periodHours: 12,
      slowestTasks: [{ taskId: id }],
    });
    expect(slow.body.slowestSteps).toHaveLength(1);
    expect(slow.headers['cache-control']).toBe('no-store');
    for (const query of ['period=0', 'period=721', 'period=x', 'limit=0', 'name=a&name=b', 'scope=all']) {
      await get(`analytics/bottlenecks?${query}`).expect(400);
    }
  });
});
