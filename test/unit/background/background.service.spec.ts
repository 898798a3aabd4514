import { describe, expect, it, jest } from '@jest/globals';
import { BackgroundService } from '../../../lib/background/background.service.js';
import { aGate } from '../../support/eventually.js';

/** Notes what it is asked to do. */
class Noted extends BackgroundService {
  readonly notes: string[] = [];

  constructor(private readonly whenStarting: () => unknown = () => undefined) {
    super();
  }

  protected async onStart(): Promise<void> {
    this.notes.push('start');
    await this.whenStarting();
    this.notes.push(this.stopSignal.aborted ? 'started in vain' : 'started');
  }

  protected onStop(): void {
    this.notes.push('stop');
  }
}

describe('a background service', () => {
  it('is started once and stopped once, however often it is asked to', async () => {
    const service = new Noted();
    await Promise.all([service.start(), service.start()]);
    await service.start();
    await Promise.all([service.stop(), service.stop()]);
    await service.stop();
    expect(service.notes).toEqual(['start', 'started', 'stop']);
  });

  it('has begun to start when the call returns', () => {
    const service = new Noted();
    void service.start();
    expect(service.notes).toEqual(['start']);
  });

  it('never starts once it was stopped', async () => {
    const service = new Noted();
    await service.stop();
    await service.start();
    expect(service.notes).toEqual(['stop']);
    expect(service.isStarted).toBe(false);
  });

  it('that is stopped while it starts knows so at once, and stops when it has started', async () => {
    const gate = aGate();
    const service = new Noted(() => gate.passed);
    const started = service.start();
    const stopped = service.stop();
    expect(service.isStopping).toBe(true);
    gate.open();
    await Promise.all([started, stopped]);
    expect(service.notes).toEqual(['start', 'started in vain', 'stop']);
  });

  it.each([
    ['at once', () => failing('no')],
    ['after a while', () => Promise.resolve().then(() => failing('no'))],
  ])('that fails to start %s says so, and may be started again', async (_, fail) => {
    const begin = jest.fn<() => unknown>().mockImplementationOnce(fail);
    const service = new Noted(begin);
    await expect(service.start()).rejects.toThrow('no');
    expect(service.isStarted).toBe(false);
    await service.start();
    await service.stop();
    expect(service.notes).toEqual(['start', 'start', 'started', 'stop']);
  });

  it('that fails to start while it is stopped tells only who started it', async () => {
    const service = new Noted(() => failing('no'));
    const started = service.start();
    const stopped = service.stop();
    await expect(started).rejects.toThrow('no');
    await stopped;
    expect(service.notes).toEqual(['start', 'stop']);
  });
});

function failing(message: string): never {
  throw new Error(message);
}
