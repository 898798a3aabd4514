import { AsyncLocalStorage } from 'node:async_hooks';
import { afterAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { EventBus } from '../../../lib/events/event.bus.js';
import type { EventPayload } from '../../../lib/events/event.catalogue.js';
import { aGate, eventually } from '../../support/eventually.js';

const LOST: EventPayload<'worker.lost'> = { workerId: '7', at: '2026-01-01T00:00:00.000Z' };

describe('the event bus', () => {
  let bus: EventBus;
  const reported = jest.spyOn(Logger.prototype, 'error');

  beforeEach(() => {
    bus = new EventBus();
    reported.mockReset().mockImplementation(() => undefined);
  });
  afterAll(() => reported.mockRestore());

  it('tells listeners of that event, in the order in which they subscribed, and no others', () => {
    const heard: string[] = [];
    bus.on('worker.lost', ({ workerId }) => heard.push(`first ${workerId}`));
    bus.on('task.completed', () => heard.push('another event'));
    bus.on('worker.lost', (_, name) => heard.push(`second ${name}`));
    bus.publish('worker.lost', LOST);
    expect(heard).toEqual(['first 7', 'second worker.lost']);
  });

  it('tells listeners to everything each event with its name', () => {
    const heard: unknown[] = [];
    bus.on('*', (payload, name) => heard.push([name, payload]));
    bus.publish('worker.lost', LOST);
    expect(heard).toEqual([['worker.lost', LOST]]);
  });

  it('tells a listener to the beginning of names, or to several names, each of these events once', () => {
    const heard: string[] = [];
    bus.on('worker.*', (_, name) => heard.push(`worker.*: ${name}`));
    bus.on(['worker.lost', 'worker.*', 'task.failed'], (_, name) => heard.push(`several: ${name}`));
    bus.publish('worker.lost', LOST);
    bus.publish('worker.stopped', LOST);
    bus.publish('workflow.no_viable_steps', LOST);
    expect(heard).toEqual([
      ...['worker.*: worker.lost', 'several: worker.lost'],
      ...['worker.*: worker.stopped', 'several: worker.stopped'],
    ]);
    expect(bus.hasListeners('task.failed')).toBe(true);
    expect(bus.hasListeners('task.completed')).toBe(false);
  });

  it.each([
    ['worker.finished', {}, 'unknown event "worker.finished"; known: task.initialize_requested'],
    ['work.*', {}, 'unknown event "work.*"'],
    ['', {}, 'unknown event ""'],
    ['worker.lost', { concurrency: 0 }, 'concurrency of pager must be a whole number of at least 1, got 0'],
    ['worker.lost', { concurrency: 1.5 }, 'concurrency of pager must be a whole number of at least 1, got 1.5'],
    ['worker.lost', { maxWaiting: -1 }, 'maxWaiting of pager must be a whole number of at least 0, got -1'],
    [[], {}, 'pager names no event'],
    [undefined, {}, 'unknown event "undefined"'],
  ])('refuses a subscription to %j with %j', (pattern, options, fault) => {
    expect(() => bus.on(pattern as 'worker.lost', () => undefined, { ...options, name: 'pager' })).toThrow(
      expect.objectContaining({
        code: 'TASKER_INVALID_SUBSCRIBERS',
        faults: [expect.stringContaining(fault)],
      }),
    );
    expect(bus.hasListeners('worker.lost')).toBe(false);
  });

  it('tells a listener with a filter those events that it selects; one that throws counts as a failure', () => {
    const heard: string[] = [];
    const filter = ({ workerId }: EventPayload<'worker.lost'>): boolean => {
      if (workerId === '8') throw new Error('what is 8?');
      return workerId === '7';
    };
    bus.on('worker.lost', ({ workerId }) => heard.push(workerId), { name: 'Alerts.tell', filter });
    for (const workerId of ['6', '7', '8']) bus.publish('worker.lost', { ...LOST, workerId });
    expect(heard).toEqual(['7']);
    expect(bus.statistics()).toMatchObject([{ handled: 1, filtered: 1, failed: 1 }]);
    expect(reported).toHaveBeenCalledWith(
      'Alerts.tell failed to handle worker.lost.',
      expect.stringContaining('what is 8?'),
    );
  });

  it('calls a slow listener as often at a time as it allows, and lets other events wait in their order', async () => {
    const gates = ['6', '7', '8', '9'].map(() => aGate());
    const began: string[] = [];
    const listener = ({ workerId }: EventPayload<'worker.lost'>): Promise<void> => {
      began.push(workerId);
      return gates[Number(workerId) - 6]!.passed;
    };
    bus.on('worker.lost', listener, { concurrency: 2 });
    for (const workerId of ['6', '7', '8', '9']) bus.publish('worker.lost', { ...LOST, workerId });
    expect(began).toEqual(['6', '7']);
    expect(bus.statistics()).toMatchObject([{ running: 2, waiting: 2, handled: 0 }]);
    gates[1]!.open();
    await eventually(() => expect(began).toEqual(['6', '7', '8']));
    for (const gate of gates) gate.open();
    await eventually(() => expect(bus.statistics()).toMatchObject([{ running: 0, waiting: 0, handled: 4 }]));
    expect(began).toEqual(['6', '7', '8', '9']);
  });

  it('drops events for which there is no room, says so once, and again after the listener had caught up', async () => {
    let gate = aGate();
    const options = { name: 'Alerts.tell', concurrency: 1, maxWaiting: 1 };
    bus.on('worker.lost', () => gate.passed, options);
    for (const handled of [2, 4]) {
      for (let n = 0; n < 4; n++) bus.publish('worker.lost', LOST);
      expect(bus.statistics()).toMatchObject([{ dropped: handled, running: 1, waiting: 1 }]);
      expect(reported).toHaveBeenCalledTimes(handled / 2);
      gate.open();
      await eventually(() => expect(bus.statistics()).toMatchObject([{ handled, waiting: 0, running: 0 }]));
      gate = aGate();
    }
    expect(reported).toHaveBeenCalledWith(expect.stringMatching(/^Alerts\.tell is too slow: 1 events wait for it\./));
  });

  it('handles any number of events that had to wait, without deeper and deeper calls', async () => {
    const first = aGate();
    let handled = 0;
    bus.on('worker.lost', () => (handled++ === 0 ? first.passed : undefined), { concurrency: 1 });
    for (let n = 0; n < 10_001; n++) bus.publish('worker.lost', LOST);
    expect(handled).toBe(1);
    first.open();
    await eventually(() => expect(handled).toBe(10_001));
    expect(bus.statistics()).toMatchObject([{ handled: 10_001, dropped: 0, failed: 0 }]);
  });

  it('delivers nothing that still waits once a subscription has ended', async () => {
    const gate = aGate();
    const listener = jest.fn(() => gate.passed);
    const leave = bus.on('worker.lost', listener, { concurrency: 1 });
    bus.publish('worker.lost', LOST);
    bus.publish('worker.lost', LOST);
    leave();
    gate.open();
    await gate.passed;
    await new Promise((resolve) => setImmediate(resolve));
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('is settled when all calls have ended and nothing waits', async () => {
    const gates = [aGate(), aGate()];
    let calls = 0;
    await bus.settled();
    bus.on('worker.lost', () => gates[calls++]!.passed, { concurrency: 1 });
    await bus.settled();
    bus.publish('worker.lost', LOST);
    bus.publish('worker.lost', LOST);
    let isSettled = false;
    const settled = bus.settled().then(() => (isSettled = true));
    gates[0]!.open();
    await eventually(() => expect(calls).toBe(2));
    expect(isSettled).toBe(false);
    gates[1]!.open();
    await settled;
    expect(bus.statistics()).toMatchObject([{ handled: 2, running: 0 }]);
  });

  it('lets no event overtake those that wait', async () => {
    const first = aGate();
    const heard: string[] = [];
    const again = (): void => {
      if (heard.length === 1) bus.publish('worker.stopped', { ...LOST, workerId: 'late' });
    };
    bus.on(
      ['worker.lost', 'worker.stopped'],
      ({ workerId }) => (heard.push(workerId), heard.length === 1 ? first.passed : undefined),
      { concurrency: 1, hooks: { afterEvent: again } },
    );
    for (const workerId of ['1', '2', '3']) bus.publish('worker.lost', { ...LOST, workerId });
    first.open();
    await eventually(() => expect(heard).toEqual(['1', '2', '3', 'late']));
  });

  it('calls the hooks of a subscriber around its listener, and reports one that fails', async () => {
    const calls: unknown[] = [];
    const hooks = {
      beforeEvent: (name: string) => void calls.push(`before ${name}`),
      afterEvent: (name: string, payload: object, durationMs: number) =>
        calls.push(`after ${name}`, payload, durationMs >= 0),
      onEventError: (error: unknown, name: string) => {
        calls.push(`error of ${name}`, (error as Error).message);
        return Promise.reject(new Error('no pager'));
      },
    };
    bus.on('worker.lost', () => calls.push('lost'), { hooks });
    bus.on('worker.stopped', () => Promise.reject(new Error('no signal')), { name: 'Alerts.tell', hooks });
    bus.publish('worker.lost', LOST);
    expect(calls.splice(0)).toEqual(['before worker.lost', 'lost', 'after worker.lost', LOST, true]);
    bus.publish('worker.stopped', LOST);
    await eventually(() => expect(reported).toHaveBeenCalledTimes(2));
    expect(calls).toEqual(['before worker.stopped', 'error of worker.stopped', 'no signal']);
    expect(reported.mock.calls.map(([message]) => message)).toEqual([
      'Alerts.tell failed to handle worker.stopped.',
      'onEventError of Alerts.tell failed for worker.stopped.',
    ]);
  });

  it('does not call a listener whose hook before it fails, and waits for one that takes time', async () => {
    const listener = jest.fn();
    const gate = aGate();
    bus.on('worker.lost', listener, { hooks: { beforeEvent: () => Promise.reject(new Error('not now')) } });
    bus.on('worker.stopped', listener, { hooks: { beforeEvent: () => gate.passed } });
    bus.publish('worker.lost', LOST);
    await eventually(() => expect(bus.statistics()).toMatchObject([{ failed: 1, handled: 0 }, {}]));
    bus.publish('worker.stopped', LOST);
    expect(listener).not.toHaveBeenCalled();
    gate.open();
    await eventually(() => expect(listener).toHaveBeenCalledWith(LOST, 'worker.stopped'));
  });

  it('counts and times what each listener did', async () => {
    const before = new Date().toISOString();
    bus.on('worker.lost', () => undefined, { name: 'Alerts.tell' });
    bus.on(['worker.*', 'task.failed'], () => Promise.reject(new Error('no signal')), { name: 'Alerts.page' });
    const untold = { handled: 0, failed: 0, filtered: 0, dropped: 0, running: 0, waiting: 0 };
    const never = { meanMs: null, maxMs: null, lastCalledAt: null, lastFailedAt: null };
    expect(bus.statistics()).toEqual([
      { listener: 'Alerts.tell', events: ['worker.lost'], ...untold, ...never },
      { listener: 'Alerts.page', events: ['worker.*', 'task.failed'], ...untold, ...never },
    ]);
    bus.publish('worker.lost', LOST);
    bus.publish('worker.lost', LOST);
    await eventually(() => expect(bus.statistics()).toMatchObject([{ handled: 2 }, { failed: 2, handled: 0 }]));
    const [tell, page] = bus.statistics();
    expect(tell).toMatchObject({ failed: 0, lastFailedAt: null });
    expect(tell!.maxMs).toBeGreaterThanOrEqual(tell!.meanMs!);
    expect(tell!.meanMs).toBeGreaterThanOrEqual(0);
    expect(tell!.lastCalledAt! >= before).toBe(true);
    expect(page!.lastFailedAt! >= page!.lastCalledAt!).toBe(true);
  });

  it('says whether anybody listens, so that nothing is built for nobody', () => {
    expect(bus.hasListeners('worker.lost')).toBe(false);
    const leaveOne = bus.on('worker.lost', () => undefined);
    expect(bus.hasListeners('worker.lost')).toBe(true);
    expect(bus.hasListeners('task.completed')).toBe(false);
    leaveOne();
    leaveOne();
    expect(bus.hasListeners('worker.lost')).toBe(false);
    const leaveAll = bus.on('*', () => undefined);
    expect(bus.hasListeners('task.completed')).toBe(true);
    leaveAll();
    expect(bus.hasListeners('task.completed')).toBe(false);
  });

  it('ends only the subscription it was asked to end, also for one function that listens twice', () => {
    const listener = jest.fn();
    const leave = bus.on('worker.lost', listener);
    bus.on('worker.lost', listener);
    leave();
    leave();
    bus.publish('worker.lost', LOST);
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('reports a listener that throws, with its name and the event, and tells the others', () => {
    const other = jest.fn();
    bus.on('worker.lost', function pager() {
      throw new Error('no signal');
    });
    bus.on('worker.lost', other);
    expect(() => bus.publish('worker.lost', LOST)).not.toThrow();
    expect(other).toHaveBeenCalledTimes(1);
    expect(reported).toHaveBeenCalledWith('pager failed to handle worker.lost.', expect.stringContaining('no signal'));
  });

  it('reports a listener that rejects, under the name it was given', async () => {
    bus.on('worker.lost', () => Promise.reject(new Error('too late')), { name: 'Alerts.tell' });
    bus.publish('worker.lost', LOST);
    await Promise.resolve();
    await Promise.resolve();
    expect(reported).toHaveBeenCalledWith(
      'Alerts.tell failed to handle worker.lost.',
      expect.stringContaining('too late'),
    );
  });

  it('keeps the context of the publisher, and what a listener enters, from the listeners', () => {
    const users = new AsyncLocalStorage<string>();
    const heard: unknown[] = [];
    for (const name of ['first', 'second']) {
      bus.on('worker.lost', () => {
        heard.push(users.getStore());
        users.enterWith(name);
      });
    }
    users.run('ann', () => bus.publish('worker.lost', LOST));
    expect(heard).toEqual([undefined, undefined]);
  });

  it('lets listeners subscribe and leave during a delivery, with effect from the next one', () => {
    const late = jest.fn();
    const leave = bus.on('worker.lost', () => {
      leave();
      bus.on('worker.lost', late);
    });
    bus.publish('worker.lost', LOST);
    expect(late).not.toHaveBeenCalled();
    bus.publish('worker.lost', LOST);
    expect(late).toHaveBeenCalledTimes(1);
  });
});
