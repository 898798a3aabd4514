import { AsyncLocalStorage } from 'node:async_hooks';
import { afterAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { EventBus } from '../../../lib/events/event.bus.js';
import type { EventPayload } from '../../../lib/events/event.catalogue.js';

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
    bus.on('worker.lost', () => Promise.reject(new Error('too late')), 'Alerts.tell');
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
