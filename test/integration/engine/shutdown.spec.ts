import { describe, expect, it, jest } from '@jest/globals';
import { StepAbandonedError, type StepContext } from 'nestjs-tasker';
import { DataSource } from 'typeorm';
import { WorkerMaintenance } from '../../../lib/engine/steps/worker.maintenance.js';
import { WorkerLoop } from '../../../lib/engine/steps/worker.loop.js';
import { Worker } from '../../../lib/engine/steps/worker.js';
import { createTestDatabase } from '../../support/database.js';
import { WorkerGateway } from '../../../lib/persistence/worker.gateway.js';
import { aGate, eventually } from '../../support/eventually.js';
import { aChain, aTemplate, independent } from '../../support/factories.js';
import { movesOf } from '../../support/history.js';
import { openHost, type Host } from '../../support/host.js';
import { brokenInvariants } from '../../support/invariants.js';
import { useLab } from '../../support/lab.js';
import { BY } from '../../support/operations.js';
import { lockWaited } from '../../support/waiting.js';
import { aScript } from '../../support/script.js';
import { statesOf } from '../../support/workflow.js';

const lab = useLab();

/** A worker that only looks for work when it is told of some. */
const worker = { enabled: true, pollIntervalMs: 60_000 };

/** Resolves when the application has begun to close and its worker takes no more. */
const draining = (host: Host) => eventually(() => expect(host.get(Worker).capacity).toBe(0));

describe('an application that closes', () => {
  it('lets running steps finish and records them, and begins nothing more', async () => {
    const [running, finish] = [aGate(), aGate()];
    const script = aScript({ first: () => (running.open(), finish.passed) });
    const template = aTemplate(aChain('first', 'second'));
    const host = await lab.open({ templates: [template], handlers: script.handlers, worker });
    const { id } = await host.tasks.start(template.request);
    await running.passed;

    const closed = host.close();
    await draining(host);
    const late = await host.tasks.start(template.request);
    finish.open();
    await closed;
    expect(await statesOf(lab.persistence, id)).toEqual({ first: 'complete', second: 'pending' });
    expect(await statesOf(lab.persistence, late.id)).toEqual({ first: 'pending', second: 'pending' });
    expect(script.runs).toHaveLength(1);
    expect(await brokenInvariants(lab.persistence)).toEqual({});

    const other = await lab.open({ templates: [template], handlers: aScript().handlers });
    for (const taskId of [id, late.id]) {
      expect(await other.kit.runToEnd(taskId)).toMatchObject({
        state: 'complete',
        steps: [{ attempts: 1 }, { attempts: 1 }],
      });
    }
  });

  it('says in the database that its worker stopped, so that nobody has to miss it', async () => {
    const host = await lab.open({ worker });
    await host.close();
    expect(await lab.query('select stopped_at, lost_at from __schema__.workers')).toEqual([
      { stopped_at: expect.any(Date), lost_at: null },
    ]);
  });

  it('may be closed again', async () => {
    const errors: unknown[] = [];
    const logger = { log: () => undefined, warn: () => undefined, error: (error: unknown) => errors.push(error) };
    const host = await lab.open({ worker, logger });
    await host.close();
    await host.close();
    expect(errors).toEqual([]); // Nest reports what a hook throws, and goes on
  });
});

