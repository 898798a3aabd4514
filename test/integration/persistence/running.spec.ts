import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ClaimedStep } from '../../../lib/persistence/worker.gateway.js';
import { UnknownNamedTaskError } from '../../../lib/persistence/persistence.errors.js';
import { analyseGraph } from '../../../lib/workflow/graph.js';
import { connect, openPersistence, usePersistence } from '../../support/persistence.js';
import { layered, SHAPE_NAMES, SHAPES } from '../../support/shapes.js';
import { lockWaited } from '../../support/waiting.js';
import {
  complete,
  endWaits,
  fail,
  failForGood,
  HandWorker,
  registerShape,
  release,
  startTask,
  statesOf,
  stepNames,
  taskState,
} from '../../support/workflow.js';

const persistence = usePersistence();
let worker: HandWorker;

beforeEach(async () => {
  await persistence.query('delete from __schema__.tasks');
  worker = await HandWorker.register(persistence);
});

const transitionsOf = async (table: 'task' | 'workflow_step', taskId: string): Promise<string[]> => {
  const rows = await persistence.query(
    `select from_state || ' > ' || to_state as change from __schema__.${table}_transitions
     where task_id = $1 order by id`,
    taskId,
  );
  return rows.map(({ change }) => change);
};
const stepRow = async (id: string): Promise<Record<string, any>> => {
  const [row] = await persistence.query('select * from __schema__.workflow_steps where workflow_step_id = $1', id);
  return row!;
};
const single = [{ name: 'only', dependsOn: [] }];

describe('starting tasks', () => {
  it.each(SHAPE_NAMES)('stores the %s shape and makes its roots ready', async (shape) => {
    const nodes = SHAPES[shape];
    const task = await startTask(persistence, await registerShape(persistence, nodes));
    const names = await stepNames(persistence, task);
    expect([...names.values()].sort()).toEqual(nodes.map(({ name }) => name).sort());

    const edges = await persistence.query('select * from __schema__.workflow_step_edges where task_id = $1', task);
    expect(edges.map((edge) => `${names.get(edge.from_step_id)} > ${names.get(edge.to_step_id)}`).sort()).toEqual(
      nodes.flatMap(({ name, dependsOn }) => dependsOn.map((parent) => `${parent} > ${name}`)).sort(),
    );

    const claimed = await worker.claim();
    expect(claimed.map(({ id }) => names.get(id)).sort()).toEqual([...analyseGraph(nodes).roots].sort());
  });

  it('starts many of different templates at once and answers in the order asked for', async () => {
    const ids = await Promise.all(SHAPE_NAMES.map((shape) => registerShape(persistence, SHAPES[shape])));
    const asked = Array.from({ length: 50 }, (_, index) => index % ids.length);
    const started = await persistence.tasks.startTasks(
      asked.map((shape, index) => ({
        namedTaskId: ids[shape]!,
        context: JSON.stringify({ index }),
        initiator: `person ${index}`,
        sourceSystem: 'shop',
        reason: 'because',
        tags: ['a', `tag ${index}`],
        priority: null,
      })),
    );
    const rows = await persistence.query(
      `select t.*, (select count(*)::integer from __schema__.workflow_steps s where s.task_id = t.task_id) as steps
       from __schema__.tasks t order by task_id`,
    );
    expect(rows.map(({ task_id }) => task_id)).toEqual(started.map(({ id }) => id));
    expect(rows.map(({ context }) => context.index)).toEqual(asked.map((_, index) => index));
    expect(rows.map(({ steps }) => steps)).toEqual(asked.map((shape) => SHAPES[SHAPE_NAMES[shape]!].length));
    expect(rows[7]).toMatchObject({
      initiator: 'person 7',
      source_system: 'shop',
      reason: 'because',
      tags: ['a', 'tag 7'],
    });
  });

  it('completes a task without steps at once', async () => {
    const [task] = await persistence.tasks.startTasks([
      {
        namedTaskId: await registerShape(persistence, []),
        context: '{}',
        initiator: 'tests',
        sourceSystem: 'tests',
        reason: 'tests',
        tags: [],
        priority: null,
      },
    ]);
    expect(task!.state).toBe('complete');
    expect(await transitionsOf('task', task!.id)).toEqual(['pending > complete']);
    const [row] = await persistence.query('select completed_at from __schema__.tasks where task_id = $1', task!.id);
    expect(row!.completed_at).toBeInstanceOf(Date);
  });

  it('refuses a named task that does not exist, and then stores nothing of the whole batch', async () => {
    const request = { context: '{}', initiator: 'x', sourceSystem: 'x', reason: 'x', tags: [], priority: null };
    const known = await registerShape(persistence, SHAPES.linear);
    const failure = persistence.tasks.startTasks([
      { ...request, namedTaskId: known },
      { ...request, namedTaskId: '987654321' },
    ]);
    await expect(failure).rejects.toThrow(UnknownNamedTaskError);
    await expect(failure).rejects.toThrow('987654321');
    expect(await persistence.query('select * from __schema__.tasks')).toEqual([]);
    expect(await persistence.query('select * from __schema__.workflow_steps')).toEqual([]);
    expect(await persistence.query('select * from __schema__.ready_steps')).toEqual([]);
  });

  it("happens exactly if the host's transaction is committed", async () => {
    const namedTaskId = await registerShape(persistence, SHAPES.linear);
    const request = {
      namedTaskId,
      context: '{}',
      initiator: 'x',
      sourceSystem: 'x',
      reason: 'x',
      tags: [],
      priority: null,
    };
    const undone = persistence.dataSource.transaction(async (manager) => {
      await persistence.tasks.startTasks([request], manager);
      throw new Error('the order was not saved');
    });
    await expect(undone).rejects.toThrow('the order was not saved');
    expect(await worker.claim()).toEqual([]);

    await persistence.dataSource.transaction((manager) => persistence.tasks.startTasks([request], manager));
    expect(await worker.claim()).toHaveLength(1);
  });

  it('takes one revision of a template that is replaced at that moment', async () => {
    const name = 'replaced while starting';
    const namedTask = await registerShape(persistence, SHAPES.linear, { name });
    const [holder, starter] = [await connect(persistence.url), await openPersistence(persistence.url)];
    await holder.query('begin');
    await holder.query('alter sequence tasker.workflow_steps_workflow_step_id_seq cache 1'); // nextval waits for it
    const started = startTask(starter, namedTask);
    await lockWaited(holder, 'start_tasks');
    await registerShape(persistence, SHAPES.mixed, { name, replace: true });
    await holder.query('commit');

    const steps = Object.keys(await statesOf(persistence, await started));
    expect([SHAPES.linear.length, SHAPES.mixed.length]).toContain(steps.length);
    await holder.end();
    await starter.close();
  });
});

