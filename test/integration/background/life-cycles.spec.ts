import { createHook } from 'node:async_hooks';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ChangeFeed, TaskHandler, TaskRetention, type TaskHandlerContract } from 'nestjs-tasker';
import type pg from 'pg';
import { AuditLifecycle } from '../../../lib/audit/audit.lifecycle.js';
import { AuditRetention } from '../../../lib/audit/audit.retention.js';
import { AuditSealer } from '../../../lib/audit/audit.sealer.js';
import { HeadPublisher } from '../../../lib/audit/head.publisher.js';
import { RecurringWork } from '../../../lib/background/recurring.work.js';
import { EngineLifecycle } from '../../../lib/engine/engine.lifecycle.js';
import { EngineSignals } from '../../../lib/engine/engine.signals.js';
import { ReadyNotifier } from '../../../lib/engine/ready.notifier.js';
import { CancellationWatcher } from '../../../lib/engine/steps/cancellation.watcher.js';
import { ConcurrencyGovernor } from '../../../lib/engine/steps/concurrency.governor.js';
import { WorkerLoop } from '../../../lib/engine/steps/worker.loop.js';
import { WorkerMaintenance } from '../../../lib/engine/steps/worker.maintenance.js';
import { FinalHookRunner } from '../../../lib/engine/tasks/final-hook.runner.js';
import { ReadyChannelFactory } from '../../../lib/persistence/ready.channel.js';
import { DeliveryDeriver } from '../../../lib/webhooks/delivery.deriver.js';
import { DeliveryRetention } from '../../../lib/webhooks/delivery.retention.js';
import { DeliveryWorker } from '../../../lib/webhooks/delivery.worker.js';
import { WebhookLifecycle } from '../../../lib/webhooks/webhook.lifecycle.js';
import { aTemplate, HANDLER } from '../../support/factories.js';
import type { Host, HostSettings } from '../../support/host.js';
import { SHARED, useLab } from '../../support/lab.js';
import { randomFrom } from '../../support/random.js';

const lab = useLab();
const template = aTemplate();

@TaskHandler(template.request)
class Tasks implements TaskHandlerContract {
  updateAnnotations(): [] {
    return [];
  }
}

const SETTINGS: Omit<HostSettings, 'url'> = {
  templates: [template],
  handlers: { [HANDLER]: () => 'done' },
  providers: [Tasks],
  worker: { enabled: true, start: 'manual', minConcurrency: 1, pollIntervalMs: 20 },
  webhooks: { pollIntervalMs: 20 },
  live: { pollIntervalMs: 20 },
  retention: { afterDays: 1 },
  audit: { keepDays: 1 },
  dataSource: { extra: { idleTimeoutMillis: 0 } }, // or the pool would have timers, too
};

