import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LoggerService, Provider } from '@nestjs/common';
import request from 'supertest';
import { DataSource } from 'typeorm';
import { DatabaseTimeoutError, TaskerWorker } from 'nestjs-tasker';
import { WorkerLoop } from '../../../lib/engine/steps/worker.loop.js';
import { Worker } from '../../../lib/engine/steps/worker.js';
import { WorkerHealth } from '../../../lib/engine/steps/worker.health.js';
import { Database } from '../../../lib/persistence/database.js';
import { BreakingProxy } from '../../support/breaking.proxy.js';
import { aGate, eventually } from '../../support/eventually.js';
import { aTemplate, HANDLER, ONE_STEP } from '../../support/factories.js';
import { POOL_SIZE, type Host, type HostSettings, type StepFunction } from '../../support/host.js';
import { startHttpHost } from '../../support/http.host.js';
import { useLab } from '../../support/lab.js';

const lab = useLab();

/** Of a statement, in milliseconds. As long again for a server that is asked to cancel it. */
const LIMIT_MS = 300;

let proxy: BreakingProxy;
beforeEach(async () => (proxy = await BreakingProxy.open(lab.url)));
afterEach(() => proxy.close());

/** A host whose way to the database may fall silent. */
async function open(settings: Omit<HostSettings, 'url'> = {}): Promise<Host & { readonly lines: readonly string[] }> {
  const lines: string[] = [];
  const add = (message: unknown): unknown => lines.push(String(message));
  const logger: LoggerService = { log: add, warn: add, error: add };
  const host = await lab.open({
    logger,
    ...settings,
    dataSource: { url: proxy.url, ...settings.dataSource },
    database: { statementTimeoutMs: LIMIT_MS, ...settings.database },
  });
  return { ...host, lines };
}

describe('connections that fall silent without an error', () => {
  it('are given up within the limit, all that are idle at once, and the next statement has a new one', async () => {
    // Opening four connections at once takes its time on a busy machine.
    const { get, lines } = await open({ database: { statementTimeoutMs: 1_000 } });
    const database = get(Database);
    await Promise.all(Array.from({ length: 4 }, () => database.query('select pg_sleep(0.02)', [])));
    proxy.silenceOpen();
    await expect(database.query('select 1', [])).rejects.toMatchObject({
      code: 'TASKER_DATABASE_TIMEOUT',
      reason: 'silent',
      message: 'The database did not respond to a statement within 1 s; its connection was closed.',
    });
    const began = performance.now();
    expect(await database.query('select 1 as one', [])).toEqual([{ one: 1 }]);
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(
      lines.filter((line) => line.startsWith('A connection did not respond for 1 s. Closed it and 3 idle ones;')),
    ).toHaveLength(1);
  });

  it('cost a worker neither its work nor its claims', async () => {
    const template = aTemplate(ONE_STEP);
    const host = await open({
      templates: [template],
      handlers: { [HANDLER]: () => ({}) },
      worker: { enabled: true, pollIntervalMs: 50 },
    });
    const office = await lab.open({ name: 'office', templates: [template] });
    const first = await office.tasks.start(template.request);
    await ended(first.id);
    proxy.silenceOpen();
    const second = await office.tasks.start(template.request);
    await ended(second.id);
    // A claim may have reached the database just before, and its answer nobody: such an attempt does not count.
    expect(await lab.query('select attempts - attempts_before as counted from __schema__.workflow_steps')).toEqual([
      { counted: 1 },
      { counted: 1 },
    ]);
    expect(await lab.query('select worker_id from __schema__.workers where lost_at is not null')).toEqual([]);
    await eventually(() => expect(host.get(WorkerHealth).checks().worker!.fault()).toBeNull());
  });

  it('are not waited for while they open either, and keep no places in the pool', async () => {
    const { get } = await open({ dataSource: { poolSize: 2 } });
    proxy.silencesNew = true;
    proxy.silenceOpen();
    const database = get(Database);
    await expect(database.query('select 1', [])).rejects.toThrow(DatabaseTimeoutError);
    const opening = await Promise.allSettled([1, 2].map(() => database.query('select 1', [])));
    const unconnected = { reason: { reason: 'unconnected' } };
    expect(opening).toMatchObject([unconnected, unconnected]);
    proxy.silencesNew = false;
    await eventually(async () => expect(await database.query('select 1 as one', [])).toEqual([{ one: 1 }]));
  });
});

