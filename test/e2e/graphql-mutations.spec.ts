import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { defineTask, TASKER_AUTHENTICATOR, TaskService } from 'nestjs-tasker';
import { startGraphqlHost, type GraphqlHost } from '../support/graphql.host.js';

const NOWHERE = '999999999';

describe('what a person does over GraphQL', () => {
  let host: GraphqlHost;
  beforeAll(async () => {
    host = await startGraphqlHost();
  });
  afterAll(() => host.close());

  const declined = async (): Promise<string> => {
    const id = await host.deliver(13);
    await host.kit.runUntilIdle();
    return id;
  };
  const onTask = (name: string, input: object): Promise<any> =>
    host.mutate(name, input, 'changed taskId task { id state heldAt transitions { step to actor reason } }');
  const onStep = (name: string, input: object): Promise<any> =>
    host.mutate(name, input, 'changed task { state } step { name state results attempts }');

  it('cancels a task, once and for all, and keeps who did it and why', async () => {
    const taskId = await host.deliver(1);
    const first = await onTask('cancelTask', { taskId, actor: 'ann', reason: 'a mistake' });
    expect(first).toMatchObject({ changed: true, taskId, task: { id: taskId, state: 'cancelled' }, userErrors: [] });
    expect(first.task.transitions).toContainEqual({ step: null, to: 'cancelled', actor: 'ann', reason: 'a mistake' });
    expect(await onTask('cancelTask', { taskId })).toMatchObject({ changed: false, task: { state: 'cancelled' } });
  });

  it('holds and releases a task', async () => {
    const taskId = await host.deliver(1);
    expect(await onTask('holdTask', { taskId })).toMatchObject({ task: { heldAt: expect.stringMatching(/Z$/) } });
    await host.kit.runUntilIdle();
    expect(await onTask('releaseTask', { taskId })).toMatchObject({ task: { state: 'pending', heldAt: null } });
  });

  it('retries, resets and resolves what failed', async () => {
    const taskId = await declined();
    expect(await onTask('retryTask', { taskId, attempts: 2 })).toMatchObject({ changed: true });
    await host.kit.runUntilIdle();
    expect(await onTask('resetTask', { taskId })).toMatchObject({ changed: true });
    await host.kit.runUntilIdle();
    expect(await onTask('resolveTask', { taskId })).toMatchObject({ task: { state: 'resolved_manually' } });
  });

  it('retries, resets and resolves a step', async () => {
    const taskId = await declined();
    const of = { taskId, step: 'bill' };
    expect(await onStep('retryStep', { ...of, attempts: 3 })).toMatchObject({
      changed: true,
      step: { state: 'pending' },
    });
    await host.kit.runUntilIdle();
    expect(await onStep('resetStep', of)).toMatchObject({ changed: true, step: { attempts: 0 } });
    await host.kit.runUntilIdle();
    expect(await onStep('resolveStep', { ...of, results: { paid: 'by hand' } })).toMatchObject({
      changed: true,
      step: { name: 'bill', state: 'resolved_manually', results: { paid: 'by hand' } },
    });
  });

  it('cancels a step, and changes its retry limit', async () => {
    const taskId = await host.deliver(1);
    const limited = await host.mutate(
      'changeRetryLimit',
      { taskId, step: 'bill', retryLimit: 9 },
      'step { retryLimit }',
    );
    expect(limited.step).toEqual({ retryLimit: 9 });
    expect(await onStep('cancelStep', { taskId, step: 'bill' })).toMatchObject({ step: { state: 'cancelled' } });
  });

  it('repeats a task as a new one, from a step on, with another context', async () => {
    const taskId = await host.deliver(1);
    await host.kit.runUntilIdle();
    const input = { taskId, from: 'ship', context: { order_id: 2 } };
    const rerun = await host.mutate('rerunTask', input, 'taskId created task { id rerunOf context }');
    expect(rerun).toMatchObject({
      created: true,
      task: { id: rerun.taskId, rerunOf: taskId, context: { order_id: 2 } },
    });
  });

  it('starts many tasks, all or none, and says which is wrong', async () => {
    const task = (order: unknown): object => ({
      namespace: 'warehouse',
      name: 'delivery',
      version: '1.2.0',
      context: { order_id: order },
    });
    const started = await host.mutate(
      'startTasks',
      { tasks: [task(1), task(2)] },
      'tasks { taskId created task { context } }',
    );
    expect(started.tasks).toMatchObject([
      { task: { context: { order_id: 1 } } },
      { task: { context: { order_id: 2 } } },
    ]);
    const refused = await host.mutate('startTasks', { tasks: [task(1), task('x')] }, 'tasks { taskId }');
    expect(refused).toMatchObject({
      tasks: [],
      userErrors: [{ code: 'TASKER_INVALID_CONTEXT', field: ['input', 'tasks', '1', 'context', 'order_id'] }],
    });
    const unknown = await host.mutate('startTasks', { tasks: [task(1), { name: 'nothing' }] }, 'tasks { taskId }');
    expect(unknown.userErrors).toMatchObject([
      { code: 'TASKER_UNKNOWN_TEMPLATE', field: ['input', 'tasks', '1', 'name'] },
    ]);
  });

  it('changes a task: what is left out stays, null takes the priority back', async () => {
    const taskId = await host.deliver(1, { priority: 4, reason: 'old' });
    const selection = 'changed task { priority tags reason retained revision }';
    const changed = await host.mutate('changeTask', { taskId, tags: ['x'], retained: true, reason: null }, selection);
    expect(changed.task).toMatchObject({ priority: 4, tags: ['x'], reason: 'old', retained: true });
    const back = await host.mutate('changeTask', { taskId, priority: null, reason: 'new' }, selection);
    expect(back.task).toMatchObject({ priority: null, tags: ['x'], reason: 'new' });
  });

  it('annotates a task', async () => {
    const taskId = await host.deliver(1);
    const input = { taskId, type: 'note', annotation: ['a', null] };
    const annotated = await host.mutate('annotateTask', input, 'taskId annotation { type annotation } task { id }');
    expect(annotated).toMatchObject({
      taskId,
      annotation: { type: 'note', annotation: ['a', null] },
      task: { id: taskId },
    });
  });

  it.each([
    ['cancelTasks', { states: ['pending'] }, { changed: true, error: null }],
    ['holdTasks', {}, { changed: true, error: null }],
    ['releaseTasks', {}, { changed: false, error: null }],
    ['retryTasks', {}, { changed: false, error: { code: 'TASKER_ACTION_REFUSED' } }],
    ['resetTasks', {}, { changed: false, error: { code: 'TASKER_ACTION_REFUSED' } }],
    ['resolveTasks', {}, { changed: false, error: { code: 'TASKER_ACTION_REFUSED' } }],
  ])('does %s to all of a filter, and tells what became of each', async (name, more, item) => {
    const taskId = await host.deliver(1, { tags: [name] });
    await host.deliver(1, { tags: [name] });
    const selection = 'items { taskId changed error { code } } more';
    const input = { filter: { tags: [name], limit: 1, ids: null, annotation: null, ...more }, actor: 'ann' };
    expect(await host.mutate(name, input, selection)).toEqual({
      items: [{ taskId, ...item }],
      more: true,
      userErrors: [],
    });
    const rest = await host.mutate(name, { filter: { tags: [name], afterId: taskId } }, selection);
    expect(rest).toMatchObject({ items: [{}], more: false });
  });

  it('hands back the clientMutationId', async () => {
    const taskId = await host.deliver(1);
    const answer = await host.mutate('holdTask', { taskId, clientMutationId: 'c1' }, 'clientMutationId');
    expect(answer).toEqual({ clientMutationId: 'c1', userErrors: [] });
    const refused = await host.mutate('holdTask', { taskId: NOWHERE, clientMutationId: 'c2' }, 'clientMutationId');
    expect(refused).toMatchObject({ clientMutationId: 'c2', userErrors: [{ code: 'TASKER_UNKNOWN_TASK' }] });
  });

  it('shows each of several mutations what it did, not what was read before', async () => {
    const taskId = await host.deliver(1);
    const data = await host.read(
      `mutation ($of: HoldTaskInput!, $free: ReleaseTaskInput!) {
        held: holdTask(input: $of) { task { heldAt } }
        free: releaseTask(input: $free) { task { heldAt } }
      }`,
      { of: { taskId }, free: { taskId } },
    );
    expect(data).toEqual({ held: { task: { heldAt: expect.any(String) } }, free: { task: { heldAt: null } } });
  });

  describe('is refused, with the way to what was wrong, and changes nothing:', () => {
    const filter = { states: ['error'] };
    it.each<[string, (id: string) => object, string | null, string]>([
      ['cancelTask', () => ({ taskId: NOWHERE }), 'taskId', 'TASKER_UNKNOWN_TASK'],
      ['cancelTask', () => ({ taskId: 'x' }), 'taskId', 'TASKER_INVALID_ACTION'],
      ['cancelTask', (taskId) => ({ taskId, reason: 'x'.repeat(501) }), 'reason', 'TASKER_INVALID_ACTION'],
      ['cancelTask', (taskId) => ({ taskId, actor: '' }), 'actor', 'TASKER_INVALID_ACTION'],
      ['resolveTask', (taskId) => ({ taskId }), null, 'TASKER_ACTION_REFUSED'],
      ['retryTask', (taskId) => ({ taskId, attempts: 0 }), 'attempts', 'TASKER_INVALID_ACTION'],
      ['skipStep', (taskId) => ({ taskId, step: 'bill' }), null, 'TASKER_ACTION_REFUSED'],
      ['resolveStep', (taskId) => ({ taskId, step: 'none' }), 'step', 'TASKER_UNKNOWN_STEP'],
      ['resolveStep', () => ({ taskId: NOWHERE, step: 'bill' }), 'taskId', 'TASKER_UNKNOWN_TASK'],
      [
        'changeRetryLimit',
        (taskId) => ({ taskId, step: 'bill', retryLimit: 0 }),
        'retryLimit',
        'TASKER_INVALID_ACTION',
      ],
      [
        'changeRetryLimit',
        (taskId) => ({ taskId, step: 'bill', retryLimit: 5, ifRevision: '1' }),
        'ifRevision',
        'TASKER_STALE_REVISION',
      ],
      ['changeTask', (taskId) => ({ taskId, priority: 99_999 }), 'priority', 'TASKER_INVALID_ACTION'],
      ['changeTask', (taskId) => ({ taskId, tags: ['ok', 'x'.repeat(129)] }), 'tags/1', 'TASKER_INVALID_ACTION'],
      ['changeTask', (taskId) => ({ taskId, tags: [], ifRevision: '1' }), 'ifRevision', 'TASKER_STALE_REVISION'],
      ['annotateTask', (taskId) => ({ taskId, type: '' }), 'type', 'TASKER_INVALID_ACTION'],
      ['rerunTask', (taskId) => ({ taskId }), null, 'TASKER_ACTION_REFUSED'],
      ['startTask', () => ({ name: '' }), 'name', 'TASKER_INVALID_START_REQUEST'],
      ['startTask', () => ({ name: 'nothing' }), 'name', 'TASKER_UNKNOWN_TEMPLATE'],
      ['startTask', () => ({ name: 'delivery', runAt: 'soon' }), 'runAt', 'TASKER_INVALID_START_REQUEST'],
      ['cancelTasks', () => ({ filter: {} }), 'filter', 'TASKER_INVALID_ACTION'],
      ['cancelTasks', () => ({ filter: { ...filter, limit: 1001 } }), 'filter/limit', 'TASKER_INVALID_ACTION'],
      [
        'cancelTasks',
        () => ({ filter: { ...filter, createdAfter: 'x' } }),
        'filter/createdAfter',
        'TASKER_INVALID_ACTION',
      ],
      [
        'cancelTasks',
        () => ({ filter: { contextPath: '$ ? (' } }),
        'filter/contextPath',
        'TASKER_INVALID_CONTEXT_PATH',
      ],
      ['holdTask', (taskId) => ({ taskId, requestKey: 'ä' }), 'requestKey', 'TASKER_INVALID_ACTION'],
    ])('%s %#', async (name, input, field, code) => {
      const id = await host.deliver(1);
      const before = await host.read('query ($id: ID!) { task(id: $id) { revision steps { revision } } }', { id });
      const { userErrors } = await host.mutate(name, input(id), 'clientMutationId');
      const path = field === null ? null : ['input', ...field.split('/')];
      expect(userErrors).toContainEqual({ field: path, code, message: expect.stringMatching(/./) });
      expect(await host.read('query ($id: ID!) { task(id: $id) { revision steps { revision } } }', { id })).toEqual(
        before,
      );
    });

    it('rerunTask from a step that is not there', async () => {
      const taskId = await declined();
      const { userErrors } = await host.mutate('rerunTask', { taskId, from: 'none' }, 'created');
      expect(userErrors).toMatchObject([{ field: ['input', 'from'], code: 'TASKER_UNKNOWN_STEP' }]);
    });
  });

  it('is carried out once for a request key, and answered as before', async () => {
    const input = { namespace: 'warehouse', name: 'delivery', version: '1.2.0', context: { order_id: 1 } };
    const start = (more: object): Promise<any> =>
      host.mutate('startTask', { ...input, ...more }, 'taskId created clientMutationId task { state }');
    const first = await start({ requestKey: 'k1', clientMutationId: 'a' });
    await host.kit.runUntilIdle();
    const second = await start({ requestKey: 'k1', clientMutationId: 'b' });
    expect(second).toEqual({ ...first, clientMutationId: 'b', task: { state: 'complete' } });
    expect(await start({ requestKey: 'k1', tags: ['other'] })).toMatchObject({
      taskId: null,
      userErrors: [{ field: ['input', 'requestKey'], code: 'TASKER_IDEMPOTENCY_KEY_REUSED' }],
    });
  });

  it('is refused with the request key of another mutation, or of another task', async () => {
    const [one, other] = [await host.deliver(1), await host.deliver(1)];
    const keyed = (name: string, taskId: string): Promise<any> =>
      host.mutate(name, { taskId, requestKey: 'of-one' }, 'changed');
    const refused = { changed: false, userErrors: [{ code: 'TASKER_IDEMPOTENCY_KEY_REUSED' }] };
    expect(await keyed('holdTask', one)).toMatchObject({ changed: true });
    expect(await keyed('releaseTask', one)).toMatchObject(refused);
    expect(await keyed('holdTask', other)).toMatchObject(refused);
    expect(await keyed('holdTask', one)).toMatchObject({ changed: true });
  });

  it('annotates once for a request key', async () => {
    const taskId = await host.deliver(1);
    const annotate = (): Promise<any> =>
      host.mutate('annotateTask', { taskId, type: 'once', requestKey: 'k2' }, 'annotation { id }');
    expect(await annotate()).toEqual(await annotate());
    const { task } = await host.read('query ($id: ID!) { task(id: $id) { annotations { id } } }', { id: taskId });
    expect(task.annotations).toHaveLength(1);
  });

  it('changes only what is still as it was seen', async () => {
    const taskId = await host.deliver(1);
    const { task } = await host.read('query ($id: ID!) { task(id: $id) { revision } }', { id: taskId });
    const change = (tags: string[]): Promise<any> =>
      host.mutate('changeTask', { taskId, tags, ifRevision: task.revision }, 'changed');
    expect(await change(['x'])).toMatchObject({ changed: true });
    expect(await change(['y'])).toMatchObject({ changed: false, userErrors: [{ code: 'TASKER_STALE_REVISION' }] });
  });

  it('logs what is our fault, and tells nothing about it', async () => {
    const logged = jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
    const broken = jest
      .spyOn(host.app.get(TaskService), 'cancel')
      .mockRejectedValue(new Error('the password is xyzzy'));
    const { data, errors } = await host.ask('mutation { cancelTask(input: { taskId: "1" }) { changed } }');
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ path: ['cancelTask'], extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
    expect(JSON.stringify(errors)).not.toContain('xyzzy');
    broken.mockRestore();
    logged.mockRestore();
  });
});

