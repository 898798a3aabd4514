import { beforeEach, describe, expect, it } from '@jest/globals';
import { RECOMMENDED_ACTIONS } from '../../../lib/workflow/execution-status.js';
import { analyseGraph } from '../../../lib/workflow/graph.js';
import { connect, usePersistence } from '../../support/persistence.js';
import { layered, SHAPE_NAMES, SHAPES } from '../../support/shapes.js';
import {
  complete,
  endWaits,
  fail,
  failForGood,
  HandWorker,
  minDepthsOf,
  registerShape,
  release,
  startTask,
  stepNames,
} from '../../support/workflow.js';

const persistence = usePersistence();
let worker: HandWorker;

beforeEach(async () => {
  await persistence.query('delete from __schema__.tasks');
  worker = await HandWorker.register(persistence);
});

type Row = Record<string, any>;

const readiness = (...tasks: readonly string[]): Promise<Row[]> =>
  persistence.query('select * from __schema__.get_step_readiness_status_batch($1)', tasks);
const contexts = (...tasks: readonly string[]): Promise<Row[]> =>
  persistence.query('select * from __schema__.get_task_execution_contexts_batch($1)', tasks);
const contextOf = async (task: string): Promise<Row> => (await contexts(task))[0]!;
const oneStep = [{ name: 'only', dependsOn: [] }];

/** Rows of readiness by the names of their steps. */
async function readinessByName(task: string): Promise<Record<string, Row>> {
  return Object.fromEntries((await readiness(task)).map((row) => [row.name, row]));
}

/** A task of each shape, each left somewhere in the middle in another way. */
async function aMixture(): Promise<string[]> {
  const tasks: string[] = [];
  for (const shape of SHAPE_NAMES) {
    const namedTask = await registerShape(persistence, SHAPES[shape], {
      steps: { branch_one_process: { retryable: false }, process_critical_data: { retryLimit: 1 } },
    });
    for (let n = 0; n < 2; n++) tasks.push(await startTask(persistence, namedTask));
  }
  tasks.push(await startTask(persistence, await registerShape(persistence, [])));
  const endings = [complete, complete, fail, complete, release, complete, failForGood, complete];
  let turn = 0;
  for (let round = 0; round < 7; round++) {
    const claimed = await worker.claim({ want: 17 });
    await worker.record(...claimed.map((step) => endings[turn++ % endings.length]!(step)));
    if (round % 2) for (const task of tasks.slice(0, 6)) await endWaits(persistence, task);
  }
  for (let n = 0; n < 3; n++) tasks.push(await startTask(persistence, await registerShape(persistence, SHAPES.dummy)));
  await worker.claim({ want: 3 });
  for (const task of tasks.slice(0, 8)) await endWaits(persistence, task);
  return tasks;
}