describe('a worker whose way to the database has fallen silent, new connections too', () => {
  it('is neither ready nor alive until the database answers again', async () => {
    const host = await open({ worker: { enabled: true, pollIntervalMs: 50 } });
    const pulse = host.get(WorkerHealth);
    const fault = (): string | null => pulse.checks().worker!.fault();
    await eventually(() => expect(fault()).toBeNull());
    expect(pulse.isAlive).toBe(true);
    proxy.silencesNew = true;
    proxy.silenceOpen();
    await eventually(() => expect(pulse.isAlive).toBe(false));
    expect(fault()).toBe('the worker makes no progress, because the database does not respond');
    proxy.silencesNew = false;
    await eventually(() => expect(pulse.isAlive).toBe(true));
    await eventually(() => expect(fault()).toBeNull());
  });

  it('answers 503 to probes of its liveness and readiness', async () => {
    const http = await startHttpHost({
      through: async (url) => {
        await proxy.close();
        proxy = await BreakingProxy.open(url);
        return proxy.url;
      },
      tasker: { worker: { pollIntervalMs: 50 }, database: { statementTimeoutMs: LIMIT_MS } },
    });
    try {
      const probe = async (name: string): Promise<number> =>
        (await request(http.app.getHttpServer()).get(`/tasker/health/${name}`)).status;
      const expectBoth = (status: number): Promise<void> =>
        eventually(async () => expect([await probe('live'), await probe('ready')]).toEqual([status, status]));
      await expectBoth(200);
      proxy.silencesNew = true;
      proxy.silenceOpen();
      await expectBoth(503);
      proxy.silencesNew = false;
      await expectBoth(200);
    } finally {
      await http.close();
    }
  });

  it('stays alive while the database refuses connections, and is not ready once its lease is over', async () => {
    const { get, lines } = await open({ worker: { enabled: true, pollIntervalMs: 10, leaseSeconds: 1 } });
    const fault = (): string | null => get(WorkerHealth).checks().worker!.fault();
    await eventually(() => expect(fault()).toBeNull());
    proxy.breaksNew = true;
    proxy.breakOpen();
    const began = performance.now();
    // Longer than its passes may wait.
    await eventually(() => expect(performance.now() - began).toBeGreaterThan(LIMIT_MS + 5 * 10 + 200));
    await eventually(() => expect(fault()).toBe('the worker has lost the database'));
    expect(get(WorkerHealth).isAlive).toBe(true);
    proxy.breaksNew = false;
    await eventually(() => expect(lines.join()).toContain('The database responds again'));
    await eventually(() => expect(fault()).toBeNull());
  });

  it('is ready while all its places are taken for longer than its lease', async () => {
    const finish = aGate();
    const template = aTemplate(ONE_STEP);
    const host = await lab.open({
      templates: [template],
      handlers: { [HANDLER]: () => finish.passed },
      worker: { enabled: true, concurrency: 1, pollIntervalMs: 50, leaseSeconds: 1 },
    });
    await host.tasks.start(template.request);
    const loop = host.get(WorkerLoop);
    await eventually(() => expect(host.get(Worker).runningSteps).toBe(1));
    await eventually(() => expect(Date.now() - loop.lastContactAt!.getTime()).toBeGreaterThan(1_100));
    expect(host.get(WorkerHealth).checks().worker!.fault()).toBeNull();
    finish.open();
  });
});

describe('a statement that takes longer than its limit', () => {
  it('is cancelled on the server, and its connection not used again', async () => {
    const { get } = await open();
    const database = get(Database);
    await expect(database.query(`select pg_sleep(60), 'slow one'`, [])).rejects.toMatchObject({
      code: 'TASKER_DATABASE_TIMEOUT',
      reason: 'slow',
      message: 'A statement took longer than 0.3 s and was cancelled.',
    });
    await eventually(async () =>
      expect(
        await lab.query(
          `select pid from pg_stat_activity where query like 'select pg_sleep(60)%' and pid <> pg_backend_pid()`,
        ),
      ).toEqual([]),
    );
    expect(await database.query('select 1 as one', [])).toEqual([{ one: 1 }]);
  });

  it('may take longer where its work has no small bound', async () => {
    const { get } = await open();
    expect(await get(Database).query(`select pg_sleep(0.5) is null as no`, [], undefined, 60_000)).toEqual([
      { no: false },
    ]);
  });
});

