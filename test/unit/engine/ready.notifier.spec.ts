import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { EngineSignals } from '../../../lib/engine/engine.signals.js';
import { ReadyNotifier } from '../../../lib/engine/ready.notifier.js';
import type { ReadyChannelFactory } from '../../../lib/persistence/ready.channel.js';
import { aGate } from '../../support/eventually.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** A started notifier on a channel whose notices take until they are let go. */
async function aNotifier() {
  const sent: (() => void)[] = [];
  const notify = jest.fn(() => {
    const { passed, open } = aGate();
    sent.push(open);
    return passed;
  });
  const close = jest.fn(() => Promise.resolve());
  const channels = { open: () => Promise.resolve({ hears: true, notify, close }) };
  const notifier = new ReadyNotifier(channels as unknown as ReadyChannelFactory, new EngineSignals());
  await notifier.start();
  return { notifier, notify, close, letGo: () => sent.shift()!() };
}

describe('notices of ready work', () => {
  it('leave at once, and again after a pause when there was more', async () => {
    const { notifier, notify, letGo } = await aNotifier();
    for (let n = 0; n < 10; n++) notifier.notifyOthers();
    expect(notify).toHaveBeenCalledTimes(1);
    letGo();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(notify).toHaveBeenCalledTimes(2);
    letGo();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(notify).toHaveBeenCalledTimes(2);
    await notifier.stop();
  });

  it('wait for the one before them, however long the database takes', async () => {
    const { notifier, notify, letGo } = await aNotifier();
    notifier.notifyOthers();
    notifier.notifyOthers();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(notify).toHaveBeenCalledTimes(1);
    letGo();
    await jest.advanceTimersByTimeAsync(0);
    expect(notify).toHaveBeenCalledTimes(2);
    letGo();
    await notifier.stop();
  });

  it('all leave before the notifier is stopped, one after the other, and none comes after that', async () => {
    const { notifier, notify, close, letGo } = await aNotifier();
    notifier.notifyOthers();
    notifier.notifyOthers();
    const stopped = notifier.stop();
    await jest.advanceTimersByTimeAsync(0);
    expect(notify).toHaveBeenCalledTimes(1);
    letGo();
    await jest.advanceTimersByTimeAsync(0);
    expect(notify).toHaveBeenCalledTimes(2);
    expect(close).not.toHaveBeenCalled();
    letGo();
    await stopped;
    notifier.notifyOthers();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(notify).toHaveBeenCalledTimes(2);
    expect(close).toHaveBeenCalledTimes(1);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('a notifier that may not open its channel', () => {
  it('wakes its own process nevertheless, and tries again and again, less and less often', async () => {
    const warned = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const open = jest.fn(() => Promise.reject(new Error('no session to listen in')));
    const signals = new EngineSignals();
    const notifier = new ReadyNotifier({ open } as unknown as ReadyChannelFactory, signals);
    const onReady = jest.fn();
    signals.workReady.listen(onReady);
    await notifier.start();
    notifier.notifyAll();
    expect(onReady).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(open.mock.calls.length).toBeGreaterThan(3);
    expect(open.mock.calls.length).toBeLessThan(10);
    expect(warned).toHaveBeenCalledTimes(1);
    warned.mockRestore();
    await notifier.stop();
    expect(jest.getTimerCount()).toBe(0);
  });
});