interface Service {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** These start and stop the others, each its own, and so have a host beside that of the others. */
const WHOLES: readonly string[] = [EngineLifecycle.name, WebhookLifecycle.name, AuditLifecycle.name];

/** Everything that starts and stops, which nobody else starts in the host. */
const SERVICES: readonly (readonly [name: string, of: (host: Host) => Service])[] = [
  ...[
    EngineLifecycle,
    WebhookLifecycle,
    WorkerLoop,
    WorkerMaintenance,
    CancellationWatcher,
    ConcurrencyGovernor,
    FinalHookRunner,
    TaskRetention,
    DeliveryDeriver,
    DeliveryWorker,
    DeliveryRetention,
    AuditLifecycle,
    AuditSealer,
    AuditRetention,
    HeadPublisher,
  ].map((type) => [type.name, (host: Host) => host.get<Service>(type)] as const),
  ['ReadyNotifier', ({ get }) => new ReadyNotifier(get(ReadyChannelFactory), get(EngineSignals))],
  ['ChangeFeed', ({ get }) => following(get(ChangeFeed))],
];

/** Those whose passes read no table. */
const WITHOUT_TABLES = ['AuditLifecycle', 'ConcurrencyGovernor', 'ReadyNotifier', 'WebhookLifecycle'];

/** A feed runs while somebody listens. */
function following(feed: ChangeFeed): Service {
  return {
    start: async () => {
      await feed.follow().catch(() => undefined);
    },
    stop: () => {
      feed.close();
      return feed.onApplicationShutdown();
    },
  };
}

type Order = (service: Service, passesWait: () => Promise<unknown>) => Promise<unknown>;

const ORDERS: Readonly<Record<string, Order>> = {
  'started and stopped': async (service) => {
    await service.start();
    await service.stop();
  },
  'started twice': async (service) => {
    await Promise.all([service.start(), service.start()]);
    await service.start();
    await service.stop();
  },
  'stopped twice': async (service) => {
    await service.start();
    await Promise.all([service.stop(), service.stop()]);
    await service.stop();
  },
  'stopped before it is started': async (service) => {
    await service.stop();
    await service.start();
  },
  'stopped while it starts': async (service) => {
    const unlock = await lockTables();
    const started = service.start();
    await Promise.resolve();
    const stopped = service.stop();
    await unlock();
    await Promise.all([started, stopped]);
  },
  'started while it stops': async (service, passesWait) => {
    await service.start();
    const unlock = await lockTables();
    for (const work of works) work.now();
    await passesWait();
    const stopped = service.stop();
    const started = service.start();
    await unlock();
    await Promise.all([started, stopped]);
  },
  'started after it was stopped': async (service) => {
    await service.start();
    await service.stop();
    await service.start();
  },
  'stopped after an error while it started': async (service) => {
    const bringBack = await takeTablesAway();
    await service.start().catch(() => undefined);
    await bringBack();
    await service.stop();
  },
  'started again after an error while it started': async (service) => {
    const bringBack = await takeTablesAway();
    await service.start().catch(() => undefined);
    await bringBack();
    await service.start();
    await service.stop();
  },
  'started and stopped in a random order': async (service) => {
    const random = randomFrom(18);
    const calls: Promise<void>[] = [];
    for (let n = 0; n < 20; n++) {
      calls.push(random() < 0.8 ? service.start() : service.stop());
      for (let turns = Math.floor(random() * 3); turns > 0; turns--) await new Promise(setImmediate);
    }
    await Promise.all([...calls, service.stop()]);
  },
};

const works: RecurringWork[] = [];
let client: pg.Client;

beforeEach(async () => {
  client = await lab.connect();
  const { start } = RecurringWork.prototype;
  jest.spyOn(RecurringWork.prototype, 'start').mockImplementation(function (this: RecurringWork) {
    works.push(this);
    return start.call(this);
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  works.length = 0;
});

describe.each(Object.entries(ORDERS))('nothing is left running when it is %s', (_, order) => {
  const [ofWholes, ofOthers] = [lab.share(SETTINGS), lab.share(SETTINGS)];

  it.each(SERVICES)('%s', async (name, of) => {
    const service = of(WHOLES.includes(name) ? ofWholes() : ofOthers());
    const listeners = (await sessions()).length;
    const timers = new Timers();
    try {
      await order(service, () =>
        soon(async () => expect(WITHOUT_TABLES.includes(name) || (await isAnyWaiting())).toBe(true)),
      );
      await soon(async () => {
        expect(timers.left).toBe(0);
        expect((await sessions()).length).toBeLessThanOrEqual(listeners);
        expect(timers.left).toBe(0);
      });
    } finally {
      timers.end();
    }
  });
});

/** As `eventually`, but without a timer of its own. */
async function soon(check: () => Promise<void>): Promise<void> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await new Promise(setImmediate);
  }
}

/** The statements of the host that are under way, and of its sessions that listen. */
async function sessions(): Promise<readonly string[]> {
  const { rows } = await client.query<{ query: string }>(
    `select query from pg_stat_activity
     where datname = current_database() and application_name = '${SHARED}' and (state <> 'idle' or query like 'listen%')`,
  );
  return rows.map(({ query }) => query);
}

async function isAnyWaiting(): Promise<boolean> {
  await client.query('select pg_stat_clear_snapshot()');
  const { rowCount } = await client.query(
    `select from pg_stat_activity
     where datname = current_database() and application_name = '${SHARED}' and wait_event_type = 'Lock'`,
  );
  return rowCount! > 0;
}

/** Lets passes wait for the tables; answers how to let them go on. */
async function lockTables(): Promise<() => Promise<unknown>> {
  const { rows } = await client.query<{ all: string }>(
    `select string_agg(format('%I.%I', schemaname, tablename), ', ') as all from pg_tables where schemaname = 'tasker'`,
  );
  await client.query(`begin; lock table ${rows[0]!.all} in access exclusive mode`);
  return () => client.query('commit');
}

/** Lets every statement fail; answers how to mend that. */
async function takeTablesAway(): Promise<() => Promise<unknown>> {
  await client.query('alter schema tasker rename to away');
  return () => client.query('alter schema away rename to tasker');
}

/** Timers that were set since this was made, and were neither cleared nor fired. */
class Timers {
  private readonly set = new Set<number>();
  private readonly hook = createHook({
    init: (id, type) => {
      if (type === 'Timeout') this.set.add(id);
    },
    destroy: (id) => {
      this.set.delete(id);
    },
  }).enable();

  get left(): number {
    return this.set.size;
  }

  end(): void {
    this.hook.disable();
  }
}
