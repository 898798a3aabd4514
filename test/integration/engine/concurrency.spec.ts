import { describe, expect, it } from '@jest/globals';
import { ConcurrencyGovernor } from '../../../lib/engine/concurrency.governor.js';
import { Worker } from '../../../lib/engine/worker.js';
import { Database } from '../../../lib/persistence/database.js';
import { aGate, eventually } from '../../support/eventually.js';
import { aTemplate } from '../../support/factories.js';
import { useLab } from '../../support/lab.js';
import { aScript } from '../../support/script.js';

const lab = useLab();
const QUIET = { eventLoopDelayMs: 0, connectionWaitMs: 0, isSaturated: true };

async function busy(worker: object) {
  const end = aGate();
  const template = aTemplate();
  const script = aScript({ only: () => end.passed });
  const host = await lab.open({
    templates: [template],
    handlers: script.handlers,
    worker: { enabled: true, pollIntervalMs: 50, ...worker },
    dataSource: { poolSize: 2 },
  });
  await host.tasks.startMany(Array.from({ length: 30 }, () => template.request));
  return { ...host, end, running: () => host.get(Worker).runningSteps };
}

describe('a worker with a range of concurrency', () => {
  it('begins at the minimum, takes more as it is allowed to, and no more than the maximum', async () => {
    const { get, end, running } = await busy({ minConcurrency: 2, concurrency: 12 });
    await eventually(() => expect(running()).toBe(2));
    expect(get(ConcurrencyGovernor).runOnce(QUIET)).toBe(3);
    await eventually(() => expect(running()).toBe(3));
    for (let moment = 0; moment < 20; moment++) get(ConcurrencyGovernor).runOnce(QUIET);
    await eventually(() => expect(running()).toBe(12));
    end.open();
  });

  it('takes no more under load, and stops nothing that runs', async () => {
    const { get, end, running } = await busy({ minConcurrency: 2, concurrency: 12 });
    for (let moment = 0; moment < 20; moment++) get(ConcurrencyGovernor).runOnce(QUIET);
    await eventually(() => expect(running()).toBe(12));
    for (let moment = 0; moment < 20; moment++) get(ConcurrencyGovernor).runOnce({ ...QUIET, eventLoopDelayMs: 99 });
    expect([running(), get(Worker).limit, get(Worker).capacity]).toEqual([12, 2, 0]);
    end.open();
    await eventually(async () => {
      expect(await lab.query(`select from tasker.tasks where state <> 'complete'`)).toEqual([]);
    });
  });

  it('holds no connection while its handlers run', async () => {
    const { get, end, running } = await busy({ concurrency: 12 });
    await eventually(() => expect(running()).toBe(12));
    // The pool has two connections; twelve handlers that held them would keep this waiting for ever.
    await expect(get(Database).measureConnectionWait()).resolves.toBeGreaterThanOrEqual(0);
    end.open();
  });

  it('is fixed where no minimum is said', async () => {
    const { get, end, running } = await busy({ concurrency: 4 });
    await eventually(() => expect(running()).toBe(4));
    expect(get(ConcurrencyGovernor).runOnce({ ...QUIET, eventLoopDelayMs: 99 })).toBe(4);
    end.open();
  });
});
