import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { EngineLifecycle } from '../../../lib/engine/engine.lifecycle.js';
import { StandingFaults } from '../../../lib/background/standing.faults.js';
import { WorkerHealth } from '../../../lib/engine/steps/worker.health.js';
import type { WorkerMaintenance } from '../../../lib/engine/steps/worker.maintenance.js';
import type { WorkerLoop } from '../../../lib/engine/steps/worker.loop.js';
import { resolveOptions } from '../../../lib/options/resolve.options.js';

const LIMITS = 'Steps with a concurrency or rate limit cannot be started; other steps run.';

let error: jest.SpiedFunction<Logger['error']>;
let log: jest.SpiedFunction<Logger['log']>;
beforeEach(() => {
  error = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
  log = jest.spyOn(Logger.prototype, 'log').mockReturnValue();
});
afterEach(() => void jest.restoreAllMocks());

describe('a fault that stands', () => {
  it('is an error in the log once, however often it is met', () => {
    const faults = new StandingFaults();
    const cause = new Error('no replica identity');
    for (let n = 0; n < 3; n++) faults.report('limits', LIMITS, cause);
    expect(error.mock.calls).toEqual([[LIMITS, cause.stack]]);
  });

  it('is told when it is over, and again when it comes back', () => {
    const faults = new StandingFaults();
    faults.clear('limits');
    expect(log).not.toHaveBeenCalled();
    faults.report('limits', LIMITS);
    faults.clear('limits');
    expect(log.mock.calls).toEqual([[`Resolved: ${LIMITS}`]]);
    faults.report('limits', LIMITS);
    expect(error).toHaveBeenCalledTimes(2);
  });

  it('is a check of readiness under its key, also in a process that only serves the API', () => {
    const faults = new StandingFaults();
    const options = resolveOptions({ worker: { enabled: false } });
    const pulse = new WorkerHealth(
      options,
      {} as WorkerLoop,
      faults,
      { isStopping: false } as EngineLifecycle,
      {} as WorkerMaintenance,
    );
    expect(pulse.checks()).toEqual({});
    faults.report('limits', LIMITS);
    expect(Object.entries(pulse.checks()).map(([key, { fault }]) => [key, fault()])).toEqual([['limits', LIMITS]]);
    faults.clear('limits');
    expect(pulse.checks()).toEqual({});
  });
});
