import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { EventBus } from 'nestjs-tasker';
import { WorkerMaintenance } from '../../../lib/engine/steps/worker.maintenance.js';
import { WorkerIdentity } from '../../../lib/engine/steps/worker.identity.js';
import { WorkerHealth } from '../../../lib/engine/steps/worker.health.js';
import { eventually } from '../../support/eventually.js';
import { aTemplate, ONE_STEP } from '../../support/factories.js';
import { COMMITTED_EVENTS } from '../../support/heard.events.js';
import type { Host } from '../../support/host.js';
import { useLab } from '../../support/lab.js';
import { aScript } from '../../support/script.js';
import { keptTotals } from '../../support/totals.js';
import { lockWaited } from '../../support/waiting.js';
import { HandWorker, statesOf } from '../../support/workflow.js';

const lab = useLab();
const anything = aTemplate(ONE_STEP);
afterEach(async () => {
  jest.restoreAllMocks();
  await forgetBeats();
});

/** What the database does whenever a worker renews its lease. */
async function onBeat(statement: string): Promise<void> {
  await lab.query(
    `create function __schema__.on_beat() returns trigger language plpgsql as $$ begin ${statement}; return new; end $$`,
  );
  await lab.query(
    `create trigger on_beat before update of last_heartbeat_at on __schema__.workers
     for each row execute function __schema__.on_beat()`,
  );
}

const forgetBeats = () => lab.query('drop function if exists __schema__.on_beat cascade');

/** A task whose step is held by a worker whose lease has run out. */
async function aLostStep({ tasks }: Host): Promise<{ readonly id: string; readonly lost: HandWorker }> {
  const { id } = await tasks.start(anything.request);
  const lost = await HandWorker.register(lab.persistence, 0.001);
  expect(await lost.claim()).toHaveLength(1);
  return { id, lost };
}

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

  it('tells those who listen of lost workers and their steps', async () => {
    const host = await lab.open({ templates: [anything] });
    const { id, lost } = await aLostStep(host);
    const told: unknown[] = [];
    host.get(EventBus).on(COMMITTED_EVENTS, (payload, name) => told.push({ event: name, ...payload }));
    await host.kit.beat();
    expect(told).toMatchObject([
      { event: 'worker.lost', workerId: lost.id },
      { event: 'step.failed', taskId: id, step: 'only', error: { code: 'WORKER_LOST' } },
    ]);
  });

  it('that cannot renew the lease takes back the steps of lost workers all the same, and says what failed', async () => {
    const host = await lab.open({ templates: [anything] });
    const { id } = await aLostStep(host);
    await host.get(WorkerIdentity).get();
    await onBeat(`raise 'no lease for you'`);
    await expect(host.kit.beat()).rejects.toThrow('no lease for you');
    expect(await statesOf(lab.persistence, id)).toEqual({ only: 'error' });
  });

  it('searches a queue seldom where a search takes long', async () => {
    const host = await lab.open({ templates: [anything] });
    const maintenance = host.get(WorkerMaintenance);
    const workerId = await host.get(WorkerIdentity).get();
    const holder = await lab.connect();
    await holder.query('begin; lock table tasker.ready_steps');
    const search = maintenance.checkOnce();
    await lockWaited(holder, 'return_unknown_claims');
    const began = performance.now();
    await eventually(() => expect(performance.now() - began).toBeGreaterThan(200)); // so there is none for 20 s
    await holder.query('commit');
    await search;

    const { id } = await host.tasks.start(anything.request);
    const request = { want: 1, queues: null, without: [], scarce: [], scarceWant: 0, maxBytes: 1_024, outcomes: [] };
    await lab.persistence.workers.advance({ workerId, ...request });
    await maintenance.checkOnce();
    expect(await statesOf(lab.persistence, id)).toEqual({ only: 'in_progress' }); // it would have gone back
  });
});

describe('a lease', () => {
  it('is renewed well before it runs out', async () => {
    await lab.query('create table beats (at timestamptz)');
    await onBeat('insert into public.beats values (clock_timestamp())');
    await lab.open({ worker: { enabled: true, leaseSeconds: 1 } });
    await eventually(async () =>
      expect(
        await lab.query(
          `select from (select at - lag(at) over (order by at) as pause from public.beats) b where pause < interval '0.5 s'`,
        ),
      ).not.toEqual([]),
    );
  });

  it('that could not be renewed is tried again soon, however long it is', async () => {
    const leaseSeconds = 36_000;
    const timers = jest.spyOn(globalThis, 'setTimeout');
    const host = await lab.open({ worker: { enabled: true, pollIntervalMs: 600_000, leaseSeconds } });
    const faults = () => Object.keys(host.get(WorkerHealth).checks());
    await host.get(WorkerIdentity).get();
    await onBeat(`raise 'no lease for you'`);
    const beatMs = (leaseSeconds * 1_000) / 3;
    for (const [beat, ms] of [...timers.mock.calls]) if (Math.abs(ms! - beatMs) <= beatMs / 10) beat();
    await eventually(() => expect(faults()).toEqual(['worker', 'lease']));
    await forgetBeats();
    await eventually(() => expect(faults()).toEqual(['worker']));
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