describe('a pool whose connections are all held by the host', () => {
  it('is no reason to wait for ever', async () => {
    const { get } = await open({ dataSource: { poolSize: 2 } });
    const held = [1, 2].map(() => get(DataSource).createQueryRunner());
    await Promise.all(held.map((runner) => runner.connect()));
    await expect(get(Database).query('select 1', [])).rejects.toMatchObject({
      code: 'TASKER_DATABASE_TIMEOUT',
      reason: 'unconnected',
    });
    await Promise.all(held.map((runner) => runner.release()));
    expect(await get(Database).query('select 1 as one', [])).toEqual([{ one: 1 }]);
  });

  it('of one connection is refused at start', async () => {
    await expect(lab.open({ dataSource: { poolSize: 1 } })).rejects.toMatchObject({
      code: 'TASKER_POOL_TOO_SMALL',
      poolSize: 1,
      message:
        'The pool of the data source "default" has 1 connection; nestjs-tasker needs 2, and 3 if steps are transactional. ' +
        'Set poolSize in the options of TypeOrmModule.',
    });
  });
});

describe('an application that closes', () => {
  const SHUTDOWN_MS = 300;
  const template = aTemplate(ONE_STEP);

  /** In milliseconds. */
  async function closing(host: Host): Promise<number> {
    const began = performance.now();
    await host.close();
    return performance.now() - began;
  }

  async function busy(handler: StepFunction): Promise<Host> {
    const host = await open({
      templates: [template],
      handlers: { [HANDLER]: handler },
      worker: { enabled: true, pollIntervalMs: 50, shutdownTimeoutMs: SHUTDOWN_MS },
      database: { statementTimeoutMs: 60_000 },
    });
    await host.tasks.start(template.request);
    await eventually(() => expect(host.get(Worker).runningSteps).toBe(1));
    return host;
  }

  it('ends in time although its connections are silent and a handler never returns', async () => {
    const host = await busy(() => new Promise(() => undefined));
    proxy.silencesNew = true;
    proxy.silenceOpen();
    expect(await closing(host)).toBeLessThan(SHUTDOWN_MS + 1_000);
  });

  it('ends in time although others hold all connections of the pool', async () => {
    const host = await busy(() => new Promise(() => undefined));
    const held = Array.from({ length: POOL_SIZE }, () => host.get(DataSource).createQueryRunner());
    await Promise.all(held.map((runner) => runner.connect()));
    expect(await closing(host)).toBeLessThan(SHUTDOWN_MS + 1_000);
  });

  it('ends the start of its worker that waits for the database', async () => {
    const host = await open({ worker: { enabled: true, start: 'manual' } });
    proxy.breaksNew = true;
    proxy.breakOpen();
    const started = host.get(TaskerWorker).start();
    await eventually(() => expect(host.lines.join()).toContain('Cannot register the worker: '));
    expect(await closing(host)).toBeLessThan(10_000); // the start alone would try for 30 s
    await started;
    expect(host.get(WorkerLoop).isActive).toBe(false);
  });
});

describe('an application that starts', () => {
  const breakAll = (): void => {
    proxy.breaksNew = true;
    proxy.breakOpen();
  };
  const silenceAll = (): void => {
    proxy.silencesNew = true;
    proxy.silenceOpen();
  };

  it.each<[string, () => void, 'apply' | 'verify']>([
    ['break', breakAll, 'apply'],
    ['are silent', silenceAll, 'apply'],
    ['are silent', silenceAll, 'verify'],
  ])('while connections %s waits until they hold, and says so once', async (_, disturb, migrations) => {
    const lines: string[] = [];
    const add = (message: unknown): void => {
      lines.push(String(message));
      if (String(message).includes('Retrying for 30 s')) proxy.breaksNew = proxy.silencesNew = false;
    };
    const breaker: Provider = {
      provide: 'breaker',
      inject: [DataSource], // which is connected by then
      useFactory: disturb,
    };
    const template = aTemplate(ONE_STEP);
    const host = await lab.open({
      dataSource: { url: proxy.url },
      logger: { log: add, warn: add, error: add },
      migrations,
      database: { statementTimeoutMs: LIMIT_MS },
      templates: [template],
      handlers: { [HANDLER]: () => ({}) },
      providers: [breaker],
      worker: { enabled: true },
    });
    expect(lines.filter((line) => line.startsWith('Cannot prepare the schema: '))).toHaveLength(1);
    const { id } = await host.tasks.start(template.request);
    await ended(id);
  });
});

async function ended(id: string): Promise<void> {
  await eventually(async () =>
    expect(await lab.query('select state from __schema__.tasks where task_id = $1', id)).toEqual([
      { state: 'complete' },
    ]),
  );
}
