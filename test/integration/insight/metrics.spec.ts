import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { ONE_STEP } from '../../support/factories.js';
import { connect, usePersistence } from '../../support/persistence.js';
import { complete, endWaits, fail, failForGood, HandWorker, registerShape, startTask } from '../../support/workflow.js';
import { ago, backdateTask, lengthenAttempt } from './backdating.support.js';

let session: pg.Client;
afterAll(() => session.end()); // said before the database is dropped, as such hooks run in the order they are said

const persistence = usePersistence();
let worker: HandWorker;
let namedTask: string;

beforeAll(async () => {
  session = await connect(persistence.url);
  namedTask = await registerShape(persistence, ONE_STEP, { namespace: 'sales', name: 'order' });
  await registerShape(persistence, ONE_STEP, { namespace: 'sales', name: 'order', version: '1.1.0' });
  await registerShape(persistence, ONE_STEP, { namespace: 'stock', name: 'order' });
  await registerShape(persistence, ONE_STEP, { namespace: 'stock', name: 'count' });
});
beforeEach(async () => {
  await persistence.query('delete from __schema__.tasks');
  worker = await HandWorker.register(persistence);
});

const MINUTES = 60;
const HOURS = 60 * MINUTES;

async function metrics(since?: Date): Promise<Record<string, unknown>> {
  const [row] = await persistence.query('select * from __schema__.get_analytics_metrics($1)', since ?? null);
  return row!;
}

interface Past {
  readonly created: number;
  readonly ended: number;
  readonly stepSeconds: number;
}

/** A task that was completed; all in seconds before now, but how long its step ran. */
async function completed({ created, ended, stepSeconds }: Past): Promise<string> {
  const task = await startTask(persistence, namedTask);
  const [step] = await worker.claim();
  await worker.record(complete(step!));
  await backdateTask(persistence, task, { created: ago(created), ended: ago(ended) });
  await lengthenAttempt(persistence, step!.id, 'complete', { seconds: stepSeconds, ended: ago(ended) });
  return task;
}

async function failed(created: number, ended: number): Promise<void> {
  const task = await startTask(persistence, namedTask);
  await worker.record(failForGood((await worker.claim())[0]!));
  await backdateTask(persistence, task, { created: ago(created), ended: ago(ended) });
}

