import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { QueryFailedError } from 'typeorm';
import { RecurringWork, type RecurringWorkOptions } from '../../../lib/background/recurring.work.js';
import { StandingFaults } from '../../../lib/background/standing.faults.js';
import { aGate } from '../../support/eventually.js';

const INTERVAL_MS = 1_000;
const SHORTEST_MS = 900; // without its tenth
const LONGEST_MS = 1_100;

const works: RecurringWork[] = [];
const logger = new Logger('Test');

beforeEach(() => void jest.useFakeTimers());
afterEach(async () => {
  jest.useRealTimers();
  jest.restoreAllMocks();
  await Promise.all(works.splice(0).map((work) => work.stop()));
});

describe('recurring work', () => {
  it('is done once an interval, give or take a tenth', async () => {
    const run = jest.fn();
    void work(run).start();
    await jest.advanceTimersByTimeAsync(SHORTEST_MS - 1);
    expect(run).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(3 * LONGEST_MS);
    expect(run.mock.calls.length).toBeGreaterThanOrEqual(3);
    expect(run.mock.calls.length).toBeLessThanOrEqual(4);
  });

  it.each([
    ['ended', () => undefined],
    [
      'failed',
      () => {
        throw new Error('No.');
      },
    ],
  ])('that is costly pauses in proportion to what a pass took that %s', async (_, end) => {
    jest.spyOn(logger, 'error').mockImplementation(() => undefined);
    const run = jest.fn(async () => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      end();
    });
    const costly = work(run, { pauses: 10 });
    void costly.start();
    costly.now();
    await jest.advanceTimersByTimeAsync(500 + 4_999);
    expect(run).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(run).toHaveBeenCalledTimes(2);
    await jest.advanceTimersByTimeAsync(500); // to its end
  });

  it('reports what the database refuses for a reason of its own as a fault, until a pass succeeds', async () => {
    for (const level of ['error', 'log'] as const)
      jest.spyOn(Logger.prototype, level).mockImplementation(() => undefined);
    const faults = new StandingFaults();
    const refusal = new QueryFailedError('select', [], Object.assign(new Error('no'), { code: 'P0001' }));
    let isRefused = true;
    const run = jest.fn(() => {
      if (isRefused) throw refusal;
    });
    void work(run, { fault: { faults, key: 'sweep', sentence: 'Nothing is swept.' } }).start();
    await jest.advanceTimersByTimeAsync(LONGEST_MS);
    expect([...faults.all()]).toEqual([['sweep', 'Nothing is swept.']]);
    isRefused = false;
    await jest.advanceTimersByTimeAsync(LONGEST_MS);
    expect([...faults.all()]).toEqual([]);
  });

  it('is not started twice', async () => {
    const run = jest.fn();
    const twice = work(run);
    void twice.start();
    void twice.start();
    await jest.advanceTimersByTimeAsync(LONGEST_MS);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('waits an interval from the end of a pass, however long that took', async () => {
    const gate = aGate();
    const run = jest.fn(() => gate.passed);
    void work(run).start();
    await jest.advanceTimersByTimeAsync(10 * LONGEST_MS);
    expect(run).toHaveBeenCalledTimes(1);
    gate.open();
    await jest.advanceTimersByTimeAsync(SHORTEST_MS - 1);
    expect(run).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(LONGEST_MS - SHORTEST_MS + 1);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('is done at once when asked for, and then an interval later', async () => {
    const run = jest.fn();
    const asked = work(run);
    void asked.start();
    asked.now();
    await jest.advanceTimersByTimeAsync(0);
    expect(run).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(LONGEST_MS);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('is done once more after a pass during which it was asked for, however often', async () => {
    const gate = aGate();
    const run = jest.fn(() => gate.passed);
    const asked = work(run);
    void asked.start();
    asked.now();
    asked.now();
    asked.now();
    expect(run).toHaveBeenCalledTimes(1);
    gate.open();
    await jest.advanceTimersByTimeAsync(0);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('goes on after failed passes, and says so once until one succeeds', async () => {
    const error = jest.spyOn(logger, 'error').mockImplementation(() => undefined);
    let fails = true;
    const run = jest.fn(() => {
      if (fails) throw new Error('No.');
    });
    const failing = work(run);
    void failing.start();
    for (const isFailing of [true, true, false, true]) {
      fails = isFailing;
      failing.now();
      await jest.advanceTimersByTimeAsync(0);
    }
    expect(run).toHaveBeenCalledTimes(4);
    expect(error.mock.calls.map(([message]) => message as string)).toEqual(
      Array<string>(2).fill('It did not work; will retry.'),
    );
  });

  it('promises no other try where a pass fails because it was stopped', async () => {
    const error = jest.spyOn(logger, 'error').mockImplementation(() => undefined);
    const stopped = work(async (signal) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      throw new Error('No.');
    });
    void stopped.start();
    stopped.now();
    await stopped.stop();
    expect(error).toHaveBeenLastCalledWith('It did not work during the shutdown.', expect.any(String));
  });

  it('stops after the pass under way, whose signal it aborts', async () => {
    const gate = aGate();
    let signal: AbortSignal | undefined;
    const run = jest.fn(async (given: AbortSignal) => {
      signal = given;
      await gate.passed;
    });
    const stopped = work(run);
    void stopped.start();
    stopped.now();
    stopped.now();
    let isStopped = false;
    const stop = stopped.stop().then(() => (isStopped = true));
    expect(signal!.aborted).toBe(true);
    await jest.advanceTimersByTimeAsync(LONGEST_MS);
    expect(isStopped).toBe(false);
    gate.open();
    await stop;
    stopped.now();
    await jest.advanceTimersByTimeAsync(10 * LONGEST_MS);
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('is never done again once it was stopped', async () => {
    const run = jest.fn();
    const again = work(run);
    await again.start();
    await again.stop();
    await again.start();
    again.now();
    await jest.advanceTimersByTimeAsync(LONGEST_MS);
    expect(run).not.toHaveBeenCalled();
    expect(jest.getTimerCount()).toBe(0);
  });

  function work(
    run: (signal: AbortSignal) => unknown,
    options: Pick<RecurringWorkOptions, 'pauses' | 'fault'> = {},
  ): RecurringWork {
    const made = new RecurringWork({ run, intervalMs: INTERVAL_MS, trouble: 'It did not work', logger, ...options });
    works.push(made);
    return made;
  }
});
