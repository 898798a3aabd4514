import type pg from 'pg';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ClaimedStep } from '../../../lib/persistence/worker.gateway.js';
import { startBacklog, startSingle } from '../../support/backlog.js';
import { brokenHistory } from '../../support/history.rules.js';
import { brokenInvariants } from '../../support/invariants.js';
import { afterHeld, whileHeld } from '../../support/meeting.js';
import { usePersistence } from '../../support/persistence.js';
import { complete, HandWorker, registerShape, startTask, type ClaimSettings } from '../../support/workflow.js';

const persistence = usePersistence();
const { query } = persistence;

let worker: HandWorker;
let other: HandWorker;

beforeEach(async () => {
  await query('delete from __schema__.tasks');
  await query('delete from __schema__.limit_checks');
  worker = await HandWorker.register(persistence);
  other = await HandWorker.register(persistence);
});

const QUEUE = 'one';

/** Each way in which a worker is given what is due. */
const WAYS: Readonly<Record<string, (settings?: ClaimSettings) => Promise<readonly ClaimedStep[]>>> = {
  'from many lanes': (settings) => worker.claim(settings),
  'from one lane': (settings) => worker.claim({ queues: [QUEUE], ...settings }),
  'where parts may be refused': (settings) => worker.claimApart(settings),
};

/** A claim of another worker, in a transaction that stays open. */
const claimIn = (client: pg.Client, want: number, queues: readonly string[] | null = null, id = other.id) =>
  client.query(`select tasker.advance($1, '{}', '{}', '{}', '{}', '{}', '{}', '{}', $2, $3, '{}', '{}', 0, 1048576)`, [
    id,
    want,
    queues,
  ]);

/** Tasks of one step under a limit of this name. */
async function limited(count: number, name: string, limits: object, queue = QUEUE): Promise<string[]> {
  const only = { queue, limits: { name, concurrency: null, rate: null, key: null, ...limits } };
  const nodes = [{ name: 'only', dependsOn: [] }];
  const namedTask = await registerShape(persistence, nodes, { steps: { only } });
  return Promise.all(Array.from({ length: count }, () => startTask(persistence, namedTask)));
}

const taskIds = (steps: readonly ClaimedStep[]): string[] => steps.map(({ taskId }) => taskId).toSorted();

let names = 0;

describe.each(Object.entries(WAYS))('a worker that is given steps %s', (_, claim) => {
  // One of them serves another queue, in which another version of the step waits: nothing but the limit is common to them.
  it.each([
    ['run', { concurrency: 1 }],
    ['start', { rate: { count: 1, seconds: 3_600 } }],
  ])('waits for a claim under the same limit that may commit, and counts those that %s', async (_, limits) => {
    const name = `held ${++names}`;
    await limited(1, name, limits, 'beside');
    await limited(1, name, limits);
    const claimed = await afterHeld(
      persistence.url,
      (holder) => claimIn(holder, 1, ['beside']),
      () => claim({ queues: [QUEUE] }),
      { statement: 'advance' },
    );
    expect(claimed).toEqual([]);
    expect(await brokenInvariants(persistence)).toEqual({});
  });

  it('gets the places of a claim under the same limit that was rolled back', async () => {
    await limited(4, `undone ${++names}`, { concurrency: 2 });
    const claimed = await afterHeld(persistence.url, (holder) => claimIn(holder, 1), claim, {
      statement: 'advance',
      end: 'rollback',
    });
    expect(claimed).toHaveLength(2);
  });

  it('begins a step under a limit after the end of the one whose place it takes, however long it waited', async () => {
    const name = `in turn ${++names}`;
    await limited(1, name, { concurrency: 1 });
    const [running] = await other.claim();
    await limited(1, name, { concurrency: 1 });
    const claimed = await afterHeld(persistence.url, lockLimits, claim, {
      statement: 'advance',
      meanwhile: () => other.record(complete(running!)),
    });
    expect(claimed).toHaveLength(1);
    expect(await brokenHistory(persistence)).toEqual({});
  });

  it('passes over a step that another session has locked, and does not wait for it', async () => {
    const [locked, free] = await startBacklog(persistence, 2, { queue: QUEUE });
    expect(taskIds(await whileHeld(persistence.url, lockStep(locked!), claim))).toEqual([free]);
    expect(taskIds(await claim())).toEqual([locked]);
  });

  it('passes over a step under a limit that another session has locked', async () => {
    const [locked, free] = (await limited(2, `passed over ${++names}`, { concurrency: 5 })).toSorted();
    expect(taskIds(await whileHeld(persistence.url, lockStep(locked!), claim))).toEqual([free]);
  });

  it('does not wait for a task that another session has locked', async () => {
    const task = await startSingle(persistence, { queue: QUEUE });
    const lock = (holder: pg.Client) =>
      holder.query('select from tasker.tasks where task_id = $1 for no key update', [task]);
    expect(taskIds(await whileHeld(persistence.url, lock, claim))).toEqual([task]);
  });
});

/** As a claim does that looks at all limits under which something waits. */
const lockLimits = (holder: pg.Client) =>
  holder.query(
    `select pg_advisory_xact_lock(hashtextextended('tasker limit ' || r.limit_key, 0)) from tasker.ready_steps r`,
  );