describe('running a task', () => {
  it.each(SHAPE_NAMES)('brings the %s shape to its end, each step after its dependencies, once', async (shape) => {
    const nodes = SHAPES[shape];
    const task = await startTask(persistence, await registerShape(persistence, nodes));
    const names = await stepNames(persistence, task);
    const done: string[] = [];
    for (let claimed = await worker.claim({ want: 1 }); claimed.length > 0;) {
      const [step] = claimed;
      const name = names.get(step!.id)!;
      expect(done).toEqual(expect.arrayContaining([...nodes.find((node) => node.name === name)!.dependsOn]));
      done.push(name);
      const { claimed: next, facts } = await worker.advance([complete(step!)], { want: 1 });
      expect(facts!.tasks).toEqual(
        done.length < nodes.length ? [] : [{ id: task, from: 'in_progress', to: 'complete' }],
      );
      claimed = next.steps;
    }
    expect(done.sort()).toEqual(nodes.map(({ name }) => name).sort());
    expect(await taskState(persistence, task)).toBe('complete');
    expect(await transitionsOf('task', task)).toEqual(['pending > in_progress', 'in_progress > complete']);
    expect(await persistence.query('select * from __schema__.ready_steps')).toEqual([]);
  });

  it.each(SHAPE_NAMES)('runs each level of the %s shape as one batch', async (shape) => {
    const nodes = SHAPES[shape];
    const { levels } = analyseGraph(nodes);
    const tasks = [];
    const namedTask = await registerShape(persistence, nodes);
    for (let n = 0; n < 3; n++) tasks.push(await startTask(persistence, namedTask));
    let claimed = await worker.claim();
    for (let level = 0; level <= Math.max(...levels.values()); level++) {
      const width = [...levels.values()].filter((each) => each === level).length;
      expect(claimed).toHaveLength(3 * width);
      claimed = (await worker.advance(claimed.map((step) => complete(step)))).claimed.steps;
    }
    for (const task of tasks) expect(await taskState(persistence, task)).toBe('complete');
  });

  it('frees steps behind fan-outs and fan-ins of a wide graph exactly once', async () => {
    const task = await startTask(persistence, await registerShape(persistence, layered(4, 12)));
    for (let layer = 0; layer < 4; layer++) {
      const claimed = await worker.claim();
      expect(claimed).toHaveLength(12);
      const { facts } = await worker.record(...claimed.map((step) => complete(step)));
      expect(facts!.freed).toBe(layer === 3 ? 0 : 12);
    }
    expect(await taskState(persistence, task)).toBe('complete');
  });

  it('hands a step what its handler needs: the context, the results of its parents, who asked and why', async () => {
    const task = await startTask(persistence, await registerShape(persistence, SHAPES.apiIntegration), {
      context: { cart: 7 },
    });
    const names = await stepNames(persistence, task);
    const roots = await worker.claim();
    expect(roots.map(({ results }) => results)).toEqual([[], []]);
    const results = { fetch_cart: { items: [1, 2] }, fetch_products: null } as Record<string, any>;
    const { claimed } = await worker.advance(roots.map((step) => complete(step, results[names.get(step.id)!])));

    const [step] = claimed.steps;
    expect(step).toMatchObject({
      taskId: task,
      attempt: 1,
      retryLimit: 3,
      from: 'pending',
      context: { cart: 7 },
      initiator: 'tests',
      sourceSystem: 'tests',
      reason: 'a test',
      tags: [],
    });
    const templates = await persistence.templates.findStepTemplates([step!.templateId]);
    expect(templates.map(({ name }) => name).sort()).toEqual(SHAPES.apiIntegration.map(({ name }) => name).sort());
    const byName = new Map(templates.map(({ id, name }) => [name, id]));
    expect(Object.fromEntries(step!.results)).toEqual({
      [byName.get('fetch_cart')!]: { items: [1, 2] },
      [byName.get('fetch_products')!]: null,
    });
  });

  it('records how it went', async () => {
    await startTask(persistence, await registerShape(persistence, single));
    const [step] = await worker.claim();
    await worker.record(complete(step!, { total: 3 }));
    expect(await stepRow(step!.id)).toMatchObject({
      state: 'complete',
      attempts: 1,
      results: { total: 3 },
      error: null,
      processed_at: expect.any(Date),
      last_attempted_at: expect.any(Date),
    });
    const history = await persistence.query('select * from __schema__.workflow_step_transitions order by id');
    expect(history).toMatchObject([
      { from_state: 'pending', to_state: 'in_progress', attempt: 1, worker_id: worker.id, duration_seconds: null },
      { from_state: 'in_progress', to_state: 'complete', attempt: 1, worker_id: worker.id, error: null },
    ]);
    expect(history[1]!.duration_seconds).toBeGreaterThan(0);
  });

  it('has a context and results of its own, whatever a handler does to those of another', async () => {
    const nodes = [
      { name: 'root', dependsOn: [] },
      ...['left', 'right'].map((name) => ({ name, dependsOn: ['root'] })),
    ];
    await startTask(persistence, await registerShape(persistence, nodes), { context: { a: [1] } });
    const [root] = await worker.claim();
    const { claimed } = await worker.advance([complete(root!, { b: [2] })]);
    const [one, other] = claimed.steps as unknown as {
      context: { a: number[] };
      results: [string, { b: number[] }][];
    }[];
    one!.context.a.push(3);
    one!.results[0]![1].b.push(4);
    expect([other!.context, other!.results[0]![1]]).toEqual([{ a: [1] }, { b: [2] }]);
  });

  it('stores text that only looks like something else', async () => {
    const odd = { text: `it's "quoted", \\ and é 😀`, nested: [null, true, 1.5, { deep: [] }] };
    await startTask(persistence, await registerShape(persistence, SHAPES.linear), { context: odd });
    const [step] = await worker.claim();
    expect(step!.context).toEqual(odd);
    const { claimed } = await worker.advance([complete(step!, odd)]);
    expect(claimed.steps[0]!.results.map(([, value]) => value)).toEqual([odd]);
  });
});