describe('the readiness of steps', () => {
  it.each(SHAPE_NAMES)('of a fresh %s task: its roots are ready, and all else waits', async (shape) => {
    const nodes = SHAPES[shape];
    const task = await startTask(persistence, await registerShape(persistence, nodes));
    const steps = await readinessByName(task);
    for (const { name, dependsOn } of nodes) {
      expect(steps[name]).toMatchObject({
        task_id: task,
        current_state: 'pending',
        dependencies_satisfied: dependsOn.length === 0,
        retry_eligible: true,
        ready_for_execution: dependsOn.length === 0,
        last_failure_at: null,
        next_retry_at: null,
        total_parents: dependsOn.length,
        completed_parents: 0,
        attempts: 0,
        retry_limit: 3,
        backoff_request_seconds: null,
        last_attempted_at: null,
      });
    }
  });

  it('follows the parents as they finish', async () => {
    const task = await startTask(persistence, await registerShape(persistence, SHAPES.apiIntegration));
    const [cart, products] = await worker.claim();
    expect((await readinessByName(task)).fetch_cart).toMatchObject({
      current_state: 'in_progress',
      ready_for_execution: false,
      attempts: 1,
    });
    await worker.record(complete(cart!));
    expect((await readinessByName(task)).validate_products).toMatchObject({
      completed_parents: 1,
      total_parents: 2,
      dependencies_satisfied: false,
      ready_for_execution: false,
    });
    await worker.record(complete(products!));
    expect((await readinessByName(task)).validate_products).toMatchObject({
      completed_parents: 2,
      dependencies_satisfied: true,
      ready_for_execution: true,
    });
  });

  it.each(['resolved_manually', 'skipped'])('takes a parent that was %s for done', async (state) => {
    const task = await startTask(persistence, await registerShape(persistence, SHAPES.linear));
    await persistence.query(
      `update __schema__.workflow_steps s set state = $2 from __schema__.named_steps n
       where n.named_step_id = s.named_step_id and s.task_id = $1 and n.name = 'initialize_data'`,
      task,
      state,
    );
    expect((await readinessByName(task)).validate_input).toMatchObject({
      completed_parents: 1,
      dependencies_satisfied: true,
    });
  });

  it('tells one time before which a failed step waits, and when that is over', async () => {
    const task = await startTask(persistence, await registerShape(persistence, oneStep));
    const [step] = await worker.claim();
    const { facts } = await worker.record(fail(step!, 100));
    const { only: waiting } = await readinessByName(task);
    expect(waiting).toMatchObject({
      current_state: 'error',
      retry_eligible: true,
      ready_for_execution: false,
      backoff_request_seconds: 100,
      last_failure_at: expect.any(Date),
      last_attempted_at: expect.any(Date),
    });
    expect(waiting!.next_retry_at).toEqual(new Date(facts!.retries[0]!.runAt));

    await endWaits(persistence, task);
    expect((await readinessByName(task)).only).toMatchObject({ ready_for_execution: true });
  });

  it('never calls a step that failed for good ready, whatever attempts it had left', async () => {
    const task = await startTask(persistence, await registerShape(persistence, SHAPES.parallelMerge));
    const [permanent, unexplained, ...others] = await worker.claim();
    await worker.record(
      failForGood(permanent!),
      { ...failForGood(unexplained!), error: JSON.stringify({ message: 'no' }) },
      fail(others[0]!),
    );
    const failed = (await readiness(task)).filter(({ current_state }) => current_state === 'error');
    expect(failed.map(({ retry_eligible, next_retry_at }) => [retry_eligible, next_retry_at !== null])).toEqual([
      [false, false],
      [false, false],
      [true, true],
    ]);
    expect(failed.map(({ ready_for_execution }) => ready_for_execution)).toEqual([false, false, false]);
    expect(await contextOf(task)).toMatchObject({ failed_steps: '3', blocked_steps: '2' });
  });

  it('gives a step without retries its first attempt', async () => {
    const namedTask = await registerShape(persistence, oneStep, {
      steps: { only: { retryable: false, retryLimit: 1 } },
    });
    const task = await startTask(persistence, namedTask);
    expect((await readinessByName(task)).only).toMatchObject({ retry_eligible: true, ready_for_execution: true });
    const [step] = await worker.claim();
    await worker.record(fail(step!));
    expect((await readinessByName(task)).only).toMatchObject({ retry_eligible: false, ready_for_execution: false });
  });

  it('agrees always with the parents counted in waiting_on and with the rows of ready_steps', async () => {
    const tasks = await aMixture();
    const rows = await persistence.query(
      `select r.*, s.waiting_on, s.state, q.workflow_step_id is not null as queued, q.worker_id is not null as held,
         q.run_at <= now() as due
       from __schema__.get_step_readiness_status_batch($1) r
       join __schema__.workflow_steps s using (workflow_step_id)
       left join __schema__.ready_steps q using (workflow_step_id)`,
      tasks,
    );
    expect(rows.length).toBeGreaterThan(80);
    for (const row of rows) {
      expect(row.total_parents - row.completed_parents).toBe(row.waiting_on);
      expect(row.ready_for_execution).toBe(row.queued && !row.held && row.due);
      expect(row.held ?? false).toBe(row.state === 'in_progress');
    }
    const seen = new Set(rows.map(({ state, ready_for_execution }) => `${state} ${ready_for_execution}`));
    expect([...seen].sort()).toEqual(
      ['complete false', 'error false', 'error true', 'in_progress false', 'pending false', 'pending true'].sort(),
    );
  });

  it('is the same asked for many tasks, for one, and for some steps of one', async () => {
    const tasks = await aMixture();
    const batch = await readiness(...tasks);
    const singles: Row[] = [];
    for (const task of tasks) {
      singles.push(...(await persistence.query('select * from __schema__.get_step_readiness_status($1)', task)));
    }
    expect(singles).toEqual(batch);

    const wanted = [batch[0]!, batch[2]!].map(({ workflow_step_id }) => workflow_step_id);
    const some = await persistence.query(
      'select * from __schema__.get_step_readiness_status($1, $2)',
      batch[0]!.task_id,
      wanted,
    );
    expect(some).toEqual(batch.filter(({ workflow_step_id }) => wanted.includes(workflow_step_id)));
  });

  it('is ordered by task and step, each once, without tasks that do not exist', async () => {
    const namedTask = await registerShape(persistence, SHAPES.mixed);
    const [a, b] = [await startTask(persistence, namedTask), await startTask(persistence, namedTask)];
    const rows = await readiness(b, '987654321', a, b, a);
    expect(rows).toEqual([...(await readiness(a)), ...(await readiness(b))]);
    expect(rows).toHaveLength(18);
    expect(await readiness()).toEqual([]);
    expect(await readiness('987654321')).toEqual([]);
  });

  it('does not break at any number of attempts', async () => {
    const task = await startTask(persistence, await registerShape(persistence, oneStep));
    for (const attempts of [43, 44, 60, 1_000_000]) {
      await persistence.query(
        `update __schema__.workflow_steps set attempts = $2, retry_limit = 2000000, state = 'error' where task_id = $1`,
        task,
        attempts,
      );
      await persistence.query(
        `update __schema__.ready_steps set retrying = true, attempt = $2 where task_id = $1`,
        task,
        attempts,
      );
      expect((await readinessByName(task)).only).toMatchObject({ attempts, retry_eligible: true });
    }
  });

  it('does not depend on the time zone of the session', async () => {
    const task = await startTask(persistence, await registerShape(persistence, SHAPES.dummy));
    const [waiting, due] = await worker.claim();
    await worker.record(fail(waiting!, 1800), fail(due!, 0));
    const answers = [];
    for (const zone of ['UTC', 'Asia/Tokyo', 'America/New_York']) {
      const session = await connect(persistence.url);
      await session.query(`set time zone '${zone}'`);
      const { rows } = await session.query('select * from tasker.get_step_readiness_status($1)', [task]);
      await session.end();
      answers.push(rows);
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    expect(answers[0]!.filter(({ ready_for_execution }) => ready_for_execution)).toHaveLength(1);
  });
});

describe('the execution context of tasks', () => {
  const start = async (nodes: Parameters<typeof registerShape>[1], steps = {}): Promise<string> =>
    startTask(persistence, await registerShape(persistence, nodes, { steps }));

  it('of a fresh task', async () => {
    const task = await start(SHAPES.dummy);
    expect(await contextOf(task)).toEqual({
      task_id: task,
      named_task_id: expect.any(String),
      status: 'pending',
      total_steps: '4',
      pending_steps: '4',
      in_progress_steps: '0',
      completed_steps: '0',
      failed_steps: '0',
      ready_steps: '2',
      execution_status: 'has_ready_steps',
      recommended_action: 'execute_ready_steps',
      completion_percentage: '0.00',
      health_status: 'healthy',
      cancelled_steps: '0',
      blocked_steps: '0',
      next_retry_at: null,
    });
  });

  it('while a step runs, and half-way', async () => {
    const task = await start(SHAPES.linear);
    const [step] = await worker.claim();
    expect(await contextOf(task)).toMatchObject({
      status: 'in_progress',
      in_progress_steps: '1',
      execution_status: 'processing',
      recommended_action: 'wait_for_completion',
      health_status: 'healthy',
    });
    await worker.record(complete(step!));
    expect(await contextOf(task)).toMatchObject({
      completion_percentage: '16.67',
      execution_status: 'has_ready_steps',
    });
  });

  it('of a task that waits for a retry', async () => {
    const task = await start(SHAPES.linear);
    const [step] = await worker.claim();
    await worker.record(fail(step!, 60));
    expect(await contextOf(task)).toMatchObject({
      status: 'in_progress',
      failed_steps: '1',
      blocked_steps: '0',
      execution_status: 'waiting_for_retry',
      recommended_action: 'wait_for_retry',
      health_status: 'recovering',
      next_retry_at: expect.any(Date),
    });
  });

  it('names the earliest of several retries', async () => {
    const task = await start(SHAPES.dummy);
    const [a, b] = await worker.claim();
    const { facts } = await worker.record(fail(a!, 60), fail(b!, 30));
    const earliest = facts!.retries.find(({ position }) => position === 2)!;
    expect((await contextOf(task)).next_retry_at).toEqual(new Date(earliest.runAt));
  });

  it('of a task with a failure for good beside a branch that goes on, and in the end', async () => {
    const task = await start(SHAPES.dummy);
    const [a, b] = await worker.claim();
    await worker.record(failForGood(a!));
    expect(await contextOf(task)).toMatchObject({
      blocked_steps: '1',
      execution_status: 'processing',
      health_status: 'recovering',
    });
    await worker.record(fail(b!, 60));
    expect(await contextOf(task)).toMatchObject({ execution_status: 'waiting_for_retry', health_status: 'recovering' });
    await endWaits(persistence, task);
    expect(await contextOf(task)).toMatchObject({ execution_status: 'has_ready_steps', health_status: 'recovering' });
    await worker.record(failForGood((await worker.claim())[0]!));
    expect(await contextOf(task)).toMatchObject({
      status: 'error',
      failed_steps: '2',
      blocked_steps: '2',
      execution_status: 'blocked_by_failures',
      recommended_action: 'handle_failures',
      health_status: 'blocked',
      next_retry_at: null,
    });
  });

  it('counts a step that may not be retried as blocked', async () => {
    const task = await start(SHAPES.linear, { initialize_data: { retryable: false } });
    await worker.record(fail((await worker.claim())[0]!));
    expect(await contextOf(task)).toMatchObject({ status: 'error', execution_status: 'blocked_by_failures' });
  });

  it('of a finished task, and of one that never had a step', async () => {
    const done = await start(oneStep);
    await worker.record(complete((await worker.claim())[0]!));
    const empty = await start([]);
    const finished = {
      status: 'complete',
      execution_status: 'all_complete',
      recommended_action: 'finalize_task',
      health_status: 'healthy',
    };
    expect(await contextOf(done)).toMatchObject({ ...finished, total_steps: '1', completion_percentage: '100.00' });
    expect(await contextOf(empty)).toMatchObject({ ...finished, total_steps: '0' });
    expect(Number((await contextOf(empty)).completion_percentage)).toBe(100);
  });

  it.each([
    ['cancelled', 'all_complete'],
    ['resolved_manually', 'all_complete'],
    ['error', 'blocked_by_failures'],
  ])('never says that a task in %s waits for something', async (state, status) => {
    const task = await start(SHAPES.linear);
    await persistence.query('update __schema__.tasks set state = $2 where task_id = $1', task, state);
    await persistence.query(`update __schema__.workflow_steps set state = 'cancelled' where task_id = $1`, task);
    await persistence.query('delete from __schema__.ready_steps');
    expect(await contextOf(task)).toMatchObject({ execution_status: status, cancelled_steps: '6' });
  });

  it('agrees with the readiness of the steps', async () => {
    const tasks = await aMixture();
    const counted = await persistence.query(
      `select t.task_id, count(*) filter (where r.ready_for_execution) as ready_steps,
         count(*) filter (where r.current_state = 'error' and not r.retry_eligible) as blocked_steps,
         min(r.next_retry_at) as next_retry_at
       from unnest($1::bigint[]) t (task_id)
       left join __schema__.get_step_readiness_status_batch($1) r on r.task_id = t.task_id
       group by t.task_id order by t.task_id`,
      tasks,
    );
    const said = await contexts(...tasks);
    expect(
      said.map(({ task_id, ready_steps, blocked_steps, next_retry_at }) => ({
        task_id,
        ready_steps,
        blocked_steps,
        next_retry_at,
      })),
    ).toEqual(counted);
    expect(said.some(({ ready_steps }) => ready_steps !== '0')).toBe(true);
    expect(said.some(({ blocked_steps }) => blocked_steps !== '0')).toBe(true);
  });

  it('is the same asked for many tasks and for one, and its counts add up', async () => {
    const tasks = await aMixture();
    const batch = await contexts(...tasks);
    expect(batch.map(({ task_id }) => task_id)).toEqual(tasks);
    for (const row of batch) {
      expect(await persistence.query('select * from __schema__.get_task_execution_context($1)', row.task_id)).toEqual([
        row,
      ]);
      const parts = ['pending', 'in_progress', 'completed', 'failed', 'cancelled'].map((part) =>
        Number(row[`${part}_steps`]),
      );
      expect(parts.reduce((sum, part) => sum + part, 0)).toBe(Number(row.total_steps));
      const actions: Readonly<Record<string, string>> = RECOMMENDED_ACTIONS;
      expect(row.recommended_action).toBe(actions[row.execution_status as string]);
      if (row.status === 'complete') expect(row.execution_status).toBe('all_complete');
      if (row.status === 'error') expect(row.execution_status).toBe('blocked_by_failures');
      if (row.status === 'in_progress') {
        expect(['has_ready_steps', 'processing', 'waiting_for_retry']).toContain(row.execution_status);
      }
    }
    expect([...new Set(batch.map(({ status }) => status))]).toEqual(
      expect.arrayContaining(['complete', 'error', 'in_progress', 'pending']),
    );
  });

  it('has each task once, in order, and none that does not exist', async () => {
    const namedTask = await registerShape(persistence, SHAPES.tree);
    const [a, b] = [await startTask(persistence, namedTask), await startTask(persistence, namedTask)];
    expect((await contexts(b, a, b, '987654321')).map(({ task_id }) => task_id)).toEqual([a, b]);
    expect(await contexts()).toEqual([]);
    expect(await persistence.query('select * from __schema__.get_task_execution_context(987654321)')).toEqual([]);
  });
});

describe('the levels of steps', () => {
  const levelsOf = async (task: string): Promise<[string, number][]> => {
    const names = await stepNames(persistence, task);
    const rows = await persistence.query('select * from __schema__.calculate_dependency_levels($1)', task);
    return rows.map(({ workflow_step_id: id, dependency_level: level }) => [names.get(id)!, level]);
  };

  it.each([
    ...SHAPE_NAMES.map((shape) => [shape, SHAPES[shape]] as const),
    ['50 layers of 5', layered(50, 5)] as const,
    [
      'short cuts',
      [
        { name: 'a', dependsOn: [] },
        { name: 'b', dependsOn: ['a'] },
        { name: 'c', dependsOn: ['a', 'b'] },
        { name: 'd', dependsOn: ['a', 'c'] },
        { name: 'e', dependsOn: [] },
        { name: 'f', dependsOn: ['e', 'd', 'a'] },
      ],
    ] as const,
  ])('are the longest paths from a root: %s', async (_, nodes) => {
    const task = await startTask(persistence, await registerShape(persistence, nodes));
    const levels = await levelsOf(task);
    expect(Object.fromEntries(levels)).toEqual(Object.fromEntries(analyseGraph(nodes).levels));
    expect(levels.map(([, level]) => level)).toEqual(levels.map(([, level]) => level).sort((a, b) => a - b));
  });

  it('are none for a task without steps or that does not exist', async () => {
    expect(await levelsOf(await startTask(persistence, await registerShape(persistence, [])))).toEqual([]);
    expect(await levelsOf('987654321')).toEqual([]);
  });
});

describe('a step', () => {
  it('is found by its name before another by its id', async () => {
    const pair = ['a', 'b'].map((name) => ({ name, dependsOn: [] }));
    const task = await startTask(persistence, await registerShape(persistence, pair, { namespace: 'found' }));
    const [[a], [b]] = [...(await stepNames(persistence, task))] as [[string, string], [string, string]];
    await persistence.query(
      `update __schema__.named_steps n set name = $1 from __schema__.workflow_steps s
       where s.workflow_step_id = $2 and n.named_step_id = s.named_step_id`,
      a,
      b,
    );
    expect(await persistence.query('select __schema__.find_step($1, $2) as id', task, a)).toEqual([{ id: b }]);
  });
});

describe('the relationships of steps', () => {
  it.each(SHAPE_NAMES)('of the %s shape', async (shape) => {
    const nodes = SHAPES[shape];
    const task = await startTask(persistence, await registerShape(persistence, nodes));
    const names = await stepNames(persistence, task);
    const depths = minDepthsOf(nodes);
    const rows = await persistence.query('select * from __schema__.step_dag_relationships where task_id = $1', task);
    expect(rows).toHaveLength(nodes.length);
    for (const row of rows) {
      const name = names.get(row.workflow_step_id)!;
      const children = nodes.filter(({ dependsOn }) => dependsOn.includes(name));
      const { dependsOn } = nodes.find((node) => node.name === name)!;
      const named = (ids: readonly number[]): (string | undefined)[] => ids.map((id) => names.get(String(id))).sort();
      expect(named(row.parent_step_ids)).toEqual([...dependsOn].sort());
      expect(named(row.child_step_ids)).toEqual(children.map((child) => child.name).sort());
      expect(row).toMatchObject({
        parent_count: String(dependsOn.length),
        child_count: String(children.length),
        is_root_step: dependsOn.length === 0,
        is_leaf_step: children.length === 0,
        min_depth_from_root: depths.get(name),
      });
    }
  });
});
