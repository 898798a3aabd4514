import { describe, expect, it } from '@jest/globals';
import { amount } from '../support/amount.js';
import { eventually } from '../support/eventually.js';
import { aTemplate } from '../support/factories.js';
import { brokenHistory } from '../support/history.rules.js';
import { brokenInvariants } from '../support/invariants.js';
import { useLab } from '../support/lab.js';
import { aScript } from '../support/script.js';
import { SHAPE_NAMES, SHAPES } from '../support/shapes.js';
import { PROCESS_TIMEOUT_MS, useForkedWorkers } from './forked.worker.js';
import type { ForkedWorker } from './worker.fork.js';

const forkWorker = useForkedWorkers();
const lab = useLab();

const TASKS = amount({ short: 40, full: 120 });
const DOOMED = amount({ short: 2, full: 4 });
const worker = { leaseSeconds: 1, concurrency: 5, pollIntervalMs: 100 };

describe('worker processes that are killed at random while they run many tasks', () => {
  it(
    'leave every task to be finished by the last one, with every outcome recorded once',
    async () => {
      // A step may be lost as often as somebody is killed, and to workers that a busy machine keeps waiting.
      const defaults = { retryLimit: 20 };
      const templates = SHAPE_NAMES.map((shape) => aTemplate(SHAPES[shape], { defaults }));
      const doomed = await Promise.all(Array.from({ length: DOOMED }, () => forkWorker(lab, { worker, workMs: 20 })));
      const { tasks } = await lab.open({
        templates,
        handlers: aScript().handlers,
        worker: { ...worker, enabled: true, concurrency: 1 }, // slow, so that the others get enough to die of
      });
      const killed = killAtRandom(doomed);
      await tasks.startMany(Array.from({ length: TASKS }, (_, n) => templates[n % templates.length]!.request));

      await eventually(async () => expect(await unfinishedTasks()).toBe(0), 25_000);
      expect(killed).toHaveLength(DOOMED);
      await Promise.all(killed);
      expect(await brokenInvariants(lab.persistence)).toEqual({});
      expect(await brokenHistory(lab.persistence)).toEqual({});
      expect(await lab.query('select state, count(*)::integer from __schema__.tasks group by state')).toEqual([
        { state: 'complete', count: TASKS },
      ]);
      expect(await stepsNotFinishedOnce()).toEqual([]);
      const [lost] = await lab.query<{ attempts: number; transitions: number }>(
        `select (select sum(attempts - attempts_before - 1)::integer from __schema__.workflow_steps) as attempts,
           (select count(*)::integer from __schema__.workflow_step_transitions where reason = 'worker_lost') as transitions`,
      );
      expect(lost!.attempts).toBeGreaterThanOrEqual(DOOMED); // each took at least the step with it that it had just begun
      expect(lost!.transitions).toBe(lost!.attempts);
    },
    PROCESS_TIMEOUT_MS,
  );
});

/** Every few steps kills the worker that just began one, so in the middle of it; answers the kills so far. */
function killAtRandom(workers: readonly ForkedWorker[]): readonly Promise<void>[] {
  const kills: Promise<void>[] = [];
  let untilNext = 10;
  for (const each of workers) {
    each.onMessage = ({ kind }) => {
      if (kind !== 'began' || --untilNext > 0) return;
      untilNext = 1 + Math.floor(Math.random() * 30);
      each.onMessage = () => undefined;
      kills.push(each.kill());
    };
  }
  return kills;
}

async function unfinishedTasks(): Promise<number> {
  const [row] = await lab.query<{ count: number }>(
    `select count(*)::integer from __schema__.tasks where state in ('pending', 'in_progress')`,
  );
  return row!.count;
}

/** Steps that were recorded as complete more than once or never. */
function stepsNotFinishedOnce(): Promise<unknown[]> {
  return lab.query(
    `select s.workflow_step_id, count(h.id)::integer as times from __schema__.workflow_steps s
     left join __schema__.workflow_step_transitions h
       on h.workflow_step_id = s.workflow_step_id and h.to_state = 'complete'
     group by s.workflow_step_id having count(h.id) <> 1`,
  );
}