describe('a step that fails', () => {
  const startSingle = async (settings = {}): Promise<string> =>
    startTask(persistence, await registerShape(persistence, single, { steps: { only: settings } }));

  it('waits for its backoff, then runs again, and succeeds', async () => {
    const task = await startSingle();
    const [first] = await worker.claim();
    const { facts } = await worker.record(fail(first!, 30));
    expect(facts).toMatchObject({ stale: [], tasks: [], retries: [{ position: 1, runAt: expect.any(String) }] });
    expect(Date.parse(facts!.retries[0]!.runAt) - Date.now()).toBeGreaterThan(25_000);
    expect(await stepRow(first!.id)).toMatchObject({
      state: 'error',
      attempts: 1,
      backoff_request_seconds: 30,
      error: { message: 'it went wrong' },
      processed_at: null,
    });
    expect(await worker.claim()).toEqual([]);
    expect(await taskState(persistence, task)).toBe('in_progress');

    await endWaits(persistence, task);
    const [second] = await worker.claim();
    expect(second).toMatchObject({ id: first!.id, attempt: 2, from: 'error' });
    await worker.record(complete(second!));
    expect(await stepRow(first!.id)).toMatchObject({
      state: 'complete',
      attempts: 2,
      error: null,
      backoff_request_seconds: null,
    });
    expect(await taskState(persistence, task)).toBe('complete');
    expect(await transitionsOf('workflow_step', task)).toEqual([
      'pending > in_progress',
      'in_progress > error',
      'error > in_progress',
      'in_progress > complete',
    ]);
  });

  it('ends in error after as many attempts as it may have, and the task with it', async () => {
    const task = await startSingle({ retryLimit: 3 });
    for (const attempt of [1, 2, 3]) {
      await endWaits(persistence, task);
      const [step] = await worker.claim();
      expect(step!.attempt).toBe(attempt);
      const { facts } = await worker.record(fail(step!, 5));
      expect(facts!.retries).toHaveLength(attempt < 3 ? 1 : 0);
      expect(facts!.tasks).toEqual(attempt < 3 ? [] : [{ id: task, from: 'in_progress', to: 'error' }]);
    }
    await endWaits(persistence, task);
    expect(await worker.claim()).toEqual([]);
    expect(await statesOf(persistence, task)).toEqual({ only: 'error' });
    expect(await taskState(persistence, task)).toBe('error');
    const [last] = await persistence.query(
      'select reason from __schema__.task_transitions where task_id = $1 order by id desc limit 1',
      task,
    );
    expect(last!.reason).toBe('steps_in_error_state');
  });

  it.each([
    ['permanently has one attempt', {}, failForGood],
    ['and may not be retried has exactly one attempt', { retryable: false }, fail],
    ['with a limit of one has exactly one attempt', { retryLimit: 1 }, fail],
  ])('%s', async (_, settings, ending) => {
    const task = await startSingle(settings);
    const [step] = await worker.claim();
    const { facts } = await worker.record(ending(step!));
    expect(facts).toMatchObject({ retries: [], tasks: [{ id: task, from: 'in_progress', to: 'error' }] });
    await endWaits(persistence, task);
    expect(await worker.claim()).toEqual([]);
    expect(await stepRow(step!.id)).toMatchObject({ state: 'error', attempts: 1, backoff_request_seconds: null });
  });

  it.each([Infinity, 1e300, NaN, -1e9])('can be told to wait %d seconds without harm to its batch', async (seconds) => {
    await startTask(persistence, await registerShape(persistence, SHAPES.dummy));
    const [odd, other] = await worker.claim();
    const { facts } = await worker.record(fail(odd!, seconds), complete(other!));
    expect(facts).toMatchObject({ stale: [], freed: 1, retries: [{ position: 1 }] });
  });

  it('keeps what each failure said in its history, without what may be personal', async () => {
    await startSingle();
    const [step] = await worker.claim();
    const failure = { message: 'declined', code: 'DECLINED', class: 'Error', permanent: false };
    const error = { ...failure, context: { card: '4711' }, stack: 'at pay' };
    await worker.record({ ...fail(step!), error: JSON.stringify(error) });
    const [failed] = await persistence.query(
      `select error from __schema__.workflow_step_transitions where to_state = 'error'`,
    );
    expect(failed!.error).toEqual(failure);
    expect((await stepRow(step!.id)).error).toEqual(error);
  });

  it('leaves independent branches running; the task is in error only when nothing is left', async () => {
    const task = await startTask(persistence, await registerShape(persistence, SHAPES.diamond));
    const names = await stepNames(persistence, task);
    const [start] = await worker.claim();
    const { claimed } = await worker.advance([complete(start!)]);
    const left = claimed.steps.find(({ id }) => names.get(id) === 'branch_one_process')!;
    const right = claimed.steps.find(({ id }) => names.get(id) === 'branch_two_process')!;

    expect((await worker.record(failForGood(left))).facts!.tasks).toEqual([]);
    const { claimed: after, facts } = await worker.advance([complete(right)]);
    expect(facts!.tasks).toEqual([]);
    expect(after.steps.map(({ id }) => names.get(id))).toEqual(['branch_two_validate']);
    const { facts: last } = await worker.record(complete(after.steps[0]!));
    expect(last!.tasks).toEqual([{ id: task, from: 'in_progress', to: 'error' }]);
    expect(await statesOf(persistence, task)).toMatchObject({
      branch_one_process: 'error',
      branch_one_validate: 'pending',
      branch_two_validate: 'complete',
      merge_branches: 'pending',
      end_workflow: 'pending',
    });
  });

  it('does not end the task while a sibling waits for its retry', async () => {
    const task = await startTask(persistence, await registerShape(persistence, SHAPES.parallelMerge));
    const claimed = await worker.claim();
    await worker.record(failForGood(claimed[0]!), fail(claimed[1]!), ...claimed.slice(2).map((step) => complete(step)));
    await worker.record(...(await worker.claim()).map((step) => complete(step)));
    expect(await taskState(persistence, task)).toBe('in_progress');

    await endWaits(persistence, task);
    let left = await worker.claim();
    while (left.length > 0) left = (await worker.advance(left.map((step) => complete(step)))).claimed.steps;
    expect(await taskState(persistence, task)).toBe('error');
  });
});

