import { beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource, type EntityManager } from 'typeorm';
import { RecordService } from 'nestjs-tasker';
import { eventually } from '../../support/eventually.js';
import { aTemplate, HANDLER, ONE_STEP, type TestTemplate } from '../../support/factories.js';
import type { Host, HostSettings } from '../../support/host.js';
import { useLab } from '../../support/lab.js';

const lab = useLab();

/** The least that a host may have. */
const CONNECTIONS = 2;
/** All at once, so that each connection is held by one who may want another. */
const REQUESTS = 12;

const settings: Omit<HostSettings, 'url'> = {
  dataSource: { poolSize: CONNECTIONS },
  backPressure: { maxUnfinished: 1_000 },
  identity: { strategy: 'hash' },
  worker: { enabled: true, pollIntervalMs: 20, concurrency: 4 },
};

beforeAll(() => lab.query('create table orders (id integer generated always as identity primary key)'));

/** Work of the host's that has begun its transaction before it calls us, with all others doing so at the same time. */
function inTransactions<T>({ get }: Host, work: (manager: EntityManager, n: number) => Promise<T>): Promise<T[]> {
  return Promise.all(
    Array.from({ length: REQUESTS }, (_, n) =>
      get(DataSource).transaction(async (manager) => {
        await manager.query('insert into orders default values');
        return work(manager, n);
      }),
    ),
  );
}

describe('a host with a pool of two connections, and twelve requests that hold one each', () => {
  it('starts tasks in the transactions of the requests, with back-pressure and identities', async () => {
    const template = aTemplate(ONE_STEP);
    const host = await lab.open({ ...settings, templates: [template], handlers: { [HANDLER]: () => ({}) } });
    const started = await inTransactions(host, (manager, n) =>
      host.tasks.start({ ...template.request, context: { n } }, { manager }),
    );
    expect(new Set(started.map(({ id }) => id)).size).toBe(REQUESTS);
    // The tasks of equal requests: those are read once more.
    const again = await inTransactions(host, (manager, n) =>
      host.tasks.startMany([{ ...template.request, context: { n } }], { manager }),
    );
    expect(again.map(([task]) => task!.created)).not.toContain(true);
    await eventually(async () => expect(await unfinished()).toBe(0));
  });

  it('keeps annotations and mappings in the transactions of the requests', async () => {
    const template = aTemplate(ONE_STEP);
    const host = await lab.open({ ...settings, templates: [template], handlers: { [HANDLER]: () => ({}) } });
    const { id } = await host.tasks.start(template.request);
    const records = host.get(RecordService);
    const ids = await inTransactions(host, (manager, n) => records.annotate(id, 'note', { n }, manager));
    expect(new Set(ids).size).toBe(REQUESTS);
    const mapped = await inTransactions(host, (manager, n) =>
      records.mapObjects({ system: 'shop', id: `${n}` }, { system: 'billing', id: `${n}` }, manager),
    );
    expect(mapped).not.toContain(false);
  });

  it('runs transactional steps that read earlier results and start further tasks in their transaction', async () => {
    const [parent, child] = [
      aTemplate(
        [
          { name: 'one', dependsOn: [] },
          { name: 'two', dependsOn: ['one'] },
        ],
        {
          steps: { two: { handler: 'transactional' } },
        },
      ),
      aTemplate(ONE_STEP),
    ];
    const host: Host = await lab.open({
      ...settings,
      templates: [parent, child],
      handlers: {
        [HANDLER]: () => ({ done: true }),
        transactional: {
          transactional: true,
          process: async ({ manager, resultsOf, task }) => {
            const earlier = await resultsOf('one');
            await host.get(RecordService).annotate(task.id, 'seen', earlier, manager);
            await host.tasks.start({ ...child.request, context: { of: task.id } }, { manager });
            return {};
          },
        },
      },
    });
    await inTransactions(host, (manager, n) => host.tasks.start({ ...parent.request, context: { n } }, { manager }));
    await eventually(async () => {
      const [row] = await lab.query<{ all: number; done: number }>(
        `select count(*)::integer as all, (count(*) filter (where state = 'complete'))::integer as done from __schema__.tasks`,
      );
      expect(row).toEqual({ all: 2 * REQUESTS, done: 2 * REQUESTS });
    });
  });
});

describe('a count for back-pressure that waits for a connection', () => {
  it('is not waited for by those who hold all of them', async () => {
    const template = aTemplate(ONE_STEP);
    const { get, tasks } = await starting(template);
    const runners = Array.from({ length: CONNECTIONS }, () => get(DataSource).createQueryRunner());
    for (const runner of runners) await runner.startTransaction();
    const start = (n: number, manager?: EntityManager): Promise<unknown> =>
      tasks.start({ ...template.request, context: { n } }, manager && { manager });
    const waiting = start(CONNECTIONS);
    for (const [n, { manager }] of runners.entries()) await start(n, manager);
    for (const runner of runners) await runner.commitTransaction().then(() => runner.release());
    await waiting;
    expect(await unfinished()).toBe(CONNECTIONS + 1);
  });
});

describe('a count for back-pressure that fails in the transaction of one request', () => {
  it('is no failure of the others', async () => {
    const template = aTemplate(ONE_STEP);
    const { get, tasks } = await starting(template);
    const aborted = get(DataSource).transaction(async (manager) => {
      await manager.query('select 1 / 0').catch(() => undefined);
      const refused = tasks.start({ ...template.request, context: { n: 1 } }, { manager });
      const others = [2, 3].map((n) => tasks.start({ ...template.request, context: { n } }));
      await expect(refused).rejects.toThrow(); // its transaction is aborted
      expect(await Promise.all(others)).toHaveLength(2);
      throw new Error('rolled back');
    });
    await expect(aborted).rejects.toThrow('rolled back');
    expect(await unfinished()).toBe(2);
  });
});

/** A host that runs no steps. */
function starting(template: TestTemplate): Promise<Host> {
  const handlers = { [HANDLER]: () => ({}) };
  return lab.open({ ...settings, worker: { enabled: false }, templates: [template], handlers });
}

async function unfinished(): Promise<number> {
  const [row] = await lab.query<{ count: number }>(
    `select count(*)::integer from __schema__.tasks where state <> 'complete'`,
  );
  return row!.count;
}
