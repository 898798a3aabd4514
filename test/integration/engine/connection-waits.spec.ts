import { once } from 'node:events';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { TypeOrmModuleOptions } from '@nestjs/typeorm';
import { DataSource, type QueryRunner } from 'typeorm';
import { Worker } from '../../../lib/engine/steps/worker.js';
import { poolOf } from '../../../lib/persistence/pg.client.js';
import { BreakingProxy } from '../../support/breaking.proxy.js';
import { aGate, eventually } from '../../support/eventually.js';
import { aTemplate, ONE_STEP } from '../../support/factories.js';
import type { Host, HostSettings, StepFunction } from '../../support/host.js';
import { useLab } from '../../support/lab.js';
import { aScript } from '../../support/script.js';

const lab = useLab();
let proxy: BreakingProxy | undefined;
afterEach(async () => {
  jest.restoreAllMocks();
  await proxy?.close();
  proxy = undefined;
});

/** In which one transactional step runs at a time. */
const CONNECTIONS = 3;
/** Limit of a statement and of a wait for a connection. */
const LIMIT_MS = 300;

/** No other timer has this limit. */
const TIME_LIMIT_SECONDS = 12_345;

async function opened(act: StepFunction, timeoutSeconds: number, settings: Omit<HostSettings, 'url'> = {}) {
  const template = aTemplate(ONE_STEP, { steps: { only: { transactional: true, timeoutSeconds } } });
  const script = aScript({ only: act });
  const host = await lab.open({
    templates: [template],
    handlers: script.handlers,
    ...settings,
    database: { statementTimeoutMs: LIMIT_MS, ...settings.database },
    dataSource: { poolSize: CONNECTIONS, ...settings.dataSource } as TypeOrmModuleOptions,
  });
  return { ...host, template, script };
}

/** Takes every connection of the pool, as soon as it comes free. */
async function holdAll({ get }: Pick<Host, 'get'>, connections = CONNECTIONS): Promise<QueryRunner[]> {
  const runners = Array.from({ length: connections }, () => get(DataSource).createQueryRunner());
  await Promise.all(runners.map((runner) => runner.connect()));
  return runners;
}

const giveBack = (held: readonly QueryRunner[]): Promise<unknown> =>
  Promise.all(held.map((runner) => runner.release()));

/** A task whose transactional step was claimed, and waits for a connection, as the host took all. */
async function waiting(host: Awaited<ReturnType<typeof opened>>) {
  const first = await host.tasks.start(host.template.request);
  await host.kit.runToEnd(first.id); // what a claim looks up is known now
  const { id } = await host.tasks.start(host.template.request);
  const others = await holdAll(host, CONNECTIONS - 1);
  const worker = host.get(Worker);
  const taken = once(poolOf(host.get(DataSource))!, 'acquire');
  const pass = worker.runOnce(1); // on the last connection
  await taken;
  const last = holdAll(host, 1); // when the pass is done with it
  await pass;
  expect(worker.runningSteps).toBe(1);
  return { id, worker, held: [...others, ...(await last)] };
}