describe('a step that is handed back unrun', () => {
  it('is as if it had never been claimed', async () => {
    const task = await startTask(persistence, await registerShape(persistence, single));
    const [step] = await worker.claim();
    const { facts } = await worker.record(release(step!));
    expect(facts).toMatchObject({ stale: [], retries: [], tasks: [] });
    expect(await stepRow(step!.id)).toMatchObject({ state: 'pending', error: null });
    expect((await worker.claim())[0]).toMatchObject({ id: step!.id, attempt: 1, from: 'pending' });
    expect(await transitionsOf('workflow_step', task)).toEqual([
      'pending > in_progress',
      'in_progress > pending',
      'pending > in_progress',
    ]);
  });

  it('keeps the attempts that it had', async () => {
    const task = await startTask(
      persistence,
      await registerShape(persistence, single, { steps: { only: { retryLimit: 2 } } }),
    );
    const [unrun] = await worker.claim();
    await worker.record(release(unrun!));
    const [first] = await worker.claim();
    expect(await worker.record(fail(first!))).toMatchObject({ facts: { retries: [{ position: 1 }] } });
    for (let times = 0; times < 3; times++) {
      await endWaits(persistence, task);
      const [again] = await worker.claim();
      expect(again!.attempt).toBe(2);
      await worker.record(release(again!));
      expect(await stepRow(first!.id)).toMatchObject({ error: { message: 'it went wrong' } });
    }
    const [last] = await worker.claim();
    await worker.record(fail(last!));
    expect(await taskState(persistence, task)).toBe('error');
  });
});

