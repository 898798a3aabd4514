import { beforeEach, describe, expect, it } from '@jest/globals';
import { independent, ONE_STEP } from '../../support/factories.js';
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
  type ShapeSettings,
} from '../../support/workflow.js';

const persistence = usePersistence();
let worker: HandWorker;

beforeEach(async () => {
  await persistence.query('delete from __schema__.tasks');
  worker = await HandWorker.register(persistence);
});

type Counts = Readonly<Record<string, number>>;

const COLUMNS = [
  ...['total', 'pending', 'in_progress', 'complete', 'error', 'cancelled'].map((state) => `${state}_tasks`),
  ...['total', 'pending', 'in_progress', 'complete', 'error'].map((state) => `${state}_steps`),
  'retryable_error_steps',
  'exhausted_retry_steps',
  'in_backoff_steps',
  'active_connections',
  'max_connections',
  'resolved_manually_tasks',
  'cancelled_steps',
  'resolved_manually_steps',
  'skipped_steps',
];

async function counts(): Promise<Counts> {
  const [row] = await persistence.query('select * from __schema__.get_system_health_counts()');
  return Object.fromEntries(Object.entries(row!).map(([column, count]) => [column, Number(count)]));
}

/** What is not zero, without the connections. */
async function found(): Promise<Counts> {
  const { active_connections: _active, max_connections: _max, ...rest } = await counts();
  return Object.fromEntries(Object.entries(rest).filter(([, count]) => count !== 0));
}

async function start(nodes: Parameters<typeof registerShape>[1] = ONE_STEP, settings?: ShapeSettings): Promise<string> {
  return startTask(persistence, await registerShape(persistence, nodes, settings));
}

const act = (action: string, ...parameters: readonly unknown[]): Promise<unknown> =>
  persistence.query(`select __schema__.${action}(${parameters.map((_, n) => `$${n + 1}`).join()})`, ...parameters);

describe('the health counts', () => {
  it('are zeros without tasks', async () => {
    expect(await found()).toEqual({});
    expect(Object.keys(await counts())).toEqual(COLUMNS);
  });

  it('have a task that was only started, with all its steps', async () => {
    await start(SHAPES.diamond);
    await start(SHAPES.linear);
    expect(await found()).toEqual({ total_tasks: 2, pending_tasks: 2, total_steps: 13, pending_steps: 13 });
  });

  it('have tasks of every state, each once', async () => {
    await start();
    await worker.record(complete((await worker.claim())[0]!));
    await start();
    await worker.record(failForGood((await worker.claim())[0]!));
    const resolved = await start();
    await worker.record(failForGood((await worker.claim())[0]!));
    await act('resolve_task', resolved, 'ann', 'paid by hand');
    const cancelled = await start();
    await act('cancel_task', cancelled, 'ann', 'no longer wanted');
    await start();
    await worker.claim();
    await start();

    const all = await found();
    expect(all).toEqual({
      total_tasks: 6,
      pending_tasks: 1,
      in_progress_tasks: 1,
      complete_tasks: 1,
      error_tasks: 1,
      cancelled_tasks: 1,
      resolved_manually_tasks: 1,
      total_steps: 6,
      pending_steps: 1,
      in_progress_steps: 1,
      complete_steps: 1,
      error_steps: 2,
      exhausted_retry_steps: 2,
      cancelled_steps: 1,
    });
    expect(await found()).toEqual(all);
  });

  it('have steps that a person settled', async () => {
    const task = await start(independent('skipped', 'resolved', 'left'), { steps: { skipped: { skippable: true } } });
    await act('settle_step', task, 'skipped', 'skipped', null, 'ann', 'not needed');
    await act('settle_step', task, 'resolved', 'resolved_manually', null, 'ann', 'done by hand');
    expect(await found()).toMatchObject({
      total_steps: 3,
      pending_steps: 1,
      resolved_manually_steps: 1,
      skipped_steps: 1,
    });
  });

  it('do not grow with the attempts of a step', async () => {
    const task = await start();
    for (let attempt = 1; attempt <= 2; attempt++) {
      await worker.record(fail((await worker.claim())[0]!));
      await endWaits(persistence, task);
    }
    await worker.claim();
    const [history] = await persistence.query('select count(*)::integer from __schema__.workflow_step_transitions');
    expect(history).toEqual({ count: 5 });
    expect(await found()).toEqual({ total_tasks: 1, in_progress_tasks: 1, total_steps: 1, in_progress_steps: 1 });
  });

  it('tell failures that are tried again from those that are not, and waits that are over from those that are not', async () => {
    const task = await start(independent('waits', 'is_due', 'runs_again', 'is_wrong', 'used_up'), {
      steps: { used_up: { retryLimit: 1 } },
    });
    const names = await stepNames(persistence, task);
    const steps = await worker.claim();
    const named = (name: string) => steps.find(({ id }) => names.get(id) === name)!;
    await worker.record(fail(named('runs_again'), 0));
    await worker.claim();
    await worker.record(
      fail(named('waits'), 3_600),
      fail(named('is_due'), 0),
      failForGood(named('is_wrong')),
      fail(named('used_up'), 0),
    );
    expect(await found()).toEqual({
      total_tasks: 1,
      in_progress_tasks: 1,
      total_steps: 5,
      in_progress_steps: 1,
      error_steps: 4,
      retryable_error_steps: 2,
      exhausted_retry_steps: 2,
      in_backoff_steps: 1,
    });
  });

  it('forget tasks that were deleted', async () => {
    await start(SHAPES.tree);
    await persistence.query('delete from __schema__.tasks');
    expect(await found()).toEqual({});
  });

  it('are the same before and after the totals were folded', async () => {
    await start(SHAPES.tree);
    await worker.record(...(await worker.claim()).map((step) => complete(step)));
    const before = await found();
    await persistence.workers.foldStateTotals();
    expect(await found()).toEqual(before);
  });

  it('have this connection among the active ones, of which the server allows more', async () => {
    const { active_connections: active, max_connections: max } = await counts();
    expect(active).toBeGreaterThanOrEqual(1);
    expect(max).toBeGreaterThanOrEqual(active!);
  });

  it('are found without looking at tasks or steps', async () => {
    const plan = await persistence.query<{ 'QUERY PLAN': string }>(
      'explain select * from __schema__.get_system_health_counts()',
    );
    const text = plan.map((line) => line['QUERY PLAN']).join('\n');
    expect(text).toContain(' on state_totals');
    expect(text).not.toMatch(/ on (tasks|workflow_steps|\w+_transitions)\b/);
  });
});
