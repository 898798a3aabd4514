import { describe, expect, it } from '@jest/globals';
import { amount } from '../support/amount.js';
import { PROCESS_TIMEOUT_MS } from './forked.worker.js';
import { FAULT_KINDS, planFaults } from './storm/fault.plan.js';
import { raiseStorm } from './storm/storm.js';

const settings = { seed: 1, durationMs: 25_000, workers: 3 };
/**
 * Few storms as short as that of `npm test` have room for all kinds. In this one the outcomes that are refused come early: a step
 * whose outcome was refused waits for half a minute.
 */
const SEED_OF_ALL_KINDS = 2_618;
/** So that most of them are over when the last fault is: each takes a process a while. */
const START_EVERY_MS = amount({ short: 320, full: 80 });

describe('a plan of faults', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(planFaults(settings)).toEqual(planFaults({ ...settings }));
    expect(planFaults({ ...settings, seed: 2 })).not.toEqual(planFaults(settings));
  });

  it('has every kind of them in it, even if it is short', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const kinds = planFaults({ ...settings, seed }).map(({ kind }) => kind);
      expect([...new Set(kinds)].sort()).toEqual(Object.keys(FAULT_KINDS).sort());
    }
  });

  it('never strikes a worker that is still struck', () => {
    const faults = planFaults({ ...settings, durationMs: 600_000 });
    for (const { victim, atMs, lastsMs } of faults.filter((fault) => fault.victim !== null)) {
      const others = faults.filter((other) => other.victim === victim && other.atMs > atMs);
      expect(others.filter((other) => other.atMs < atMs + lastsMs)).toEqual([]);
    }
  });
});

describe('a storm of faults over workers, connections and the server', () => {
  it(
    'loses no task, records every outcome once, and is followed by calm',
    async () => {
      const storm = { ...settings, seed: SEED_OF_ALL_KINDS, durationMs: amount({ short: 16_000, full: 60_000 }) };
      const plan = planFaults(storm);
      expect([...new Set(plan.map(({ kind }) => kind))].sort()).toEqual(Object.keys(FAULT_KINDS).sort());
      const { problems, counts } = await raiseStorm(storm, plan, { isTimed: false, startEveryMs: START_EVERY_MS });
      expect(problems).toEqual([]);
      expect(counts.lostAttempts).toBeGreaterThan(0); // it was one
    },
    2 * PROCESS_TIMEOUT_MS,
  );
});
