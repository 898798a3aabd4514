import type { AddressInfo } from 'node:net';
import pg from 'pg';
import {
  PermanentError,
  TASKER_AUTHENTICATOR,
  TASKER_AUTHORIZATION_COORDINATOR,
  type Permission,
  type StepContext,
  type TaskerUser,
  type TaskScope,
} from 'nestjs-tasker';
import { AuditSealer } from '../../../lib/audit/audit.sealer.js';
import { DenialRecorder } from '../../../lib/audit/denial.recorder.js';
import { DeliveryDeriver } from '../../../lib/webhooks/delivery.deriver.js';
import { DeliveryWorker } from '../../../lib/webhooks/delivery.worker.js';
import { createTestDatabase, type TestDatabase } from '../database.js';
import { aChain, aTemplate, HANDLER } from '../factories.js';
import { startOwnGraphqlHost, type GraphqlHost } from '../graphql.host.js';
import { handlerClass } from '../host.js';

export const OWN = 'garden';
export const FOREIGN = 'vault';
/** Part of every text that only the other namespace has. No request of the user has it but as a filter. */
export const SECRET = 's3cret';

export type Driver = 'apollo' | 'mercurius';

/** No retry becomes due during a test. */
const defaults = { backoff: { baseSeconds: 7_200, factor: 1, maxSeconds: 7_200, jitter: 0 } };
const aFlow = (namespace: string, name: string, version: string, more: object = {}) =>
  aTemplate(aChain('read', 'pay', 'ship'), {
    ...{ namespace, name, version, defaults },
    steps: { ship: { skippable: true } },
    ...more,
  });

const OWN_TEMPLATES = [aFlow(OWN, 'order', '1.0.0'), aFlow(OWN, 'order', '2.0.0'), aFlow(OWN, 'refund', '1.0.0')];
const FOREIGN_TEMPLATES = [
  aFlow(FOREIGN, 'order', '1.0.0', { description: `${SECRET} description` }),
  aFlow(FOREIGN, 'order', '3.0.0'),
  aTemplate(aChain('read', `${SECRET}_step`), {
    ...{ namespace: FOREIGN, name: 'heist', version: '1.0.0', defaults },
    steps: { read: { queue: `${SECRET}_queue`, handlerConfig: { word: `${SECRET}_config` } } },
  }),
];

/** Tables by the place of their ids: those of two tables, or of two worlds, are never the same. */
const ID_TABLES = [
  ...['tasks', 'workflow_steps', 'task_transitions', 'workflow_step_transitions', 'task_annotations'],
  ...['webhooks', 'webhook_deliveries', 'annotation_types', 'workers', 'audit_inbox'],
];
/** The tables whose lists are ordered, with the column of the order. */
const ORDERED = [
  ['tasker.tasks', 'task_id'],
  ['tasker.webhook_deliveries', 'webhook_delivery_id'],
] as const;
const IDS_OF_A_TABLE = 10_000_000_000;
const IDS_OF_A_WORLD = 1_000_000_000_000;

/** A database with its host. `mixed` has tasks of both namespaces; `alone` has those of one of them, as if there were no other. */
export interface World {
  readonly name: 'mixed' | 'alone';
  readonly host: GraphqlHost;
  /** Of the server. */
  readonly url: string;
  query<Row = Record<string, any>>(sql: string, ...parameters: readonly unknown[]): Promise<readonly Row[]>;
  /** Runs every step that is due, then sends what webhooks are to be told, and seals the audit log. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** @param limits the scope of the user in the mixed world */
export async function openWorld(name: World['name'], driver: Driver, limits: TaskScope): Promise<World> {
  // Entries of the audit log about no namespace are not for a user with a scope, so such a user has one in both worlds.
  const scope = (user: TaskerUser | null, permission: Permission): TaskScope | null =>
    user?.id !== 'root' && (name === 'mixed' || permission === 'tasker.audit:index') ? limits : null;
  const authenticate = ({ headers }: { headers: Readonly<Record<string, string>> }): TaskerUser | null =>
    headers.user === undefined ? null : { id: headers.user };
  let databaseUrl = '';
  const host = await startOwnGraphqlHost(
    driver,
    {},
    {
      database: () => aDatabase(name === 'mixed' ? 1 : 2),
      tasker: {
        templates: [...OWN_TEMPLATES, ...(name === 'mixed' ? FOREIGN_TEMPLATES : [])],
        // One step at a time, so that both worlds run them in the same order; and no worker is late.
        worker: { enabled: false, concurrency: 1, leaseSeconds: 3_600 },
        live: { pollIntervalMs: 10 },
        webhooks: { allowPrivateTargets: true, maxAttempts: 1 },
      },
      providers: [
        handlerClass(HANDLER, run),
        { provide: TASKER_AUTHENTICATOR, useValue: { authenticate } },
        { provide: TASKER_AUTHORIZATION_COORDINATOR, useValue: { may: () => true, scope } },
      ],
      through: (url) => {
        databaseUrl = url;
        return Promise.resolve(url);
      },
    },
  );
  await host.app.listen(0, '127.0.0.1');
  const { port } = host.http.address() as AddressInfo;
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  // Migrations bring one that nothing is in.
  if (name === 'alone') await client.query('delete from tasker.task_namespaces where name <> $1', [OWN]);
  return {
    ...{ name, host, url: `http://127.0.0.1:${port}` },
    query: async (sql, ...parameters) => (await client.query(sql, [...parameters])).rows as never,
    settle: async () => {
      await host.kit.runUntilIdle();
      await host.app.get(DeliveryDeriver, { strict: false }).runOnce();
      await host.app.get(DeliveryWorker, { strict: false }).runOnce();
      await host.app.get(DenialRecorder).flush();
      await host.app.get(AuditSealer).runOnce();
    },
    close: async () => {
      await client.end();
      await host.close();
    },
  };
}

async function aDatabase(world: number): Promise<TestDatabase> {
  const database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    const starts = ID_TABLES.map(
      (table, place) =>
        `setval(pg_get_serial_sequence('tasker.${table}', (select attname from pg_attribute
           where attrelid = 'tasker.${table}'::regclass and attidentity <> '')), ${world * IDS_OF_A_WORLD + (place + 1) * IDS_OF_A_TABLE})`,
    );
    await client.query(`select ${starts.join(', ')}`);
    // There is room between any two of them for the place of an id of the mixed world.
    for (const [table, column] of ORDERED) {
      const [{ sequence }] = (
        await client.query<{ sequence: string }>('select pg_get_serial_sequence($1, $2) as sequence', [table, column])
      ).rows as [{ sequence: string }];
      await client.query(`alter sequence ${sequence} increment by 2`);
    }
  } finally {
    await client.end();
  }
  return database;
}

/** A step does as the context of its task says. */
function run({ task, step }: StepContext): unknown {
  const { course, word = null } = task.context as Readonly<Record<string, string | undefined>>;
  const isWork = step.name === 'pay' || step.name.startsWith(SECRET);
  if (isWork && course === 'fails') {
    throw new PermanentError(`${word} went wrong`, { code: 'WRONG', context: { word } });
  }
  if (isWork && course === 'retries') throw new Error(`${word} went wrong this time`);
  return { word, step: step.name };
}

const ID = /^[12](?:0[1-9]|10)\d{10}$/;

/** The table of an id; null for what is no id of either world. */
export function tableOf(id: string): string | null {
  return ID.test(id) ? (ID_TABLES[Number(id.slice(1, 3)) - 1] ?? null) : null;
}

/** Matches every id in a text. */
export const IDS = /(?<!\d)[12](?:0[1-9]|10)\d{10}(?!\d)/g;