describe('the metrics', () => {
  it('are zeros without tasks, and nothing is wrong then', async () => {
    expect(await metrics()).toEqual({
      active_tasks_count: '0',
      total_namespaces_count: '3',
      unique_task_types_count: '2',
      system_health_score: '1.000',
      task_throughput: '0',
      completion_count: '0',
      error_count: '0',
      completion_rate: '0',
      error_rate: '0',
      avg_task_duration: '0',
      avg_step_duration: '0',
      step_throughput: '0',
      analysis_period_start: expect.any(Date),
      calculated_at: expect.any(Date),
    });
  });

  describe('of tasks with known times', () => {
    beforeEach(async () => {
      await completed({ created: 30 * MINUTES, ended: 20 * MINUTES, stepSeconds: 4 });
      await completed({ created: 50 * MINUTES, ended: 30 * MINUTES, stepSeconds: 2.5 });
      await failed(40 * MINUTES, 10 * MINUTES);
      await completed({ created: 3 * HOURS, ended: 2 * HOURS, stepSeconds: 100 });
      await startTask(persistence, namedTask);
      await worker.claim();
      await startTask(persistence, namedTask);
    });

    it('are those of the last hour', async () => {
      expect(await metrics()).toMatchObject({
        active_tasks_count: '1',
        system_health_score: '0.800', // 1 - 1 / 5
        task_throughput: '5',
        completion_count: '2',
        error_count: '1',
        completion_rate: '40.00',
        error_rate: '20.00',
        avg_task_duration: '900.000', // (10 + 20) minutes / 2
        avg_step_duration: '3.250', // (4 + 2.5) / 2
        step_throughput: '2',
      });
    });

    it('are those since another instant', async () => {
      expect(await metrics(ago(4 * HOURS))).toMatchObject({
        system_health_score: '0.833', // 1 - 1 / 6
        task_throughput: '6',
        completion_count: '3',
        completion_rate: '50.00',
        error_rate: '16.67',
        avg_task_duration: '1800.000', // (10 + 20 + 60) minutes / 3
        avg_step_duration: '35.500', // (4 + 2.5 + 100) / 3
        step_throughput: '3',
      });
      expect(await metrics(ago(25 * MINUTES))).toMatchObject({
        task_throughput: '2',
        completion_count: '1',
        error_count: '1',
        completion_rate: '50.00',
        avg_task_duration: '600.000',
        avg_step_duration: '4.000',
      });
    });

    it('say which period they are of', async () => {
      const hour = await metrics();
      expect(Number(hour.calculated_at) - Number(hour.analysis_period_start)).toBe(HOURS * 1_000);
      expect((await metrics(ago(4 * HOURS))).analysis_period_start).toEqual(ago(4 * HOURS));
    });
  });

  it('count what happened at the very first instant of the period', async () => {
    const first = { created: HOURS, ended: HOURS - 5, stepSeconds: 5 };
    const task = await completed(first);
    const instant = new Date(Date.now() - MINUTES * 1_000);
    for (const table of ['task_transitions', 'workflow_step_transitions']) {
      await persistence.query(
        `update __schema__.${table} set created_at = $2::timestamptz where task_id = $1 and to_state = 'complete'`,
        task,
        instant,
      );
    }
    expect(await metrics(instant)).toMatchObject({ completion_count: '1', avg_step_duration: '5.000' });
  });

  it('count a task that ended in the period and began before it, whatever that makes of the rates', async () => {
    await completed({ created: 3 * HOURS, ended: 10 * MINUTES, stepSeconds: 1 });
    await failed(3 * HOURS, 10 * MINUTES);
    expect(await metrics()).toMatchObject({
      task_throughput: '0',
      completion_count: '1',
      completion_rate: '0',
      error_rate: '0',
      system_health_score: '0',
    });
    await completed({ created: 20 * MINUTES, ended: 10 * MINUTES, stepSeconds: 1 });
    expect(await metrics()).toMatchObject({ completion_rate: '200.00', error_rate: '100.00' });
  });

  it('count a task once that failed twice and completed in the end', async () => {
    const task = await startTask(persistence, namedTask);
    for (let round = 1; round <= 2; round++) {
      await worker.record(failForGood((await worker.claim())[0]!));
      await persistence.query(`select __schema__.retry_steps($1, null, 1, false, 'ann', 'again')`, task);
    }
    await worker.record(complete((await worker.claim())[0]!));
    expect(await metrics()).toMatchObject({ task_throughput: '1', completion_count: '1', error_count: '1' });
  });

  it('leave failed attempts and waits out of the time of a step', async () => {
    const task = await startTask(persistence, namedTask);
    const [step] = await worker.claim();
    await worker.record(fail(step!));
    await lengthenAttempt(persistence, step!.id, 'error', { seconds: 500, ended: ago(5 * MINUTES) });
    await endWaits(persistence, task);
    await worker.record(complete((await worker.claim())[0]!));
    await lengthenAttempt(persistence, step!.id, 'complete', { seconds: 2, ended: ago(1 * MINUTES) });
    expect(await metrics()).toMatchObject({ avg_step_duration: '2.000', step_throughput: '1' });
  });

  it('have a task take from its creation to its completion', async () => {
    const task = await startTask(persistence, namedTask);
    await worker.record(complete((await worker.claim())[0]!));
    const [row] = await persistence.query(
      `select h.duration_seconds = extract(epoch from t.completed_at - t.created_at)::float8 as is_so
       from __schema__.task_transitions h join __schema__.tasks t using (task_id)
       where h.task_id = $1 and h.to_state = 'complete'`,
      task,
    );
    expect(row).toEqual({ is_so: true });
  });

  it('are found by the time of what happened, without reading a table in whole', async () => {
    const before = await timesRead();
    await session.query(`select * from tasker.get_analytics_metrics(now() - interval '1 day')`);
    await session.query('select pg_stat_force_next_flush()');
    await session.query('select 1'); // what was asked for is done at the end of the next statement at the latest
    expect(await timesRead()).toEqual(before.map(({ name, whole, byTime }) => ({ name, whole, byTime: byTime + 1 })));
  });
});

/** How often the large tables were read in whole, and by the index over their times. */
async function timesRead(): Promise<{ name: string; whole: number; byTime: number }[]> {
  const { rows } = await session.query<{ name: string; whole: number; byTime: number }>(
    `select t.relname as name, t.seq_scan::integer as whole, i.idx_scan::integer as "byTime"
     from pg_stat_user_tables t
     join pg_stat_user_indexes i on i.relid = t.relid and i.indexrelname = t.relname || '_created'
     where t.schemaname = 'tasker' order by 1`,
  );
  return rows;
}
