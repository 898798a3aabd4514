import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { backoffSeconds, requestedBackoffSeconds } from '../../../lib/workflow/backoff.js';
import type { BackoffPolicy } from '../../../lib/workflow/backoff.js';

const policy: BackoffPolicy = { baseSeconds: 2, factor: 3, maxSeconds: 100, jitter: 0 };
const seconds = fc.double({ min: 0, max: 1e6, noNaN: true });
const anyPolicy = fc.record({
  baseSeconds: seconds,
  factor: fc.double({ min: 1, max: 1_000, noNaN: true }),
  maxSeconds: seconds,
  jitter: fc.double({ min: 0, max: 1, noNaN: true }),
});
const anyRandom = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('the wait after a failed attempt', () => {
  it('grows by the factor up to the cap', () => {
    expect([1, 2, 3, 4, 5, 6].map((attempt) => backoffSeconds(policy, attempt))).toEqual([2, 6, 18, 54, 100, 100]);
  });

  it('moves by the jitter in both directions', () => {
    const jittered = { ...policy, jitter: 0.5 };
    expect(backoffSeconds(jittered, 1, () => 0)).toBe(1);
    expect(backoffSeconds(jittered, 1, () => 0.5)).toBe(2);
    expect(backoffSeconds(jittered, 1, () => 0.75)).toBe(2.5);
    expect(backoffSeconds(jittered, 9, () => 0.75)).toBe(100); // the cap
  });

  it('is none before the first attempt', () => {
    expect(backoffSeconds(policy, 0)).toBe(0);
  });

  it('stays none for a policy that does not wait, however many attempts there were', () => {
    expect(backoffSeconds({ ...policy, baseSeconds: 0 }, 5_000)).toBe(0);
  });

  it('lies between nothing and the cap for every policy and attempt', () => {
    fc.assert(
      fc.property(anyPolicy, fc.integer({ min: 1, max: 2 ** 31 - 1 }), anyRandom, (any, attempt, random) => {
        const wait = backoffSeconds(any, attempt, () => random);
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThanOrEqual(any.maxSeconds);
      }),
    );
  });

  it('never shrinks from one attempt to the next without jitter', () => {
    fc.assert(
      fc.property(anyPolicy, fc.integer({ min: 1, max: 2_000 }), (any, attempt) => {
        const plain = { ...any, jitter: 0 };
        expect(backoffSeconds(plain, attempt + 1)).toBeGreaterThanOrEqual(backoffSeconds(plain, attempt));
      }),
    );
  });
});

describe('the wait that a handler asks for', () => {
  it('is honoured up to the cap', () => {
    expect(requestedBackoffSeconds(policy, 40)).toBe(40);
    expect(requestedBackoffSeconds(policy, 0)).toBe(0);
    expect(requestedBackoffSeconds(policy, 1_000)).toBe(100);
  });

  it('is ignored when it is nonsense', () => {
    for (const nonsense of [undefined, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(requestedBackoffSeconds(policy, nonsense)).toBeUndefined();
    }
  });
});
