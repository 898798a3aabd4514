import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger, type Provider } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { ThrottlerModule, ThrottlerStorageService, type ThrottlerStorage } from '@nestjs/throttler';
import { SharedCounter } from '../../../lib/rate-limits/shared.counter.js';

const RULE = { limit: 2, seconds: 60 };
type Increment = ThrottlerStorage['increment'];

describe('hits in a storage of @nestjs/throttler', () => {
  const real = new ThrottlerStorageService();
  const increment = jest.fn<Increment>();
  const lines: string[] = [];
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    increment.mockReset().mockImplementation((...hit) => real.increment(...hit));
    lines.length = 0;
    for (const level of ['log', 'warn'] as const)
      jest.spyOn(Logger.prototype, level).mockImplementation((line: unknown) => void lines.push(String(line)));
  });
  afterEach(() => {
    real.onApplicationShutdown();
    jest.useRealTimers();
  });

  const counterOf = async (storage?: ThrottlerStorage, providers: Provider[] = []): Promise<SharedCounter> => {
    const module = await Test.createTestingModule({
      imports: [DiscoveryModule, ...(storage ? [ThrottlerModule.forRoot({ throttlers: [], storage })] : [])],
      providers: [SharedCounter, ...providers],
    }).compile();
    await module.init();
    lines.length = 0; // Nest's own
    return module.get(SharedCounter);
  };

  it('are counted for the period, with an opaque key, and blocked for as long as the period', async () => {
    const counter = await counterOf({ increment });
    expect(await counter.hit('requests of user ann', RULE)).toEqual({ hits: 1, endsInMs: 60_000 });
    const [key, ttl, limit, blockDuration] = increment.mock.calls[0]!;
    expect({ ttl, limit, blockDuration }).toEqual({ ttl: 60_000, limit: 2, blockDuration: 60_000 });
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    jest.advanceTimersByTime(10_000);
    expect(await counter.hit('requests of user ann', RULE)).toEqual({ hits: 2, endsInMs: 50_000 });
    expect(await counter.hit('requests of user bob', RULE)).toMatchObject({ hits: 1 });
    for (let beyond = 0; beyond < 3; beyond++)
      expect(await counter.hit('requests of user ann', RULE)).toEqual({ hits: 3, endsInMs: 60_000 });
    jest.advanceTimersByTime(60_000);
    expect(await counter.hit('requests of user ann', RULE)).toMatchObject({ hits: 1 });
  });

  it.each<[string, ThrottlerStorage | undefined, Provider[]]>([
    ['there is none', undefined, []],
    ['it is in the memory of the process', new ThrottlerStorageService(), []],
    ['it is no storage', undefined, [{ provide: Symbol('ThrottlerStorage'), useValue: { hit: () => undefined } }]],
    ['it is none at all', undefined, [{ provide: Symbol('ThrottlerStorage'), useValue: null }]],
  ])('are not counted if %s', async (_, storage, providers) => {
    const counter = await counterOf(storage, providers);
    expect(await counter.hit('ann', RULE)).toBeNull();
  });

  it('are counted if the package of the host is another copy', async () => {
    const counter = await counterOf(undefined, [{ provide: Symbol('ThrottlerStorage'), useValue: { increment } }]);
    expect(await counter.hit('ann', RULE)).toMatchObject({ hits: 1 });
  });

  it.each<[string, Increment]>([
    ['fails', () => Promise.reject(new Error('connect ECONNREFUSED'))],
    [
      'throws',
      () => {
        throw new Error('connect ECONNREFUSED');
      },
    ],
    ['returns nothing', () => Promise.resolve(undefined as never)],
    ['returns no numbers', () => Promise.resolve({ totalHits: '1', timeToExpire: null } as never)],
  ])('are left alone for five seconds if it %s, which is logged once', async (_, broken) => {
    const counter = await counterOf({ increment });
    increment.mockImplementation(broken);
    expect(await counter.hit('ann', RULE)).toBeNull();
    expect(await counter.hit('ann', RULE)).toBeNull();
    jest.advanceTimersByTime(4_999);
    expect(await counter.hit('ann', RULE)).toBeNull();
    expect(increment).toHaveBeenCalledTimes(1);
    jest.advanceTimersByTime(1);
    expect(await counter.hit('ann', RULE)).toBeNull();
    expect(increment).toHaveBeenCalledTimes(2);
    expect(lines).toEqual([expect.stringMatching(/^Failed to count in the storage/)]);
    increment.mockImplementation((...hit) => real.increment(...hit));
    jest.advanceTimersByTime(5_000);
    expect(await counter.hit('ann', RULE)).toMatchObject({ hits: 1 });
    expect(lines[1]).toBe('The storage of @nestjs/throttler counts again.');
  });

  it('are not waited for longer than half a second', async () => {
    const counter = await counterOf({ increment });
    let fail: (error: Error) => void = () => undefined;
    increment.mockImplementation(() => new Promise((_, reject) => (fail = reject)));
    const hit = counter.hit('ann', RULE);
    await jest.advanceTimersByTimeAsync(499);
    expect(await Promise.race([hit, Promise.resolve('waiting')])).toBe('waiting');
    await jest.advanceTimersByTimeAsync(1);
    expect(await hit).toBeNull();
    fail(new Error('too late')); // which nobody handles, and must not end the process
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('are beyond the limit as long as the storage blocks, although the one for Redis counts from one again', async () => {
    const counter = await counterOf({ increment });
    increment.mockResolvedValueOnce({ totalHits: 1, timeToExpire: 60, isBlocked: true, timeToBlockExpire: 7 });
    expect(await counter.hit('ann', RULE)).toEqual({ hits: 3, endsInMs: 7_000 });
  });

  it('are at most so far from their end as the period is long', async () => {
    const counter = await counterOf({ increment });
    const stored = { totalHits: 1, isBlocked: false, timeToBlockExpire: -1_700_000_000 };
    increment.mockResolvedValueOnce({ ...stored, timeToExpire: 60_000 });
    expect(await counter.hit('ann', RULE)).toEqual({ hits: 1, endsInMs: 60_000 });
    increment.mockResolvedValueOnce({ ...stored, timeToExpire: -1 });
    expect(await counter.hit('ann', RULE)).toEqual({ hits: 1, endsInMs: 0 });
  });
});
