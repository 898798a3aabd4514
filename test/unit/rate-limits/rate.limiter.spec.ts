import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { resolveOptions } from '../../../lib/options/resolve.options.js';
import { quotaHeaders } from '../../../lib/rate-limits/quota.js';
import { RateLimiter } from '../../../lib/rate-limits/rate.limiter.js';
import type { SharedCounter } from '../../../lib/rate-limits/shared.counter.js';

const RULE = { limit: 2, seconds: 60 };
const LIMITED = { code: 'TASKER_RATE_LIMITED', httpStatus: 429, retryAfterSeconds: 60 };
const HERE = '203.0.113.7';

describe('requests', () => {
  const shared = jest.fn<SharedCounter['hit']>();
  beforeEach(() => void shared.mockReset().mockResolvedValue(null));

  const limiterOf = (requests: typeof RULE | false): RateLimiter =>
    new RateLimiter(resolveOptions({ rateLimits: { requests } }), { hit: shared } as unknown as SharedCounter);

  it('of a user are limited at all addresses together', async () => {
    const limiter = limiterOf(RULE);
    const [first, second, third] = [{}, {}, {}];
    await limiter.count(first, 'ann', HERE);
    await limiter.count(second, 'ann', '203.0.113.8');
    await expect(limiter.count(third, 'ann', '203.0.113.9')).rejects.toMatchObject(LIMITED);
    await limiter.count({}, 'bob', HERE);
    expect([first, second, third].map((request) => quotaHeaders(request).RateLimit)).toEqual(
      [1, 0, 0].map((left) => `"requests";r=${left};t=60;a=${left};w=60`),
    );
    expect(quotaHeaders(first)['RateLimit-Policy']).toBe('"requests";q=2;w=60');
  });

  it('without a user are limited by network, apart from users of that name', async () => {
    const limiter = limiterOf(RULE);
    for (let asked = 0; asked < 2; asked++) await limiter.count({}, HERE, null);
    for (let asked = 0; asked < 2; asked++) await limiter.count({}, null, HERE);
    await expect(limiter.count({}, null, `::ffff:${HERE}`)).rejects.toMatchObject({
      ...LIMITED,
      message: 'There were too many requests: at most 2 in 60 s are permitted. Try again in 60 s.',
    });
    await limiter.count({}, null, '203.0.113.8');
  });

  it('are counted in the storage that processes share, if there is one', async () => {
    const limiter = limiterOf(RULE);
    shared.mockResolvedValue({ hits: 3, endsInMs: 7_001 });
    await expect(limiter.count({}, 'ann', HERE)).rejects.toMatchObject({ retryAfterSeconds: 8 });
    await expect(limiter.count({}, null, HERE)).rejects.toMatchObject({ retryAfterSeconds: 8 });
    expect(shared.mock.calls.map(([key]) => key)).toEqual(['requests of user ann', `requests of address ${HERE}`]);
    shared.mockResolvedValue(null);
    await limiter.count({}, 'ann', HERE);
  });

  it('are not counted by default', async () => {
    const limiter = limiterOf(false);
    const request = {};
    for (let asked = 0; asked < 100; asked++) await limiter.count(request, 'ann', HERE);
    expect(quotaHeaders(request)).toEqual({});
    expect(shared).not.toHaveBeenCalled();
  });
});
