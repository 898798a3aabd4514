import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { aChain, independent, ONE_STEP } from '../../support/factories.js';
import { usePersistence } from '../../support/persistence.js';
import { SHAPES } from '../../support/shapes.js';
import {
  complete,
  endWaits,
  fail,
  failForGood,
  HandWorker,
  registerShape,
  startTask,
  stepNames,
} from '../../support/workflow.js';
import { ago, backdateTask, lengthenAttempt } from './backdating.support.js';

const persistence = usePersistence();
let worker: HandWorker;
let order: string;

beforeAll(async () => {
  order = await registerShape(persistence, ONE_STEP, { namespace: 'sales', name: 'order' });
});
beforeEach(async () => {
  await persistence.query('delete from __schema__.tasks');
  worker = await HandWorker.register(persistence);
});

const HOURS = 3_600;

type Row = Record<string, any>;
type Slowest = 'get_slowest_tasks' | 'get_slowest_steps';

/** Asked with arguments by their names. */
function ask(slowest: Slowest, given: Readonly<Record<string, unknown>> = {}): Promise<Row[]> {
  const names = Object.keys(given).map((name, n) => `${name} => $${n + 1}`);
  return persistence.query(`select * from __schema__.${slowest}(${names.join()})`, ...Object.values(given));
}

/** A task of one step that ran for this long and is complete. */
async function completed(seconds: number, { namedTask = order, created = HOURS } = {}): Promise<string> {
  const task = await startTask(persistence, namedTask);
  const [step] = await worker.claim();
  await worker.record(complete(step!));
  const ended = ago(created - seconds);
  await backdateTask(persistence, task, { created: ago(created), ended });
  await lengthenAttempt(persistence, step!.id, 'complete', { seconds, ended });
  return task;
}

describe.each<Slowest>(['get_slowest_tasks', 'get_slowest_steps'])('%s', (slowest) => {
  it('lists nothing without tasks', async () => {
    expect(await ask(slowest)).toEqual([]);
  });

  it('has the longest first', async () => {
    for (const seconds of [20, 300.25, 1, 40]) await completed(seconds);
    const durations = (await ask(slowest)).map((row) => row.duration_seconds);
    expect(durations).toEqual(['300.250', '40.000', '20.000', '1.000']);
  });

  it('lists ten, or as many as asked for, and at least one', async () => {
    for (let seconds = 1; seconds <= 12; seconds++) await completed(seconds);
    const all = Array.from({ length: 12 }, (_, n) => 12 - n);
    const durations = (rows: readonly Row[]) => rows.map((row) => Number(row.duration_seconds));
    const listed = async (limit: number | null) => durations(await ask(slowest, { limit_count: limit }));
    expect(durations(await ask(slowest))).toEqual(all.slice(0, 10));
    expect(await listed(null)).toEqual(all.slice(0, 10));
    expect([await listed(3), await listed(100)]).toEqual([all.slice(0, 3), all]);
    expect([await listed(0), await listed(-5)]).toEqual([[12], [12]]);
  });

  it('has tasks of the last day, or since another instant', async () => {
    const [old, recent] = [await completed(9, { created: 25 * HOURS }), await completed(1, { created: 23 * HOURS })];
    const tasks = async (since: Date | null): Promise<string[]> =>
      (await ask(slowest, { since_timestamp: since })).map((row) => row.task_id);
    expect(await tasks(null)).toEqual([recent]);
    expect(await tasks(ago(26 * HOURS))).toEqual([old, recent]);
    expect(await tasks(ago(22 * HOURS))).toEqual([]);
  });

  it('has only what the filters name exactly', async () => {
    const newer = await registerShape(persistence, ONE_STEP, { namespace: 'sales', name: 'order', version: '1.1.0' });
    const stock = await registerShape(persistence, ONE_STEP, { namespace: 'stock', name: 'order' });
    const refund = await registerShape(persistence, ONE_STEP, { namespace: 'sales', name: 'refund' });
    const a = await completed(4);
    const b = await completed(3, { namedTask: newer });
    const c = await completed(2, { namedTask: stock });
    const d = await completed(1, { namedTask: refund });
    const tasks = async (filters: Row): Promise<string[]> => (await ask(slowest, filters)).map((row) => row.task_id);
    expect(await tasks({})).toEqual([a, b, c, d]);
    expect(await tasks({ namespace_filter: 'sales' })).toEqual([a, b, d]);
    expect(await tasks({ task_name_filter: 'order' })).toEqual([a, b, c]);
    expect(await tasks({ version_filter: '1.0.0' })).toEqual([a, c, d]);
    const exact = { namespace_filter: 'sales', task_name_filter: 'order', version_filter: '1.1.0' };
    expect(await tasks(exact)).toEqual([b]);
    expect(await tasks({ namespace_filter: 'sale' })).toEqual([]);
  });
});