describe('a step that does not finish within the shutdown timeout', () => {
  it('is aborted through its signal and handed back with the attempt not counted', async () => {
    const running = aGate();
    const reasons: unknown[] = [];
    const script = aScript({
      slow: ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            reasons.push(signal.reason);
            reject(new Error('interrupted'));
          });
          running.open();
        }),
    });
    const template = aTemplate(aChain('slow'));
    const warnings: string[] = [];
    const logger = { log: () => undefined, warn: (text: string) => warnings.push(text), error: () => undefined };
    const host = await lab.open({
      templates: [template],
      handlers: script.handlers,
      logger,
      worker: { ...worker, shutdownTimeoutMs: 50 },
    });
    const { id } = await host.tasks.start(template.request);
    await running.passed;
    await host.close();

    expect(reasons).toEqual([expect.any(StepAbandonedError)]);
    expect(reasons).toEqual([expect.objectContaining({ reason: 'shutdown' })]);
    expect(warnings).toEqual([]); // it did not fail
    const other = await lab.open({ templates: [template], handlers: aScript().handlers });
    const [step] = (await other.kit.task(id)).steps;
    expect(step).toMatchObject({ state: 'pending', attempts: 0, error: null });
    expect(await movesOf(lab, id, 'slow')).toEqual(['pending > in_progress', 'in_progress > pending']);
    expect(await other.kit.runToEnd(id)).toMatchObject({ state: 'complete', steps: [{ attempts: 1 }] });
  });

  it('does not keep the application when it ignores its signal, and what it returns later changes nothing', async () => {
    const [running, finish] = [aGate(), aGate()];
    const script = aScript({ deaf: () => (running.open(), finish.passed) });
    const template = aTemplate(aChain('deaf'));
    const host = await lab.open({
      templates: [template],
      handlers: script.handlers,
      worker: { ...worker, shutdownTimeoutMs: 0 },
    });
    const { id } = await host.tasks.start(template.request);
    await running.passed;
    await host.close();
    finish.open();
    expect(await statesOf(lab.persistence, id)).toEqual({ deaf: 'pending' });
    expect(host.get(Worker).isIdle).toBe(true);
  });

  it('does not cost the steps beside it their outcomes', async () => {
    const running = [aGate(), aGate()];
    const finish = aGate();
    const script = aScript({
      quick: () => (running[0]!.open(), finish.passed),
      stuck: () => (running[1]!.open(), new Promise(() => undefined)),
    });
    const template = aTemplate(independent('quick', 'stuck'));
    const host = await lab.open({
      templates: [template],
      handlers: script.handlers,
      worker: { ...worker, shutdownTimeoutMs: 500 },
    });
    const { id } = await host.tasks.start(template.request);
    await Promise.all(running.map(({ passed }) => passed));
    const closed = host.close();
    await draining(host);
    finish.open();
    await closed;
    expect(await statesOf(lab.persistence, id)).toEqual({ quick: 'complete', stuck: 'pending' });
  });
});

describe('a shutdown that takes longer than the lease', () => {
  /** Waits until the lease is renewed. It lasts long, or the process itself might find first that it has run out. */
  async function renewed(): Promise<void> {
    await lab.query(
      `update __schema__.workers set lease_seconds = 600, last_heartbeat_at = now() - interval '1 minute'`,
    );
    await eventually(async () => {
      const late = `last_heartbeat_at < now() - interval '30 seconds'`;
      expect(await lab.query(`select 1 from __schema__.workers where ${late}`)).toEqual([]);
    });
  }

  it('keeps the lease until the last step has ended, which nobody else runs', async () => {
    const [running, finish] = [aGate(), aGate()];
    const script = aScript({ only: () => (running.open(), finish.passed) });
    const template = aTemplate();
    const options = { ...worker, leaseSeconds: 2 };
    const host = await lab.open({ templates: [template], handlers: script.handlers, worker: options });
    const { id } = await host.tasks.start(template.request);
    await running.passed;
    const closed = host.close();
    await draining(host);
    await renewed();
    await renewed(); // and not just by a beat that was under way
    finish.open();
    await closed;
    expect(await movesOf(lab, id, 'only')).toEqual(['pending > in_progress', 'in_progress > complete']);
  });

  it('looks for steps that were taken away until then', async () => {
    const [running, aborted] = [aGate(), aGate<unknown>()];
    const act = ({ signal }: StepContext) => {
      signal.addEventListener('abort', () => aborted.open(signal.reason));
      running.open();
      return aborted.passed;
    };
    const template = aTemplate();
    const options = { enabled: true, pollIntervalMs: 50 };
    const host = await lab.open({ templates: [template], handlers: aScript({ only: act }).handlers, worker: options });
    const { id } = await host.tasks.start(template.request);
    await running.passed;
    const closed = host.close();
    await draining(host);
    const office = await lab.open({ name: 'office', templates: [template] });
    await office.tasks.cancel(id, BY);
    expect(await aborted.passed).toMatchObject({ reason: 'cancelled' }); // and not the shutdown
    await closed;
    expect(await statesOf(lab.persistence, id)).toEqual({ only: 'cancelled' });
  });
});

