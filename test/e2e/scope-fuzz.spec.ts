import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { TaskScope } from 'nestjs-tasker';
import { amount } from '../support/amount.js';
import { ScopeFuzz } from '../support/scope-fuzz/fuzz.js';
import { aMove } from '../support/scope-fuzz/moves.js';
import { OWN, type Driver } from '../support/scope-fuzz/world.js';

const REQUESTS = amount({ short: 120, full: 1_000 });

/**
 * A failure names its seed; TASKER_FUZZ_SEED repeats its run from the beginning. The seed of the short form leads to almost every route
 * that reads.
 */
const SEED = Number(process.env.TASKER_FUZZ_SEED ?? amount({ short: 110, full: Date.now() % 1_000_000 }));

/** Servers, each with another way to write the same scope. */
const SETTINGS: readonly [Driver, TaskScope][] = [
  ['apollo', { namespaces: [OWN] }],
  ['mercurius', { namespace: OWN }],
];

describe.each(SETTINGS.slice(0, amount({ short: 1, full: 2 })))(
  'a user whose scope is one namespace, on %s',
  (driver, scope) => {
    let fuzz: ScopeFuzz;
    beforeAll(async () => {
      fuzz = await ScopeFuzz.open(driver, scope);
    });
    afterAll(() => fuzz.close());

    it(`is answered ${REQUESTS} requests as if there were no other namespace, and changes nothing in it`, async () => {
      await fuzz.begin();
      const move = aMove(fuzz.schema, fuzz.receiver.url);
      await fc.assert(
        fc.asyncProperty(move, (each) => fuzz.make(each)),
        { numRuns: REQUESTS, seed: SEED, endOnFailure: true },
      );
      await fuzz.settle();
      const successes = [...fuzz.asked.values()].reduce((sum, each) => sum + each.successes, 0);
      expect(successes).toBeGreaterThan(REQUESTS / 3);
    }, 600_000);
  },
);
