import { afterAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ConsoleLogger, Logger } from '@nestjs/common';
import { EventBus } from '../../../lib/events/event.bus.js';
import { EVENTS, type EventName } from '../../../lib/events/event.catalogue.js';
import { resolveOptions } from '../../../lib/options/resolve.options.js';
import { EventLog } from '../../../lib/telemetry/event.log.js';

const AT = '2026-01-01T00:00:00.000Z';
const TASK = { taskId: '17', namespace: 'shop', name: 'order', version: '1.0.0', at: AT };
const STEP = { ...TASK, stepId: '170', step: 'pay', attempt: 2 };
const ERROR = { message: 'the card was declined', code: 'DECLINED', class: 'Error', permanent: false };

describe('the log of events', () => {
  const lines: string[] = [];
  const spies = (['debug', 'log', 'warn', 'error'] as const).map((level) =>
    jest
      .spyOn(Logger.prototype, level)
      .mockImplementation((line: unknown) => void lines.push(`${level} ${String(line)}`)),
  );
  let bus: EventBus;
  let log: EventLog;

  beforeEach(() => {
    lines.length = 0;
    Logger.overrideLogger(new ConsoleLogger());
    bus = new EventBus();
    log = new EventLog(resolveOptions({}), bus);
    log.onModuleInit();
  });
  afterAll(() => {
    spies.forEach((spy) => spy.mockRestore());
    Logger.overrideLogger(new ConsoleLogger());
  });

  it('says what failed, at which attempt, and whether it is tried again', () => {
    const failed = { ...STEP, from: 'in_progress', to: 'error', error: ERROR } as const;
    bus.publish('step.failed', { ...failed, retryAt: AT });
    bus.publish('step.failed', { ...failed, retryAt: null });
    expect(lines).toEqual([
      'warn Step pay of task 17 (shop/order@1.0.0) failed at attempt 2 with DECLINED: the card was declined',
      'log Step pay of task 17 (shop/order@1.0.0) will be retried at 2026-01-01T00:00:00.000Z.',
      'warn Step pay of task 17 (shop/order@1.0.0) failed for good at attempt 2 with DECLINED: the card was declined',
    ]);
  });

  it('keeps to one line for each, whatever an error says', () => {
    const message = `declined\r\n[Nest] 1 - LOG [Tasker] forged\u001b[2J${'x'.repeat(5_000)}`;
    const error = { ...ERROR, message, code: 'A\nB' };
    const names = { step: 'pay\n', name: 'order\n' };
    bus.publish('step.failed', { ...STEP, ...names, from: 'in_progress', to: 'error', error, retryAt: null });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(
      'Step pay\\n of task 17 (shop/order\\n@1.0.0) failed for good at attempt 2 with A\\nB: declined\\r\\n[Nest] 1 - LOG',
    );
    expect(lines[0]).toMatch(/^[\x20-\x7e]{2000,2200}… \(\d+ characters\)$/);
  });

  it('says what came of tasks and workers', () => {
    bus.publish('task.failed', { ...TASK, from: 'in_progress', to: 'error' });
    bus.publish('task.completed', { ...TASK, from: 'in_progress', to: 'complete' });
    bus.publish('worker.lost', { workerId: '3', at: AT });
    bus.publish('step.outcome_stale', { ...STEP, workerId: '3', outcome: 'complete' });
    expect(lines).toEqual([
      'warn Task 17 (shop/order@1.0.0) failed: a failed step blocks the rest of it.',
      'debug Task 17 (shop/order@1.0.0) is complete.',
      'warn Worker 3 missed its heartbeats; its steps were taken back.',
      'warn Step pay of task 17 (shop/order@1.0.0): dropped the outcome "complete" of attempt 2 from worker 3, because it arrived too late.',
    ]);
  });

  it('does not even build lines that the host does not write', () => {
    log.onModuleDestroy();
    Logger.overrideLogger(new ConsoleLogger({ logLevels: ['log'] }));
    log.onModuleInit();
    expect(bus.hasListeners('task.completed')).toBe(false);
    expect(bus.hasListeners('task.failed')).toBe(true);
  });

  it('leaves the events of a step that goes well to others', () => {
    expect(bus.hasListeners('step.completed')).toBe(false);
    expect(bus.hasListeners('step.execution_requested')).toBe(false);
  });

  it('listens to nothing once it is destroyed, or when it is switched off', () => {
    log.onModuleDestroy();
    new EventLog(resolveOptions({ telemetry: { log: false } }), bus).onModuleInit();
    expect((Object.keys(EVENTS) as EventName[]).filter((name) => bus.hasListeners(name))).toEqual([]);
  });
});