describe('a pass that fails during a shutdown', () => {
  it('is tried again, so what was finished is recorded', async () => {
    const [running, finish] = [aGate(), aGate()];
    const script = aScript({ only: () => (running.open(), finish.passed) });
    const template = aTemplate();
    const host = await lab.open({ templates: [template], handlers: script.handlers, worker });
    const { id } = await host.tasks.start(template.request);
    await running.passed;
    const gateway = host.get(WorkerGateway);
    const advance = gateway.advance.bind(gateway);
    gateway.advance = (request) => {
      if (request.outcomes.length === 0) return advance(request);
      gateway.advance = advance;
      return Promise.reject(new Error('deadlock detected'));
    };
    const stopped = host.get(WorkerLoop).stop();
    finish.open();
    await stopped;
    expect(await statesOf(lab.persistence, id)).toEqual({ only: 'complete' });
  });
});

describe('an application whose database is gone', () => {
  it('closes all the same', async () => {
    const database = await createTestDatabase();
    const host = await openHost({ url: database.url, worker });
    await database.drop();
    await host.close();
  });

  it('does not try again once the host has closed its data source', async () => {
    const [running, finish] = [aGate(), aGate()];
    const script = aScript({ only: () => (running.open(), finish.passed) });
    const template = aTemplate();
    const host = await lab.open({ templates: [template], handlers: script.handlers, worker });
    await host.tasks.start(template.request);
    await running.passed;
    const passes = jest.spyOn(host.get(Worker), 'runOnce');
    await host.get(DataSource).destroy();
    const stopped = host.get(WorkerLoop).stop();
    finish.open();
    await stopped;
    expect(passes).toHaveBeenCalledTimes(1);
  });
});

describe('an application that closes while a statement of its housekeeping waits', () => {
  /** The statement would be given up after 15 s. */
  const HANGS_MS = 10_000;

  it('does not wait for that, and its worker signs off', async () => {
    const errors: string[] = [];
    const logger = {
      log: () => undefined,
      warn: () => undefined,
      error: (error: unknown) => errors.push(String(error)),
    };
    const other = await lab.connect();
    await other.query('begin; lock table tasker.limit_starts in share mode');
    const host = await lab.open({ worker: { ...worker, leaseSeconds: 1 }, logger });
    await lockWaited(other, 'delete from tasker.limit_starts');
    const began = performance.now();
    await host.close();
    expect(performance.now() - began).toBeLessThan(HANGS_MS);
    expect(await lab.query('select 1 from __schema__.workers where stopped_at is null')).toEqual([]);
    await eventually(() =>
      expect(errors).toEqual([
        expect.stringContaining('Failed to remove old starts of rate-limited steps during the shutdown: '),
      ]),
    );
  });
});

describe('an application that closes while it searches for steps that are leased to it and do not run', () => {
  it('closes when the search is over', async () => {
    const host = await lab.open({ worker });
    await eventually(() => {
      expect(host.get(WorkerLoop).lastContactAt).not.toBeNull();
      expect(host.get(Worker).isIdle).toBe(true);
    });
    const other = await lab.connect();
    await other.query('begin; lock table tasker.ready_steps');
    const search = host.get(WorkerMaintenance).checkOnce();
    await lockWaited(other, 'return_unknown_claims');
    let isStopped = false;
    void host
      .get(WorkerLoop)
      .stop()
      .then(() => (isStopped = true));
    await draining(host);
    await new Promise((resolve) => setImmediate(resolve)); // it looked whether it may stop
    await other.query('commit');
    await search;
    await eventually(() => expect(isStopped).toBe(true));
  });
});

describe('a worker that is stopped twice', () => {
  it('resolves each time when nothing runs any more', async () => {
    const [running, finish] = [aGate(), aGate()];
    const script = aScript({ only: () => (running.open(), finish.passed) });
    const template = aTemplate();
    const host = await lab.open({ templates: [template], handlers: script.handlers, worker });
    const { id } = await host.tasks.start(template.request);
    await running.passed;
    const loop = host.get(WorkerLoop);
    const left: number[] = [];
    const stops = [loop.stop(), loop.stop()].map((stop) => stop.then(() => left.push(host.get(Worker).runningSteps)));
    finish.open();
    await Promise.all(stops);
    await loop.stop();
    expect(left).toEqual([0, 0]);
    expect((await host.kit.task(id)).state).toBe('complete');
  });
});