describe('a transactional step for which no connection comes free', () => {
  it.each([
    ['the statement limit', LIMIT_MS, undefined, 'No connection of the pool became free'],
    ['the limit of the pool', 60_000, LIMIT_MS, 'timeout exceeded when trying to connect'],
  ])('goes back within %s with its attempt not counted, and the log says so', async (_, statement, pool, reason) => {
    const warned = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    const host = await opened(() => ({}), 60, { database: { statementTimeoutMs: statement } });
    await giveBack(await holdAll(host)); // the limit of the pool is also that of opening a connection, which may take longer
    Object.assign(poolOf(host.get(DataSource))!.options, { connectionTimeoutMillis: pool });
    const { id, worker, held } = await waiting(host);
    await eventually(() => expect(worker.runningSteps).toBe(0));
    expect(host.script.runs).toHaveLength(1); // of the first task
    expect(warned).toHaveBeenCalledWith(
      expect.stringMatching(
        new RegExp(`^Step \\d+ of task ${id} got no connection for its transaction. .*: ${reason}`),
      ),
    );
    await giveBack(held);
    expect(await host.kit.runToEnd(id)).toMatchObject({ state: 'complete', steps: [{ attempts: 1 }] });
    await giveBack(await holdAll(host)); // none is lost to the wait that was given up
  });

  it('has its whole time once one comes', async () => {
    const host = await opened(() => ({}), TIME_LIMIT_SECONDS, { database: { statementTimeoutMs: 60_000 } });
    const timers = jest.spyOn(globalThis, 'setTimeout');
    /** Whatever began to count the time of the step; its time is up. */
    const timeOut = (): number => {
      const begun = timers.mock.calls.filter(([, ms]) => ms === TIME_LIMIT_SECONDS * 1_000);
      for (const [end] of begun) end();
      return begun.length;
    };
    const { id, worker, held } = await waiting(host);
    expect(timeOut()).toBe(1); // that of the first task
    await giveBack(held);
    await worker.settled();
    expect(await host.kit.runToEnd(id)).toMatchObject({ state: 'complete', steps: [{ attempts: 1 }] });
  });

  it('is not begun by a process that has handed it back meanwhile', async () => {
    const host = await opened(() => ({}), 60, { database: { statementTimeoutMs: 60_000 } });
    const { id, worker, held } = await waiting(host);
    worker.abandon('shutdown');
    await worker.settled();
    await giveBack(held);
    await giveBack(await holdAll(host)); // after it, as each has its turn
    expect(await host.kit.runToEnd(id)).toMatchObject({ state: 'complete', steps: [{ attempts: 1 }] });
    expect(host.script.runs.filter(({ taskId }) => taskId === id)).toHaveLength(1);
  });
});

describe('a call on a manager that has no connection yet', () => {
  it('is no reason to wait for ever', async () => {
    const host = await opened(() => ({}), 60);
    const runner = host.get(DataSource).createQueryRunner();
    const held = await holdAll(host);
    await expect(host.tasks.start(host.template.request, { manager: runner.manager })).rejects.toMatchObject({
      code: 'TASKER_DATABASE_TIMEOUT',
      reason: 'unconnected',
    });
    await giveBack(held);
    await runner.release();
    await giveBack(await holdAll(host));
  });
});

describe('a transactional handler that was told to end', () => {
  it('and waits for a connection that fell silent gives up its place and its connection', async () => {
    proxy = await BreakingProxy.open(lab.url);
    let isFirst = true;
    const act: StepFunction = ({ manager }) => {
      if (isFirst) proxy!.silenceOpen();
      isFirst = false;
      return manager.query('select 1 as one');
    };
    const host = await opened(act, 0.2, {
      dataSource: { url: proxy.url },
      worker: { enabled: true, pollIntervalMs: 50 },
    });
    const { id: failing } = await host.tasks.start(host.template.request);
    await eventually(async () =>
      expect((await host.kit.task(failing)).steps[0]!.error).toMatchObject({ code: 'STEP_TIMEOUT' }),
    );
    const { id } = await host.tasks.start(host.template.request); // for the one place that there is
    await eventually(async () => expect(await host.kit.task(id)).toMatchObject({ state: 'complete' }));
    await giveBack(await holdAll(host));
  });

  it('and does not is cut off from the database', async () => {
    const end = aGate();
    const host = await opened(async ({ manager, attempt }) => {
      await manager.query('create table left_behind ()');
      if (attempt > 1) return {};
      await end.passed;
      return manager.query('create table left_behind_too ()');
    }, 0.2);
    const { id } = await host.tasks.start(host.template.request);
    await host.kit.runUntilIdle();
    expect((await host.kit.task(id)).steps[0]).toMatchObject({ error: { code: 'STEP_TIMEOUT' }, attempts: 1 });
    await eventually(async () =>
      expect(await lab.query(`select from pg_stat_activity where query like 'create table left%'`)).toEqual([]),
    );
    await host.kit.runToEnd(id); // there is a place for the next attempt, and nobody holds its locks
    end.open();
    await giveBack(await holdAll(host));
    expect(
      await lab.query(`select to_regclass('left_behind')::text as once, to_regclass('left_behind_too')::text as never`),
    ).toEqual([{ once: 'left_behind', never: null }]);
  });
});
