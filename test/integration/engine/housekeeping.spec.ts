import { describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.js';
import { aTemplate, ONE_STEP } from '../../support/factories.js';
import { useLab } from '../../support/lab.js';
import { aScript } from '../../support/script.js';
import { keptTotals } from '../../support/totals.js';

const lab = useLab();
const anything = aTemplate(ONE_STEP);

/** Leaves rows in the hot table that are gone, as finished steps do, and lets PostgreSQL know at once. */
async function leaveDeadRows(count: number): Promise<void> {
  const client = await lab.connect();
  await client.query('alter table tasker.ready_steps set (autovacuum_enabled = off)'); // which might be faster
  await client.query(
    `insert into tasker.ready_steps (workflow_step_id, task_id, task_namespace_id, step_template_id, lane_id, priority, run_at)
     select -n, -n, 1, 1, 1, 0, now() from generate_series(1, $1::integer) n`,
    [count],
  );
  await client.query('delete from tasker.ready_steps');
  await client.query('select pg_stat_force_next_flush()');
  await client.query('select 1'); // what was asked for is done at the end of the next statement at the latest
  await client.end();
}

async function readyStepsStatistics(): Promise<{ vacuums: number; dead: number }> {
  const [row] = await lab.query<{ vacuums: number; dead: number }>(
    `select vacuum_count::integer as vacuums, n_dead_tup::integer as dead from pg_stat_user_tables
     where schemaname = '__schema__' and relname = 'ready_steps'`,
  );
  return row!;
}

describe('a heartbeat', () => {
  it('clears the queue of what finished steps left there, once that is much', async () => {
    const { kit } = await lab.open({ templates: [] });
    const before = await readyStepsStatistics();
    await leaveDeadRows(100);
    await kit.beat();
    expect(await readyStepsStatistics()).toMatchObject({ vacuums: before.vacuums });

    await leaveDeadRows(6_000);
    await kit.beat();
    expect(await readyStepsStatistics()).toEqual({ vacuums: before.vacuums + 1, dead: 0 });
  });
});

describe('a worker', () => {
  it('adds up the state totals by itself', async () => {
    const { tasks } = await lab.open({
      templates: [anything],
      handlers: aScript().handlers,
      worker: { enabled: true },
    });
    await tasks.start(anything.request);
    await eventually(async () => {
      expect(await keptTotals(lab.persistence)).toContainEqual(
        expect.objectContaining({ kind: 'task', state: 'complete' }),
      );
      expect(await lab.query('select * from tasker.state_total_deltas')).toEqual([]);
    });
  });
});
