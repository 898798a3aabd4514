import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HitCounter } from '../../../lib/rate-limits/hit.counter.js';

const RULE = { limit: 3, seconds: 10 };
const PERIOD_MS = 10_000;

describe('the hits of a key', () => {
  it('are counted from the first one on, until the period ends', () => {
    const counter = new HitCounter(RULE);
    expect(counter.of('ann', 0)).toEqual({ hits: 0, endsInMs: 0 });
    expect(counter.hit('ann', 500)).toEqual({ hits: 1, endsInMs: 10_000 });
    expect(counter.hit('ann', 4_500)).toEqual({ hits: 2, endsInMs: 6_000 });
    expect(counter.of('ann', 10_499)).toEqual({ hits: 2, endsInMs: 1 });
    expect(counter.of('ann', 10_500)).toEqual({ hits: 0, endsInMs: 0 });
    expect(counter.hit('ann', 10_500)).toEqual({ hits: 1, endsInMs: 10_000 });
  });

  it('are, at any time, those since the hit with which the period began', () => {
    const step = fc.record({ key: fc.constantFrom('a', 'b', 'c'), afterMs: fc.nat(PERIOD_MS) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const counter = new HitCounter(RULE);
        const begun: Record<string, { at: number; hits: number }> = {};
        let now = 0;
        for (const { key, afterMs } of steps) {
          now += afterMs;
          const period = begun[key];
          begun[key] = period && now < period.at + PERIOD_MS ? period : { at: now, hits: 0 };
          const { at, hits } = begun[key];
          begun[key].hits = hits + 1;
          expect(counter.hit(key, now)).toEqual({ hits: hits + 1, endsInMs: at + PERIOD_MS - now });
        }
      }),
    );
  });

  it('are fewer than twice the limit in any period, if nobody hits beyond the limit', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(PERIOD_MS), { minLength: 1, maxLength: 80 }), (gaps) => {
        const counter = new HitCounter(RULE);
        const permitted: number[] = [];
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          if (counter.of('ann', now).hits >= RULE.limit) continue;
          counter.hit('ann', now);
          permitted.push(now);
        }
        for (const end of permitted) {
          const within = permitted.filter((at) => at > end - PERIOD_MS && at <= end);
          expect(within.length).toBeLessThan(2 * RULE.limit);
        }
      }),
    );
  });

  it('are those of all processes, if these have counted more', () => {
    const counter = new HitCounter(RULE);
    counter.hit('ann', 0);
    counter.learn('ann', { hits: 4, endsInMs: 3_000 }, 1_000);
    expect(counter.of('ann', 1_000)).toEqual({ hits: 4, endsInMs: 3_000 });
    counter.learn('ann', { hits: 2, endsInMs: 9_000 }, 1_000);
    counter.learn('ann', { hits: 9, endsInMs: 0 }, 1_000);
    expect(counter.of('ann', 1_000)).toEqual({ hits: 4, endsInMs: 3_000 });
    expect(counter.of('ann', 4_000)).toEqual({ hits: 0, endsInMs: 0 });
  });

  it('of a flood of callers are forgotten, the oldest first', () => {
    const counter = new HitCounter(RULE, 2);
    for (const key of ['a', 'b', 'a', 'c']) counter.hit(key, 0);
    expect(['a', 'b', 'c'].map((key) => counter.of(key, 0).hits)).toEqual([0, 1, 1]);
    const usual = new HitCounter(RULE);
    for (let caller = 0; caller <= 10_000; caller++) usual.hit(`caller ${caller}`, 0);
    expect([0, 1, 10_000].map((caller) => usual.of(`caller ${caller}`, 0).hits)).toEqual([0, 1, 1]);
  });
});