describe('the slowest tasks', () => {
  it('tell all about a task that is complete', async () => {
    const task = await completed(90.5);
    expect(await ask('get_slowest_tasks')).toEqual([
      {
        task_id: task,
        task_name: 'order',
        namespace_name: 'sales',
        version: '1.0.0',
        duration_seconds: '90.500',
        step_count: '1',
        completed_steps: '1',
        error_steps: '0',
        created_at: ago(HOURS),
        completed_at: ago(HOURS - 90.5),
        initiator: 'tests',
        source_system: 'tests',
      },
    ]);
  });

  it('measure a task in progress until now, and one that failed or was resolved until then', async () => {
    const failed = await startTask(persistence, order);
    const resolved = await startTask(persistence, order);
    await worker.record(...(await worker.claim()).map((step) => failForGood(step)));
    await persistence.query(`select __schema__.resolve_task($1, 'ann', 'done by hand')`, resolved);
    const running = await startTask(persistence, order);
    await worker.claim();
    await backdateTask(persistence, failed, { created: ago(500), ended: ago(400) });
    await backdateTask(persistence, resolved, { created: ago(500), ended: ago(300) });
    await backdateTask(persistence, running, { created: ago(500) });

    const rows = await ask('get_slowest_tasks');
    expect(rows).toEqual([
      expect.objectContaining({ task_id: running, completed_at: null }),
      expect.objectContaining({ task_id: resolved, completed_at: ago(300), duration_seconds: '200.000' }),
      expect.objectContaining({ task_id: failed, completed_at: ago(400), duration_seconds: '100.000' }),
    ]);
    expect(Number(rows[0]!.duration_seconds)).toBeGreaterThanOrEqual(500);
    expect(Number(rows[0]!.duration_seconds)).toBeLessThan(500 + HOURS);
  });

  it('leave out tasks that wait for their turn or were cancelled', async () => {
    await startTask(persistence, order);
    const cancelled = await startTask(persistence, order);
    await persistence.query(`select __schema__.cancel_task($1, 'ann', 'no longer wanted')`, cancelled);
    expect(await ask('get_slowest_tasks')).toEqual([]);
  });

  it('count a step once, however often it was tried', async () => {
    const task = await startTask(persistence, await registerShape(persistence, SHAPES.dummy));
    const names = await stepNames(persistence, task);
    const [first, second] = await worker.claim();
    await worker.record(fail(first!), complete(second!));
    await endWaits(persistence, task);
    const again = (await worker.claim()).find(({ id }) => id === first!.id);
    await worker.record(fail(again!));
    await endWaits(persistence, task);
    await worker.claim();
    const [history] = await persistence.query(
      'select count(*)::integer from __schema__.workflow_step_transitions where workflow_step_id = $1',
      first!.id,
    );
    expect([names.get(first!.id), history]).toEqual(['step-one', { count: 5 }]);
    expect(await ask('get_slowest_tasks')).toMatchObject([{ step_count: '4', completed_steps: '1', error_steps: '0' }]);
  });

  it('tell how many steps are done, and how many are in error', async () => {
    const namedTask = await registerShape(persistence, independent('a', 'b', 'c', 'd', 'e'), {
      steps: { e: { skippable: true } },
    });
    const task = await startTask(persistence, namedTask);
    await persistence.query(`select __schema__.settle_step($1, 'e', 'skipped', null, 'ann', 'not needed')`, task);
    const [a, b, c, d] = await worker.claim();
    await worker.record(complete(a!), failForGood(b!), fail(c!), failForGood(d!));
    await persistence.query(`select __schema__.settle_step($1, 'd', 'resolved_manually', null, 'ann', null)`, task);
    expect(await ask('get_slowest_tasks')).toMatchObject([{ step_count: '5', completed_steps: '3', error_steps: '2' }]);
  });
});

