import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ReadySignal } from '../../../lib/engine/ready.signal.js';
import type { ReadyChannelFactory } from '../../../lib/persistence/ready.channel.js';
import { aGate } from '../../support/eventually.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** A started signal on a channel whose notices take until they are let go. */
async function aSignal() {
  const sent: (() => void)[] = [];
  const notify = jest.fn(() => {
    const { passed, open } = aGate();
    sent.push(open);
    return passed;
  });
  const close = jest.fn(() => Promise.resolve());
  const channels = { open: () => Promise.resolve({ hears: true, notify, close }) };
  const signal = new ReadySignal(channels as unknown as ReadyChannelFactory);
  await signal.start();
  return { signal, notify, close, letGo: () => sent.shift()!() };
}

describe('notices of ready work', () => {
  it('leave at once, and again after a pause when there was more', async () => {
    const { signal, notify, letGo } = await aSignal();
    for (let n = 0; n < 10; n++) signal.tellOthers();
    expect(notify).toHaveBeenCalledTimes(1);
    letGo();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(notify).toHaveBeenCalledTimes(2);
    letGo();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(notify).toHaveBeenCalledTimes(2);
    await signal.stop();
  });

  it('wait for the one before them, however long the database takes', async () => {
    const { signal, notify, letGo } = await aSignal();
    signal.tellOthers();
    signal.tellOthers();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(notify).toHaveBeenCalledTimes(1);
    letGo();
    await jest.advanceTimersByTimeAsync(0);
    expect(notify).toHaveBeenCalledTimes(2);
    letGo();
    await signal.stop();
  });

  it('all leave before the signal is stopped, one after the other, and none comes after that', async () => {
    const { signal, notify, close, letGo } = await aSignal();
    signal.tellOthers();
    signal.tellOthers();
    const stopped = signal.stop();
    await jest.advanceTimersByTimeAsync(0);
    expect(notify).toHaveBeenCalledTimes(1);
    letGo();
    await jest.advanceTimersByTimeAsync(0);
    expect(notify).toHaveBeenCalledTimes(2);
    expect(close).not.toHaveBeenCalled();
    letGo();
    await stopped;
    signal.tellOthers();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(notify).toHaveBeenCalledTimes(2);
    expect(close).toHaveBeenCalledTimes(1);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('a signal that may not open its channel', () => {
  it('wakes its own process nevertheless, and tries again and again, less and less often', async () => {
    const warned = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const open = jest.fn(() => Promise.reject(new Error('no session to listen in')));
    const signal = new ReadySignal({ open } as unknown as ReadyChannelFactory);
    signal.onReady = jest.fn();
    await signal.start();
    signal.tellAll();
    expect(signal.onReady).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(open.mock.calls.length).toBeGreaterThan(3);
    expect(open.mock.calls.length).toBeLessThan(10);
    expect(warned).toHaveBeenCalledTimes(1);
    warned.mockRestore();
    await signal.stop();
    expect(jest.getTimerCount()).toBe(0);
  });
});
