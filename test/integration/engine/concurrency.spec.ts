import { describe, expect, it } from '@jest/globals';
import type { StepContext } from 'nestjs-tasker';
import { DataSource } from 'typeorm';
import { ConcurrencyGovernor } from '../../../lib/engine/steps/concurrency.governor.js';
import { Worker } from '../../../lib/engine/steps/worker.js';
import { Database } from '../../../lib/persistence/database.js';
import { aGate, eventually } from '../../support/eventually.js';
import { aTemplate, HANDLER } from '../../support/factories.js';
import type { Host } from '../../support/host.js';
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

  it('is fixed where no minimum is said', async () => {
    const { get, end, running } = await busy({ concurrency: 4 });
    await eventually(() => expect(running()).toBe(4));
    expect(get(ConcurrencyGovernor).runOnce({ ...QUIET, eventLoopDelayMs: 99 })).toBe(4);
    end.open();
  });

  it('registers with the most that it may come to', async () => {
    const { end } = await busy({ minConcurrency: 2, concurrency: 12 });
    expect(await lab.query('select concurrency from tasker.workers')).toEqual([{ concurrency: 12 }]);
    end.open();
  });
});

describe('what is measured', () => {
  it('lets a worker grow whose places are all taken', async () => {
    const { get, end } = await busy({ minConcurrency: 2, concurrency: 12 });
    await eventually(() => expect(get(Worker).limit).toBeGreaterThan(2));
    end.open();
  });

  it('brings a worker down whose handlers block the event loop', async () => {
    const template = aTemplate();
    const idle = new Int32Array(new SharedArrayBuffer(4));
    const { handlers } = aScript({ only: () => void Atomics.wait(idle, 0, 0, 200) });
    const host = await lab.open({
      templates: [template],
      handlers,
      worker: { enabled: true, pollIntervalMs: 50, minConcurrency: 1, concurrency: 12 },
    });
    const { limit } = host.get(Worker);
    for (let moment = 0; moment < 20; moment++) host.get(ConcurrencyGovernor).runOnce(QUIET);
    expect([limit, host.get(Worker).limit]).toEqual([1, 12]);
    await host.tasks.startMany(Array.from({ length: 60 }, () => template.request));
    await eventually(() => expect(host.get(Worker).limit).toBeLessThan(12));
  });

  it('counts the most steps that ran at once, though they are over when it looks', async () => {
    const template = aTemplate();
    const host = await lab.open({ templates: [template], handlers: aScript().handlers, worker: { concurrency: 10 } });
    await host.tasks.startMany(Array.from({ length: 7 }, () => template.request));
    await host.kit.runUntilIdle();
    expect([host.get(Worker).takePeak(), host.get(Worker).takePeak()]).toEqual([7, 0]);
  });
});

describe('the pool of connections', () => {
  it('is free while handlers run, more of them than it has connections', async () => {
    const { get, end, running } = await busy({ concurrency: 12 });
    await eventually(() => expect(running()).toBe(12));
    // Twelve handlers that held the two connections would keep these waiting until the gate opens, which is after them.
    const database = get(Database);
    expect(await Promise.all([1, 2, 3].map((n) => database.query('select $1::integer as n', [n])))).toHaveLength(3);
    expect(running()).toBe(12);
    end.open();
  });

  it('makes nobody wait while it has room, and as long as asked for when it never does', async () => {
    const { get } = await lab.open({ dataSource: { poolSize: 2 } });
    const database = get(Database);
    expect(await database.measureConnectionWait(20)).toBe(0);
    const taken = [aGate(), aGate()];
    const held = aGate();
    const holders = taken.map(({ open }) =>
      database.transaction(async () => {
        open();
        await held.passed;
      }),
    );
    await Promise.all(taken.map(({ passed }) => passed));
    const waiter = database.query('select 1', []);
    expect(await database.measureConnectionWait(20)).toBe(20);
    expect(await database.measureConnectionWait(20)).toBe(20); // the first question still waits, and no second one joins it
    held.open();
    await Promise.all([...holders, waiter]);
    await eventually(async () => expect(await database.measureConnectionWait(20)).toBe(0));
  });

  it('may be held by handlers until they are aborted: the process stops all the same', async () => {
    const template = aTemplate();
    const held = aGate();
    const holdAll = async ({ signal }: StepContext) => {
      const runners = [1, 2].map(() => host.get(DataSource).createQueryRunner());
      for (const runner of runners) await runner.connect();
      held.open();
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      for (const runner of runners) await runner.release();
    };
    const host: Host = await lab.open({
      templates: [template],
      handlers: { [HANDLER]: holdAll },
      worker: { enabled: true, minConcurrency: 2, concurrency: 12, pollIntervalMs: 50, shutdownTimeoutMs: 50 },
      dataSource: { poolSize: 2 },
    });
    await host.tasks.start(template.request);
    await held.passed;
    // Queries of its passes wait by now, so the governor sees it, comes down, and is in the middle of looking again.
    for (let moment = 0; moment < 20; moment++) host.get(ConcurrencyGovernor).runOnce(QUIET);
    await eventually(() => expect(host.get(Worker).limit).toBeLessThan(12));
    await host.close();
    expect(host.get(Worker).runningSteps).toBe(0);
  });
});
