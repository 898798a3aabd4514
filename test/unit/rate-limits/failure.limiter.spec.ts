import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { resolveOptions } from '../../../lib/options/resolve.options.js';
import { FailureLimiter } from '../../../lib/rate-limits/failure.limiter.js';
import type { Hits } from '../../../lib/rate-limits/hit.counter.js';
import type { SharedCounter } from '../../../lib/rate-limits/shared.counter.js';

class Failure extends Error {}
const isFailure = (error: unknown): boolean => error instanceof Failure;
const wrong = (): Promise<never> => Promise.reject(new Failure());
const right = (): Promise<string> => Promise.resolve('ann');
const LIMITED = { code: 'TASKER_RATE_LIMITED' };
const ADDRESS = '203.0.113.7';

describe('failed authentications', () => {
  const shared = jest.fn<SharedCounter['hit']>();
  const lines: string[] = [];
  beforeEach(() => {
    shared.mockReset().mockResolvedValue(null);
    lines.length = 0;
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((line: unknown) => void lines.push(String(line)));
  });
  afterEach(() => void jest.useRealTimers());

  const limiterOf = (failures: { limit: number; seconds: number } | false): FailureLimiter =>
    new FailureLimiter(resolveOptions({ rateLimits: { failures } }), { hit: shared } as unknown as SharedCounter);
  const fail = async (limiter: FailureLimiter, times: number, request: object = {}): Promise<void> => {
    for (let failed = 0; failed < times; failed++)
      await expect(limiter.watch(request, ADDRESS, wrong, isFailure)).rejects.toBeInstanceOf(Failure);
  };

  it('are limited to 20 in a minute by default', async () => {
    const limiter = new FailureLimiter(resolveOptions({}), { hit: shared } as unknown as SharedCounter);
    await fail(limiter, 20);
    await expect(limiter.watch({}, ADDRESS, right, isFailure)).rejects.toMatchObject({
      ...LIMITED,
      retryAfterSeconds: 60,
    });
  });

  it('have no limit if the option is false', async () => {
    const limiter = limiterOf(false);
    await fail(limiter, 100);
    await expect(limiter.watch({}, ADDRESS, right, isFailure)).resolves.toBe('ann');
    expect(shared).not.toHaveBeenCalled();
  });

  it('are no longer refused when the period is over', async () => {
    jest.useFakeTimers();
    const limiter = limiterOf({ limit: 2, seconds: 10 });
    await fail(limiter, 2);
    jest.advanceTimersByTime(9_999);
    await expect(limiter.watch({}, ADDRESS, right, isFailure)).rejects.toMatchObject({ retryAfterSeconds: 1 });
    jest.advanceTimersByTime(1);
    await expect(limiter.watch({}, ADDRESS, right, isFailure)).resolves.toBe('ann');
  });

  it('end the checks of credentials from their network, but not of those that are known', async () => {
    const limiter = limiterOf({ limit: 2, seconds: 10 });
    const known = { headers: { authorization: 'Bearer ann' } };
    const authenticate = jest.fn(right);
    const ask = (request: object, address: string): Promise<string> =>
      limiter.watch(request, address, authenticate, isFailure);
    await ask(known, ADDRESS);
    await fail(limiter, 2);
    await expect(ask({}, `::ffff:${ADDRESS}`)).rejects.toMatchObject(LIMITED);
    expect(authenticate).toHaveBeenCalledTimes(1);
    await expect(ask(known, ADDRESS)).resolves.toBe('ann');
    await expect(limiter.watch(known, ADDRESS, wrong, isFailure)).rejects.toMatchObject(LIMITED);
    await expect(ask(known, ADDRESS)).rejects.toMatchObject(LIMITED);
    await expect(ask({}, '203.0.113.8')).resolves.toBe('ann');
  });

  it('beyond the limit are answered like successes, if all were sent at once', async () => {
    const limiter = limiterOf({ limit: 2, seconds: 10 });
    let answer: (user: string) => void = () => undefined;
    const late = limiter.watch({}, ADDRESS, () => new Promise<string>((resolve) => (answer = resolve)), isFailure);
    const guesses = await Promise.allSettled(
      [1, 2, 3, 4].map(() => limiter.watch({}, ADDRESS, () => Promise.resolve().then(wrong), isFailure)),
    );
    answer('ann');
    await expect(late).rejects.toMatchObject(LIMITED);
    expect(guesses.map((guess) => (guess as PromiseRejectedResult).reason instanceof Failure)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('are neither successes nor other errors', async () => {
    const limiter = limiterOf({ limit: 1, seconds: 10 });
    const outage = new Error('the directory is away');
    await expect(limiter.watch({}, ADDRESS, () => Promise.reject(outage), isFailure)).rejects.toBe(outage);
    await expect(limiter.watch({}, ADDRESS, right, isFailure)).resolves.toBe('ann');
    expect(shared).not.toHaveBeenCalled();
  });

  it('are refused at once if all processes have counted enough, and not counted in there beyond that', async () => {
    const limiter = limiterOf({ limit: 2, seconds: 10 });
    const all: Hits = { hits: 3, endsInMs: 7_000 };
    shared.mockResolvedValue(all);
    await expect(limiter.watch({}, ADDRESS, wrong, isFailure)).rejects.toMatchObject({
      ...LIMITED,
      retryAfterSeconds: 7,
    });
    await expect(limiter.watch({}, ADDRESS, right, isFailure)).rejects.toMatchObject(LIMITED);
    expect(shared.mock.calls).toEqual([[`failures of address ${ADDRESS}`, { limit: 2, seconds: 10 }]]);
  });

  it('are logged with the address when the limit is reached, and those of others with their number', async () => {
    jest.useFakeTimers();
    const limiter = limiterOf({ limit: 1, seconds: 60 });
    for (const last of [1, 2, 3]) await limiter.watch({}, `203.0.113.${last}`, wrong, isFailure).catch(() => undefined);
    expect(lines).toEqual(['Refusing requests from 203.0.113.1 for up to 60 s: 1 authentications failed.']);
    jest.advanceTimersByTime(10_000);
    await limiter.watch({}, '203.0.113.4', wrong, isFailure).catch(() => undefined);
    expect(lines[1]).toMatch(/203\.0\.113\.4 .* The same happened to 2 others since the last such line\.$/);
  });

  it.each([
    ['says so', { headers: { 'x-forwarded-for': '198.51.100.1' }, socket: { remoteAddress: ADDRESS } }, true],
    ['says so, in the other header', { headers: { forwarded: 'for=x' }, socket: { remoteAddress: ADDRESS } }, true],
    ['is trusted', { headers: { 'x-forwarded-for': ADDRESS }, socket: { remoteAddress: '10.0.0.1' } }, false],
    ['is not there', { headers: {}, socket: { remoteAddress: ADDRESS } }, false],
  ])('are logged with a hint at the proxy if it %s', async (_, request, hasHint) => {
    await fail(limiterOf({ limit: 1, seconds: 60 }), 1, request);
    expect(lines[0]!.includes('a proxy that the server does not trust')).toBe(hasHint);
  });
});
