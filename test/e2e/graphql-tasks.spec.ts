import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startGraphqlHost, type GraphqlHost } from '../support/graphql.host.js';

const TASK = `query ($id: ID!) { task(id: $id) {
  id namespace name version state priority initiator sourceSystem reason tags requestedAt runAt deadlineAt heldAt retained
  rerunOf bypassSteps identityHash createdAt completedAt updatedAt revision context
  summary { executionStatus healthStatus recommendedAction totalSteps exhaustedRetrySteps nextRetryAt }
  steps { name }
  annotations { id type annotation createdAt }
  transitions { step from to attempt actor reason at }
  analysis { doneSteps blockedSteps mostAtOnce bottlenecks { step blocks } failures { step state attempts } graph { roots } }
  graph { nodes { name level state } edges { from to } levels roots leaves longestPath mermaid dot }
  template { fullName steps { name handler backoff { baseSeconds } limits { key } customEvents { name } } graph { roots } }
} }`;

describe('tasks over GraphQL', () => {
  let host: GraphqlHost;
  let failed: string;
  beforeAll(async () => {
    host = await startGraphqlHost();
    failed = await host.deliver(13, { tags: ['late'] });
    await host.kit.runUntilIdle();
    await host.mutate(
      'annotateTask',
      { taskId: failed, type: 'note', annotation: { by: 'ann', lines: [1] } },
      'taskId',
    );
  });
  afterAll(() => host.close());

  it('are shown with all that belongs to them', async () => {
    const { task } = await host.read(TASK, { id: failed });
    expect(task).toMatchObject({
      id: failed,
      state: 'error',
      tags: ['late'],
      context: { order_id: 13, express: false },
      summary: { executionStatus: 'blocked_by_failures', recommendedAction: 'handle_failures', exhaustedRetrySteps: 1 },
      steps: ['read', 'pack', 'bill', 'ship'].map((name) => ({ name })),
      annotations: [{ type: 'note', annotation: { by: 'ann', lines: [1] } }],
      analysis: {
        doneSteps: ['read', 'pack'],
        blockedSteps: ['ship'],
        mostAtOnce: 2,
        bottlenecks: [{ step: 'bill', blocks: ['ship'] }],
        failures: [{ step: 'bill', state: 'error', attempts: 1 }],
        graph: { roots: ['read'] },
      },
      graph: {
        edges: expect.arrayContaining([{ from: 'read', to: 'pack' }]),
        levels: [['read'], ['pack', 'bill'], ['ship']],
        leaves: ['ship'],
        mermaid: expect.stringContaining('flowchart'),
        dot: expect.stringContaining('digraph'),
      },
      template: { fullName: 'warehouse/delivery@1.2.0', graph: { roots: ['read'] } },
    });
    expect(task.transitions).toContainEqual(expect.objectContaining({ step: null, to: 'error' }));
    expect(task.graph.nodes).toContainEqual({ name: 'bill', level: 1, state: 'error' });
    expect(task.template.steps[2]).toMatchObject({
      name: 'bill',
      handler: 'warehouse.bill',
      backoff: { baseSeconds: 60 },
    });
  });

  it('are null where there is none, with whatever for an id', async () => {
    for (const id of ['999999', 'one', '0', '99999999999999999999']) {
      expect(await host.read('query ($id: ID!) { task(id: $id) { id steps { id } } }', { id })).toEqual({ task: null });
    }
  });

  it('have steps that know those around them', async () => {
    const { step } = await host.read(
      `query ($taskId: ID!) { step(taskId: $taskId, step: "bill") {
        id taskId name state attempts retryLimit dependsOn dependents error { code message }
        parents { name children { name } } children { name } siblings { name parents { name } }
        parentStepIds childStepIds parentCount childCount isRootStep isLeafStep task { id state }
      } }`,
      { taskId: failed },
    );
    expect(step).toMatchObject({
      taskId: failed,
      name: 'bill',
      state: 'error',
      error: { code: 'DECLINED' },
      dependsOn: ['read'],
      dependents: ['ship'],
      parents: [{ name: 'read', children: [{ name: 'pack' }, { name: 'bill' }] }],
      children: [{ name: 'ship' }],
      siblings: [{ name: 'pack', parents: [{ name: 'read' }] }],
      parentStepIds: [expect.stringMatching(/^\d+$/)],
      childStepIds: [expect.stringMatching(/^\d+$/)],
      parentCount: 1,
      childCount: 1,
      isRootStep: false,
      isLeafStep: false,
      task: { id: failed, state: 'error' },
    });
    const byId = await host.read(
      'query ($taskId: ID!, $step: ID!) { step(taskId: $taskId, step: $step) { name isRootStep isLeafStep } }',
      { taskId: failed, step: step.parentStepIds[0] },
    );
    expect(byId.step).toEqual({ name: 'read', isRootStep: true, isLeafStep: false });
  });

  it('have no step of another name, and none where there is no task', async () => {
    const query = 'query ($taskId: ID!, $step: ID!) { step(taskId: $taskId, step: $step) { id } }';
    expect(await host.read(query, { taskId: failed, step: 'bil' })).toEqual({ step: null });
    expect(await host.read(query, { taskId: '999999', step: 'bill' })).toEqual({ step: null });
  });

  it('tell the templates, by namespace, name and version', async () => {
    const data = await host.read(`{
      namespaces { name templateCount }
      templates(namespace: "warehouse") { name versions latestVersion stepCount }
      latest: template(namespace: "warehouse", name: "delivery") { version contextSchema deadlineSeconds }
      exact: template(namespace: "warehouse", name: "delivery", version: "1.2.0") { fullName }
      none: template(namespace: "warehouse", name: "delivery", version: "9.9.9") { fullName }
    }`);
    expect(data).toMatchObject({
      namespaces: [{ name: 'warehouse', templateCount: 1 }],
      templates: [{ name: 'delivery', versions: ['1.2.0'], latestVersion: '1.2.0', stepCount: 4 }],
      latest: { version: '1.2.0', contextSchema: { type: 'object' }, deadlineSeconds: null },
      exact: { fullName: 'warehouse/delivery@1.2.0' },
      none: null,
    });
    const { errors } = await host.ask('{ templates(namespace: "nowhere") { name } }');
    expect(errors![0]!.extensions.code).toBe('TASKER_UNKNOWN_NAMESPACE');
  });

  it('tell the dead letters, with what would repair them', async () => {
    const { deadLetters } = await host.read(`{
      deadLetters(filter: { tags: ["late"] }, first: 1) {
        nodes { task { id steps { name } } failedSteps { name error { code } blocks repairs } repairs }
        edges { cursor node { task { id } } }
        pageInfo { hasNextPage }
      }
    }`);
    expect(deadLetters).toMatchObject({
      nodes: [
        {
          task: { id: failed, steps: [{ name: 'read' }, {}, {}, {}] },
          failedSteps: [{ name: 'bill', error: { code: 'DECLINED' }, blocks: ['ship'], repairs: ['reset', 'resolve'] }],
          repairs: ['retry', 'resolve', 'rerun', 'cancel'],
        },
      ],
      pageInfo: { hasNextPage: false },
    });
  });

  it('tell how the system does', async () => {
    const data = await host.read(`{
      workers { id name status queues runningSteps startedAt }
      queues { queue namespace readySteps heldSteps oldestReadyAt }
      systemStatus { healthy reasons counts { totalTasks errorTasks maxConnections } connectionUtilization taskErrorRate }
      health { ready checks { name status message responseTimeMs } }
      analytics {
        performance { lastHour { taskThroughput errorCount calculatedAt } lastFourHours { taskThroughput } lastDay { errorRate } }
        bottlenecks(namespace: "warehouse", period: 12, limit: 1) {
          periodHours slowestTasks { taskId taskName durationSeconds } slowestSteps { stepName stepStatus durationSeconds }
        }
      }
    }`);
    expect(data).toMatchObject({
      workers: [{ status: 'running', queues: null, runningSteps: 0 }],
      queues: [{ queue: 'default', namespace: 'warehouse', readySteps: 0 }],
      systemStatus: { counts: { totalTasks: expect.any(Number) }, taskErrorRate: expect.any(Number) },
      health: {
        ready: true,
        checks: [
          { name: 'database', status: 'healthy' },
          { name: 'schema', message: 'the schema is up to date' },
        ],
      },
      analytics: {
        performance: { lastHour: { taskThroughput: expect.any(Number) } },
        bottlenecks: { periodHours: 12, slowestTasks: [{ taskName: 'delivery' }], slowestSteps: [{}] },
      },
    });
  });

  it.each(['period: 0', 'period: 721', 'limit: 0', 'limit: 1001'])('refuse analytics of %s', async (wrong) => {
    const { errors } = await host.ask(`{ analytics { bottlenecks(${wrong}) { periodHours } } }`);
    expect(errors![0]!.extensions).toMatchObject({
      code: 'TASKER_INVALID_ANALYTICS_REQUEST',
      problems: [{ pointer: `/${wrong.split(':')[0]!}` }],
    });
  });
});