describe('the slowest steps', () => {
  it('tell all about a step that is complete', async () => {
    const task = await completed(90.5);
    expect(await ask('get_slowest_steps')).toEqual([
      {
        workflow_step_id: [...(await stepNames(persistence, task)).keys()][0],
        task_id: task,
        step_name: 'only',
        task_name: 'order',
        namespace_name: 'sales',
        version: '1.0.0',
        duration_seconds: '90.500',
        attempts: 1,
        created_at: ago(HOURS),
        completed_at: ago(HOURS - 90.5),
        retryable: true,
        step_status: 'complete',
      },
    ]);
  });

  it('take neither the wait for its turn nor a failed attempt for time that a step ran', async () => {
    const task = await startTask(persistence, await registerShape(persistence, aChain('first', 'second')));
    const [first] = await worker.claim();
    await worker.record(fail(first!));
    await lengthenAttempt(persistence, first!.id, 'error', { seconds: 500, ended: ago(60) });
    await endWaits(persistence, task);
    await worker.record(complete((await worker.claim())[0]!));
    await lengthenAttempt(persistence, first!.id, 'complete', { seconds: 3, ended: ago(60) });
    const [second] = await worker.claim();
    await worker.record(complete(second!));
    await lengthenAttempt(persistence, second!.id, 'complete', { seconds: 7, ended: ago(0) });
    expect(await ask('get_slowest_steps')).toMatchObject([
      { step_name: 'second', duration_seconds: '7.000', attempts: 1 },
      { step_name: 'first', duration_seconds: '3.000', attempts: 2 },
    ]);
  });

  it('have a step that a person resolved with the attempt that failed, unless there was none', async () => {
    const task = await startTask(persistence, await registerShape(persistence, independent('tried', 'untried')));
    const names = await stepNames(persistence, task);
    const [untried] = [...names].find(([, name]) => name === 'untried')!;
    await persistence.query(
      `select __schema__.settle_step($1, $2, 'resolved_manually', null, 'ann', null)`,
      task,
      untried,
    );
    const [tried] = await worker.claim();
    await worker.record(failForGood(tried!));
    await lengthenAttempt(persistence, tried!.id, 'error', { seconds: 12, ended: ago(60) });
    await persistence.query(`select __schema__.settle_step($1, 'tried', 'resolved_manually', null, 'ann', null)`, task);
    expect(await ask('get_slowest_steps')).toMatchObject([
      {
        step_name: 'tried',
        duration_seconds: '12.000',
        step_status: 'resolved_manually',
        completed_at: expect.any(Date),
      },
    ]);
  });

  it('have a step that a person resolved once, with its last attempt, however often it had failed', async () => {
    const task = await startTask(persistence, order);
    const [first] = await worker.claim();
    await worker.record(fail(first!));
    await lengthenAttempt(persistence, first!.id, 'error', { seconds: 40, ended: ago(90) });
    await endWaits(persistence, task);
    const [second] = await worker.claim();
    await worker.record(failForGood(second!));
    await persistence.query(`select __schema__.settle_step($1, 'only', 'resolved_manually', null, 'ann', null)`, task);
    const rows = await ask('get_slowest_steps');
    expect(rows).toMatchObject([{ task_id: task, step_status: 'resolved_manually' }]);
    expect(Number(rows[0]!.duration_seconds)).toBeLessThan(40);
  });

  it('leave out steps that run, failed or were cancelled', async () => {
    const task = await startTask(persistence, await registerShape(persistence, independent('a', 'b', 'c')));
    const [, b] = await worker.claim();
    await worker.record(failForGood(b!));
    await persistence.query(`select __schema__.cancel_step($1, 'c', 'ann', null)`, task);
    expect(await ask('get_slowest_steps')).toEqual([]);
  });
});
