import { describe, expect, it } from '@jest/globals';
import { rateLimitProblems } from '../../../lib/options/rate-limit.check.js';
import { resolveOptions } from '../../../lib/options/resolve.options.js';
import type { RateLimitOptions } from '../../../lib/options/rate-limit.options.js';

const RULE = { limit: 5, seconds: 60 };
const LIMIT = 'must be a whole number from 1 to 1000000';
const SECONDS = 'must be a whole number from 1 to 86400';

describe('the option rateLimits', () => {
  it.each<[RateLimitOptions | undefined, object]>([
    [undefined, { requests: false, failures: { limit: 20, seconds: 60 } }],
    [{}, { requests: false, failures: { limit: 20, seconds: 60 } }],
    [{ failures: false }, { requests: false, failures: false }],
    [{ requests: RULE }, { requests: RULE, failures: { limit: 20, seconds: 60 } }],
    [
      { requests: RULE, failures: RULE },
      { requests: RULE, failures: RULE },
    ],
  ])('%j means %j', (rateLimits, resolved) => {
    expect(resolveOptions(rateLimits ? { rateLimits } : {}).rateLimits).toEqual(resolved);
  });

  it.each<[unknown, readonly string[]]>([
    [5, ['rateLimits must be an object']],
    [null, ['rateLimits must be an object']],
    [
      { request: RULE },
      [expect.stringMatching(/^rateLimits\.request is not a known option; .* "requests"\?$/)] as never,
    ],
    [{ requests: true }, ['rateLimits.requests must be an object with limit and seconds, or false']],
    [{ failures: null }, ['rateLimits.failures must be an object with limit and seconds, or false']],
    [{ failures: {} }, ['rateLimits.failures.limit is required', 'rateLimits.failures.seconds is required']],
    [{ failures: { ...RULE, ttl: 1 } }, ['rateLimits.failures.ttl is not a known option; known: limit, seconds']],
    [
      { requests: { limit: 0, seconds: 86_401 }, failures: { limit: 1_000_001, seconds: 0.5 } },
      [
        `rateLimits.requests.limit ${LIMIT}, got 0`,
        `rateLimits.requests.seconds ${SECONDS}, got 86401`,
        `rateLimits.failures.limit ${LIMIT}, got 1000001`,
        `rateLimits.failures.seconds ${SECONDS}, got 0.5`,
      ],
    ],
  ])('cannot be %j', (rateLimits, problems) => {
    expect(rateLimitProblems(rateLimits as RateLimitOptions)).toEqual(problems);
  });

  it('is refused at start', () => {
    expect(() => resolveOptions({ rateLimits: { failures: true as never } })).toThrow('rateLimits.failures must be');
    expect(() => resolveOptions({ rateLimits: 5 as never })).toThrow('rateLimits must be an object');
  });
});
