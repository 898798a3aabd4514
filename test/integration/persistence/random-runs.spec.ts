import { describe, expect, it } from '@jest/globals';
import type { ClaimedStep, RecordedOutcome } from '../../../lib/persistence/worker.gateway.js';
import { brokenHistory } from '../../support/history.rules.js';
import { brokenInvariants } from '../../support/invariants.js';
import { usePersistence } from '../../support/persistence.js';
import { randomFrom } from '../../support/random.js';
import { SHAPE_NAMES, SHAPES } from '../../support/shapes.js';
import { complete, fail, failForGood, HandWorker, registerShape, release, startTask } from '../../support/workflow.js';

const persistence = usePersistence();

/** One of many workers, which does all that workers do, dying included, in an order of its own. */
async function haphazardWorker(random: () => number, passes: number): Promise<void> {
  const endings = [complete, complete, complete, fail0, fail0, failForGood, release];
  let worker = await HandWorker.register(persistence);
  let held: readonly ClaimedStep[] = [];
  let said: readonly RecordedOutcome[] = [];
  for (let pass = 0; pass < passes; pass++) {
    const now = held.filter(() => random() < 0.7);
    const outcomes = now.map((step) => endings[Math.floor(random() * endings.length)]!(step));
    const late = random() < 0.2 ? said : []; // what it has said before
    const { claimed, lost } = await worker.advance([...outcomes, ...late], { want: Math.floor(random() * 6) });
    held = [...held.filter((step) => !now.includes(step)), ...claimed.steps];
    said = outcomes;
    if (random() < 0.1) await persistence.workers.reapLostWorkers();
    if (random() < 0.1) await persistence.workers.foldStateTotals();
    if (lost || random() < 0.05) {
      await persistence.query(
        `update __schema__.workers set last_heartbeat_at = now() - interval '1 hour' where worker_id = $1`,
        worker.id,
      );
      worker = await HandWorker.register(persistence); // it goes on holding what it held, and will be refused
    }
  }
}

const fail0 = (step: ClaimedStep): RecordedOutcome => fail(step, 0);

describe('whatever happens in whatever order', () => {
  it.each([1, 2, 3])('leaves nothing inconsistent, and everything comes to its end (seed %d)', async (seed) => {
    const random = randomFrom(seed);
    for (const shape of SHAPE_NAMES) {
      const namedTask = await registerShape(persistence, SHAPES[shape], {
        steps: Object.fromEntries(
          SHAPES[shape].map(({ name }) => [
            name,
            { retryable: random() < 0.8, retryLimit: 1 + Math.floor(random() * 4) },
          ]),
        ),
      });
      for (let n = 0; n < 4; n++) await startTask(persistence, namedTask);
    }
    await Promise.all(Array.from({ length: 4 }, () => haphazardWorker(random, 40)));
    expect(await brokenInvariants(persistence)).toEqual({});

    await persistence.query(`update __schema__.workers set last_heartbeat_at = now() - interval '1 hour'`);
    await persistence.workers.reapLostWorkers();
    const last = await HandWorker.register(persistence);
    let held = await last.claim();
    while (held.length > 0) held = (await last.advance(held.map((step) => complete(step)))).claimed.steps;
    expect(await brokenInvariants(persistence)).toEqual({});
    expect(await brokenHistory(persistence)).toEqual({});
    const unfinished = `select task_id from __schema__.tasks where state not in ('complete', 'error')`;
    expect(await persistence.query(unfinished)).toEqual([]);
  });
});

describe('the invariants', () => {
  it.each([
    ['update __schema__.workflow_steps set waiting_on = waiting_on + 1 where task_id = $1', 'waiting_on is'],
    ['delete from __schema__.ready_steps where task_id = $1', 'a step is queued exactly'],
    [`update __schema__.tasks set state = 'error' where task_id = $1`, 'a task is unfinished exactly'],
    [`update __schema__.tasks set state = 'complete' where task_id = $1`, 'the totals are'],
  ])('are seen to be broken by: %s', async (sql, claim) => {
    const task = await startTask(persistence, await registerShape(persistence, SHAPES.diamond));
    await persistence.query(sql, task);
    expect(Object.keys(await brokenInvariants(persistence))).toContainEqual(expect.stringContaining(claim));
    await persistence.query('delete from __schema__.tasks');
    await persistence.query('truncate __schema__.state_totals, __schema__.state_total_deltas');
    expect(await brokenInvariants(persistence)).toEqual({});
  });
});