describe('an outcome that comes twice', () => {
  it('does not hand back the next attempt of the same worker', async () => {
    await startTask(persistence, await registerShape(persistence, single));
    const [step] = await worker.claim();
    await worker.record(release(step!));
    const [again] = await worker.claim();
    const { facts } = await worker.record(release(step!));
    expect(facts).toMatchObject({ stale: [1] });
    expect(await worker.record(complete(again!))).toMatchObject({ facts: { stale: [] } });
  });
});

describe('a success recorded in the transaction of its handler', () => {
  it('does not hold its task beyond the lease when the process freezes before the commit', async () => {
    const task = await startTask(persistence, await registerShape(persistence, single));
    const frozen = await HandWorker.register(persistence, 1);
    const [step] = await frozen.claim();
    const runner = persistence.dataSource.createQueryRunner();
    await runner.startTransaction();
    await persistence.workers.recordIn(runner.manager, frozen.id, step!, { results: '{}' });
    expect(await taskState(persistence, task)).toBe('in_progress');
    // Waits for the row of the task, which only the end of that transaction gives free.
    await persistence.query('select from __schema__.tasks where task_id = $1 for update', task);
    expect(await stepRow(step!.id)).toMatchObject({ state: 'in_progress' });
    await expect(runner.commitTransaction()).rejects.toThrow();
    await runner.release();
  });
});

