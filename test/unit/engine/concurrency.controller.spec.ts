import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  MAX_CONNECTION_WAIT_MS,
  MAX_EVENT_LOOP_DELAY_MS,
  nextConcurrency,
  type LoadSample,
} from '../../../lib/engine/steps/concurrency.controller.js';

const RANGE = { min: 5, max: 50 };
const QUIET: LoadSample = { eventLoopDelayMs: 1, connectionWaitMs: 1, isSaturated: true };

const ranges = fc
  .tuple(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 0, max: 500 }))
  .map(([min, more]) => ({ min, max: min + more }));
const samples = fc.record({
  eventLoopDelayMs: fc.double({ min: 0, max: 1_000, noNaN: true }),
  connectionWaitMs: fc.double({ min: 0, max: 1_000, noNaN: true }),
  isSaturated: fc.boolean(),
});

describe('the number of steps at the same time', () => {
  it('grows by a tenth of its range while every place is taken, up to the maximum', () => {
    expect(nextConcurrency(5, QUIET, RANGE)).toBe(10);
    expect(nextConcurrency(48, QUIET, RANGE)).toBe(50);
  });

  it('stays while there is room', () => {
    expect(nextConcurrency(20, { ...QUIET, isSaturated: false }, RANGE)).toBe(20);
  });

  it.each([
    ['the event loop is late', { ...QUIET, eventLoopDelayMs: MAX_EVENT_LOOP_DELAY_MS + 1 }],
    ['connections are waited for', { ...QUIET, connectionWaitMs: MAX_CONNECTION_WAIT_MS + 1 }],
  ])('falls by a third when %s, also where every place is taken', (_, load) => {
    expect(nextConcurrency(50, load, RANGE)).toBe(35);
    expect(nextConcurrency(6, load, RANGE)).toBe(5);
  });

  it('never leaves its range, whatever the load', () => {
    fc.assert(
      fc.property(ranges, fc.array(samples), (range, loads) => {
        let limit = range.min;
        for (const load of loads) {
          limit = nextConcurrency(limit, load, range);
          expect(limit).toBeGreaterThanOrEqual(range.min);
          expect(limit).toBeLessThanOrEqual(range.max);
        }
      }),
    );
  });

  it('reaches the maximum in quiet moments, and the minimum under lasting load', () => {
    fc.assert(
      fc.property(ranges, (range) => {
        let limit = range.min;
        for (let moment = 0; moment < 20; moment++) limit = nextConcurrency(limit, QUIET, range);
        expect(limit).toBe(range.max);
        for (let moment = 0; moment < 30; moment++) {
          limit = nextConcurrency(limit, { ...QUIET, eventLoopDelayMs: 500 }, range);
        }
        expect(limit).toBe(range.min);
      }),
    );
  });
});