describe('a step that its template calls skippable', () => {
  it('is passed over', async () => {
    const parcel = defineTask({ name: 'parcel' }).step('wrap', { handler: 'warehouse.echo', skippable: true });
    const host = await startGraphqlHost({ tasker: { templates: [parcel] } });
    try {
      const { taskId } = await host.mutate('startTask', { name: 'parcel' }, 'taskId');
      const skipped = await host.mutate('skipStep', { taskId, step: 'wrap' }, 'changed step { state } task { state }');
      expect(skipped).toEqual({
        changed: true,
        step: { state: 'skipped' },
        task: { state: 'complete' },
        userErrors: [],
      });
    } finally {
      await host.close();
    }
  });
});

describe('what an authenticated person does over GraphQL', () => {
  let host: GraphqlHost;
  beforeAll(async () => {
    const authenticate = ({ headers }: { headers: { user?: string } }) =>
      headers.user && { id: headers.user, roles: ['operator'] };
    host = await startGraphqlHost({ providers: [{ provide: TASKER_AUTHENTICATOR, useValue: { authenticate } }] });
  });
  afterAll(() => host.close());

  it('is theirs, and nobody else’s', async () => {
    const taskId = await host.deliver(1);
    const held = await host.mutate('holdTask', { taskId }, 'task { id }', 'ann');
    expect(held.userErrors).toEqual([]);
    const cancelled = await host.mutate('cancelTask', { taskId }, 'task { transitions { to actor } }', 'ann');
    expect(cancelled.task.transitions).toContainEqual({ to: 'cancelled', actor: 'ann' });
    const foreign = await host.mutate('releaseTask', { taskId, actor: 'pete' }, 'changed', 'ann');
    expect(foreign).toMatchObject({
      changed: false,
      userErrors: [{ field: ['input', 'actor'], code: 'TASKER_FOREIGN_ACTOR' }],
    });
  });

  it('has request keys of its own', async () => {
    const taskId = await host.deliver(1);
    const annotate = async (user: string): Promise<string> => {
      const input = { taskId, type: 'note', requestKey: 'same' };
      return (await host.mutate('annotateTask', input, 'annotation { id }', user)).annotation.id;
    };
    expect(await annotate('ann')).not.toBe(await annotate('pete'));
    expect(await annotate('ann')).toBe(await annotate('ann'));
  });
});