const lockStep = (taskId: string) => (holder: pg.Client) =>
  holder.query('select from tasker.ready_steps where task_id = $1 for update', [taskId]);

describe('the lock on a limit', () => {
  it('holds up no claim from queues in which nobody waits under it', async () => {
    await limited(2, `here ${++names}`, { concurrency: 2 }, 'here');
    const there = await limited(1, `there ${++names}`, { concurrency: 1 }, 'there');
    const claimed = await whileHeld(
      persistence.url,
      (holder) => claimIn(holder, 1, ['here']),
      () => worker.claim({ queues: ['there'] }),
    );
    expect(taskIds(claimed)).toEqual(there);
  });

  it('is taken in one order with those on other limits, so that no two claims wait for each other', async () => {
    const queues = Array.from({ length: 5 }, (_, n) => `ordered_${n}`);
    for (const queue of queues) await limited(2, `${queue} ${++names}`, { concurrency: 5 }, queue);
    /** The locks on the limits before it that a claim under all of them has when it comes to wait for this one. */
    const before = new Map<string, readonly string[]>();
    for (const queue of queues) {
      let own: readonly string[] = [];
      const lookAt = async (holder: pg.Client) => {
        await claimIn(holder, 1, [queue]);
        own = (await limitLocks(holder)).held;
      };
      const look = async (holder: pg.Client) => {
        before.set(own[0]!, (await limitLocks(holder)).others);
        await holder.query(
          'select pg_cancel_backend(pid) from pg_locks where not granted and pg_backend_pid() = any (pg_blocking_pids(pid))',
        );
      };
      const claimAll = () => worker.claim().catch(() => undefined);
      await afterHeld(persistence.url, lookAt, claimAll, { statement: 'advance', end: 'rollback', meanwhile: look });
      expect(own).toHaveLength(1);
    }
    for (const [one, locks] of before) for (const each of locks) expect(before.get(each)).not.toContain(one);
    expect([...before.values()].flat()).toHaveLength((queues.length * (queues.length - 1)) / 2);
  });

  /** Locks on limits of this session and of others. Those that a worker's passes share are none. */
  async function limitLocks(client: pg.Client): Promise<{ held: readonly string[]; others: readonly string[] }> {
    const { rows } = await client.query<{ own: boolean; name: string }>(
      `select pid = pg_backend_pid() as own, classid || '/' || objid as name from pg_locks
       where locktype = 'advisory' and mode = 'ExclusiveLock' and granted
         and database = (select oid from pg_database where datname = current_database())`,
    );
    const namesOf = (own: boolean) => rows.filter((row) => row.own === own).map(({ name }) => name);
    return { held: namesOf(true), others: namesOf(false) };
  }
});

describe('the lock that the passes of a worker share', () => {
  it('keeps none of them waiting for another', async () => {
    await startBacklog(persistence, 2, { queue: QUEUE });
    const claimed = await whileHeld(
      persistence.url,
      (holder) => claimIn(holder, 1, null, worker.id),
      () => worker.claim({ want: 1 }),
    );
    expect(claimed).toHaveLength(1);
  });

  const unknown = () => persistence.workers.returnUnknownClaims(worker.id, []);

  it('is that of one worker: nothing of another one is waited for', async () => {
    await startSingle(persistence, { queue: QUEUE });
    await worker.claim();
    await startSingle(persistence, { queue: QUEUE });
    expect(await whileHeld(persistence.url, (holder) => claimIn(holder, 1), unknown)).toBe(1);
  });

  it.each(['advance', 'advanceApart'] as const)(
    'tells that a pass is under way from its first moment on, also while it waits: %s',
    async (way) => {
      const task = await startSingle(persistence, { queue: QUEUE });
      const [step] = await worker.claim();
      const request = {
        workerId: worker.id,
        want: 0,
        queues: null,
        without: [],
        scarce: [],
        scarceWant: 0,
        maxBytes: 1,
      };
      await afterHeld(
        persistence.url,
        (holder) => holder.query('select from tasker.tasks where task_id = $1 for update', [task]),
        () => persistence.workers[way]({ ...request, outcomes: [complete(step!)] }),
        {
          statement: way === 'advance' ? 'advance' : 'advance_apart',
          meanwhile: async () => expect(await unknown()).toBeNull(),
        },
      );
      expect(await unknown()).toBe(0);
    },
  );

  it('tells so of a start that claims as well', async () => {
    const namedTask = await registerShape(persistence, [{ name: 'only', dependsOn: [] }]);
    const request = { workerId: worker.id, want: 1, queues: null, without: [], scarce: [], scarceWant: 0, maxBytes: 1 };
    const about = { context: '{}', initiator: 'x', sourceSystem: 'x', reason: 'x', tags: [], priority: null };
    await afterHeld(
      persistence.url,
      (holder) => holder.query('select from tasker.named_tasks where named_task_id = $1 for update', [namedTask]),
      () => persistence.workers.startAndClaim(request, [{ namedTaskId: namedTask, ...about }]),
      { statement: 'start_and_claim', meanwhile: async () => expect(await unknown()).toBeNull() },
    );
    expect(await unknown()).toBe(1);
  });
});