describe('an outcome that comes too late', () => {
  const everything = () =>
    Promise.all(
      [
        'workflow_steps',
        'ready_steps',
        'tasks',
        'workflow_step_transitions',
        'task_transitions',
        'state_total_deltas',
      ].map((table) => persistence.query(`select * from __schema__.${table}`)),
    );

  it.each([
    [
      'from another worker',
      async (step: ClaimedStep) => (await HandWorker.register(persistence)).record(complete(step)),
    ],
    [
      'of an earlier attempt',
      async (step: ClaimedStep) => worker.record(complete({ ...step, attemptNumber: step.attemptNumber - 1 })),
    ],
    [
      'of an attempt that never began',
      async (step: ClaimedStep) => worker.record(complete({ ...step, attemptNumber: 9 })),
    ],
  ])('%s changes nothing and is told', async (_, record) => {
    const task = await startTask(persistence, await registerShape(persistence, SHAPES.linear));
    const [failed] = await worker.claim();
    await worker.record(fail(failed!));
    await endWaits(persistence, task);
    const [step] = await worker.claim();
    const before = await everything();
    expect((await record(step!)).facts).toMatchObject({ stale: [1], retries: [], tasks: [], freed: 0 });
    expect(await everything()).toEqual(before);
  });

  it('a second time changes nothing and is told', async () => {
    await startTask(persistence, await registerShape(persistence, SHAPES.linear));
    const [step] = await worker.claim();
    await worker.record(complete(step!, { first: true }));
    const before = await everything();
    expect((await worker.record(complete(step!, { first: false }))).facts!.stale).toEqual([1]);
    expect(await everything()).toEqual(before);
  });

  it('does not hold up the others of its batch, and each is told by its position', async () => {
    await startTask(persistence, await registerShape(persistence, SHAPES.parallelMerge));
    const [a, b, c, d] = await worker.claim();
    await worker.record(complete(a!));
    const { facts } = await worker.record(complete(b!), complete(a!), fail(c!), complete(b!), complete(d!));
    expect(facts!.stale).toHaveLength(2);
    expect(facts!.stale).toContain(2);
    expect([1, 4]).toContain(facts!.stale.find((position) => position !== 2));
    expect(facts!.retries.map(({ position }) => position)).toEqual([3]);
  });
});

describe('what an operator settled before its turn', () => {
  it.each(['skipped', 'resolved_manually', 'cancelled'])(
    'a %s step is not made ready by its parents',
    async (state) => {
      const task = await startTask(persistence, await registerShape(persistence, SHAPES.linear));
      const names = await stepNames(persistence, task);
      const second = [...names].find(([, name]) => name === 'validate_input')![0];
      await persistence.query(
        'update __schema__.workflow_steps set state = $1 where workflow_step_id = $2',
        state,
        second,
      );
      const [root] = await worker.claim();
      const { claimed, facts } = await worker.advance([complete(root!)]);
      expect(facts!.freed).toBe(0);
      expect(claimed.steps).toEqual([]);
      expect((await stepRow(second)).state).toBe(state);
    },
  );
});
