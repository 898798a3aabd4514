import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startGraphqlHost, type GraphqlHost } from '../support/graphql.host.js';

/** What the test suite of Rails Tasker holds its GraphQL to (rows A23 to A30 of its inventory), as repaired here. */
describe('GraphQL as Rails Tasker has it', () => {
  let host: GraphqlHost;
  let done: string;
  beforeAll(async () => {
    host = await startGraphqlHost();
    done = await host.deliver(1);
    await host.kit.runUntilIdle();
    await host.mutate('annotateTask', { taskId: done, type: 'audit', annotation: { checked: 'yes' } }, 'taskId');
  });
  afterAll(() => host.close());

  it('A23: annotationTypes answers id, name and description', async () => {
    const { annotationTypes } = await host.read('{ annotationTypes { id name description } }');
    expect(annotationTypes).toEqual([{ id: expect.stringMatching(/^\d+$/), name: 'audit', description: null }]);
  });

  it('A24: tasks works with variables that are not set; states are there, and the name of the type of annotations', async () => {
    const { tasks } = await host.read(
      `query ($first: Int, $after: String, $sort: TaskSort, $filter: TaskFilterInput) {
        tasks(first: $first, after: $after, sort: $sort, filter: $filter) {
          nodes { id state steps { state } annotations { type annotation } }
        }
      }`,
    );
    expect(tasks.nodes).toContainEqual({
      id: done,
      state: 'complete',
      steps: Array(4).fill({ state: 'complete' }),
      annotations: [{ type: 'audit', annotation: { checked: 'yes' } }],
    });
  });

  it('A25: tasks of a state are those in it and no others', async () => {
    const pending = await host.deliver(2);
    const { tasks } = await host.read('{ tasks(filter: { states: [pending] }) { nodes { id state } } }');
    expect(tasks.nodes).toEqual([{ id: pending, state: 'pending' }]);
  });

  it('A26: tasks of an annotation are found, or none', async () => {
    const query = `query ($value: String!) {
      tasks(filter: { annotation: { type: "audit", key: "checked", value: $value } }) { nodes { id } }
    }`;
    expect((await host.read(query, { value: 'yes' })).tasks.nodes).toEqual([{ id: done }]);
    expect((await host.read(query, { value: 'no' })).tasks.nodes).toEqual([]);
  });

  it('A27: a task is started, with its context as JSON, and is pending', async () => {
    const input = { namespace: 'warehouse', name: 'delivery', version: '1.2.0', context: { order_id: 3 } };
    const started = await host.mutate('startTask', input, 'taskId created task { state context }');
    expect(started).toMatchObject({
      taskId: expect.stringMatching(/^\d+$/),
      created: true,
      task: { state: 'pending', context: { order_id: 3 } },
      userErrors: [],
    });
  });

  it('A28: a task is changed and cancelled', async () => {
    const taskId = await host.deliver(4);
    const changed = await host.mutate('changeTask', { taskId, reason: 'new', tags: ['x'] }, 'task { reason tags }');
    expect(changed.task).toEqual({ reason: 'new', tags: ['x'] });
    const cancelled = await host.mutate('cancelTask', { taskId }, 'changed task { state }');
    expect(cancelled).toMatchObject({ changed: true, task: { state: 'cancelled' } });
  });

  it('A29: a step answers its ids, that it was processed, and its parents and children', async () => {
    const { step } = await host.read(
      `query ($taskId: ID!) { step(taskId: $taskId, step: "pack") {
        id taskId state processedAt parents { name } children { name }
      } }`,
      { taskId: done },
    );
    expect(step).toEqual({
      id: expect.stringMatching(/^\d+$/),
      taskId: done,
      state: 'complete',
      processedAt: expect.stringMatching(/Z$/),
      parents: [{ name: 'read' }],
      children: [{ name: 'ship' }],
    });
  });

  it('A30: the retry limit of a step is changed, and a step is cancelled', async () => {
    const taskId = await host.deliver(5);
    const limited = await host.mutate(
      'changeRetryLimit',
      { taskId, step: 'pack', retryLimit: 22 },
      'step { retryLimit }',
    );
    expect(limited.step).toEqual({ retryLimit: 22 });
    const cancelled = await host.mutate('cancelStep', { taskId, step: 'pack' }, 'step { state }');
    expect(cancelled.step).toEqual({ state: 'cancelled' });
  });
});
