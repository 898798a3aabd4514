import { DataSource } from 'typeorm';
import {
  ApiTokenService,
  defineTask,
  PermanentError,
  RecordService,
  TaskReader,
  TaskService,
  WebhookService,
  type Permission,
} from 'nestjs-tasker';
import { AuditSealer } from '../../../lib/audit/audit.sealer.js';
import { ChangeFeed } from '../../../lib/live/change.feed.js';
import { DeliveryDeriver } from '../../../lib/webhooks/delivery.deriver.js';
import { createTestDatabase, type TestDatabase } from '../database.js';
import { eventually } from '../eventually.js';
import { handlerClass } from '../host.js';
import { startOwnGraphqlHost, type GraphqlHost } from '../graphql.host.js';
import type { HttpHostSettings } from '../http.host.js';
import type { Kind, Target } from './samples.js';
import { MatrixUsers } from './users.js';

/** Texts in parts of the subject, each with the permission without which nobody may read it anywhere. */
export const SECRETS = {
  'in the context': 'tasker.task:read_context',
  'in an annotation': 'tasker.task:read_annotations',
  'in the history': 'tasker.task:read_transitions',
  'in the results': 'tasker.workflow_step:read_results',
  'in an error': 'tasker.workflow_step:read_error',
} as const satisfies Readonly<Record<string, Permission>>;

const secret = (text: keyof typeof SECRETS): string => text;

/** `pack` and `bill` go side by side; `bill` fails for good if the order is 13. */
const ORDER = defineTask({ namespace: 'shop', name: 'order', version: '1.0.0' })
  .step('read', { handler: 'warehouse.echo' })
  .step('pack', { handler: 'shop.pack', dependsOn: ['read'] })
  .step('bill', { handler: 'shop.bill', dependsOn: ['read'], skippable: true })
  .step('ship', { handler: 'warehouse.echo', dependsOn: ['pack', 'bill'] });
const HANDLERS = [
  handlerClass('shop.pack', () => ({ note: secret('in the results') })),
  handlerClass('shop.bill', ({ task }) => {
    if (task.context.order_id === 13) throw new PermanentError(secret('in an error'));
  }),
];
/** Of a namespace of its own, and run last. */
const AUDIT = defineTask({ namespace: 'office', name: 'audit', version: '1.0.0' }).step('note', {
  handler: 'warehouse.echo',
});

/** Ids and names that nothing has. */
export const NOTHING: Target = {
  ...{ task: '999999999', step: 'bill', stepId: '999999999', webhook: '999999999', delivery: '999999999' },
  token: '999999999',
  ...{ namespace: 'nobodys', name: 'none', position: '0.0' },
};

/** How many targets of each kind are wanted. */
export type Counts = Readonly<Record<Kind, number>>;

export interface MatrixHost {
  readonly host: GraphqlHost;
  readonly url: string;
}

/** A host of each server and GraphQL driver over one database, with tasks, webhooks and API tokens to act on. */
export interface Stage {
  readonly hosts: readonly MatrixHost[];
  readonly users: MatrixUsers;
  /** Looked at by everybody, and changed by nobody. */
  readonly subject: Target;
  readonly targets: Readonly<Record<Kind, readonly Target[]>>;
  /** Of everything that is stored. */
  digest(): Promise<string>;
  close(): Promise<void>;
}

export async function openStage(counts: Counts): Promise<Stage> {
  const shared = await createTestDatabase();
  const users = new MatrixUsers();
  const hosts = await Promise.all(
    (['apollo', 'mercurius'] as const).map((driver) => openHost(driver, shared, { providers: users.providers })),
  );
  const { app } = hosts[0]!.host;
  const { subject, targets } = await furnish(hosts[0]!.host, counts);
  return {
    ...{ hosts, users, subject, targets },
    digest: () => digestOf(app.get(DataSource)),
    close: async () => {
      await Promise.all(hosts.map(({ host }) => host.close()));
      await shared.drop();
    },
  };
}

/** A host that listens, with the workflows of the matrix. */
export async function openHost(
  driver: 'apollo' | 'mercurius',
  shared: TestDatabase,
  { providers = [], tasker, imports = [] }: Pick<HttpHostSettings, 'providers' | 'tasker' | 'imports'>,
): Promise<MatrixHost> {
  const own = { providers: [...providers, ...HANDLERS], tasker: { templates: [ORDER, AUDIT], ...tasker }, imports };
  const host = await startOwnGraphqlHost(driver, {}, { shared, ...own });
  await host.app.listen(0, '127.0.0.1');
  return { host, url: await host.app.getUrl() };
}

/** Makes what the matrix asks about. */
export async function furnish({ app, kit }: GraphqlHost, counts: Counts): Promise<Pick<Stage, 'subject' | 'targets'>> {
  const tasks = app.get(TaskService);
  const start = async (count: number, order: number): Promise<readonly string[]> => {
    const request = {
      namespace: 'shop',
      name: 'order',
      version: '1.0.0',
      context: { order_id: order, note: secret('in the context') },
    };
    return (await tasks.startMany(Array.from({ length: count }, () => request))).map(({ id }) => id);
  };
  const hooks = app.get(WebhookService);
  const webhooks = await Promise.all(
    Array.from({ length: counts.webhook + 1 }, () =>
      hooks.create({ url: 'https://example.com', filter: { namespace: 'office', events: ['task.completed'] } }),
    ),
  );
  const tokensOf = app.get(ApiTokenService);
  const tokens = await Promise.all(
    Array.from({ length: counts.token + 1 }, () => tokensOf.create({ name: 'import', userId: 'importer' }, 'ann')),
  );
  const failed = await start(counts.failed, 13);
  await kit.runUntilIdle();
  const position = await positionNow(app.get(ChangeFeed, { strict: false }));
  const [first] = await start(1, 13);
  await kit.runUntilIdle();
  await tasks.resetStep(first!, 'bill', { actor: 'ann', reason: secret('in the history') });
  await kit.runUntilIdle();
  await tasks.start({ namespace: 'office', name: 'audit', version: '1.0.0' });
  await kit.runUntilIdle();
  const [waiting, held] = [await start(counts.waiting, 1), await start(counts.held, 1)];
  const over = await start(counts.over, 1);
  await tasks.bulk('hold', { ids: held }, { actor: 'ann' });
  await tasks.bulk('cancel', { ids: over }, { actor: 'ann' });
  await app.get(RecordService).annotate(first!, 'audit', secret('in an annotation'));
  await derived(app.get(DeliveryDeriver, { strict: false }));
  await app.get(AuditSealer).runOnce();
  const [hook, ...ofWebhooks] = await Promise.all(
    webhooks.map(async ({ id }) => ({ webhook: id, delivery: (await hooks.deliveries(id)).deliveries[0]!.id })),
  );
  const { steps } = await app.get(TaskReader).get(first!);
  const subject: Target = {
    ...{ task: first!, step: 'bill', stepId: steps.find(({ name }) => name === 'bill')!.id },
    ...{ ...hook!, token: tokens[0]!.id, namespace: 'shop', name: 'order', position },
  };
  const asTarget = (task: string): Target => ({ ...subject, task });
  return {
    subject,
    targets: {
      waiting: waiting.map(asTarget),
      held: held.map(asTarget),
      failed: failed.map(asTarget),
      over: over.map(asTarget),
      webhook: ofWebhooks.map((each) => ({ ...subject, ...each })),
      token: tokens.slice(1).map(({ id }) => ({ ...subject, token: id })),
    },
  };
}

/** Streams from here on have few changes: each of them decides about every change until its client has gone. */
async function positionNow(feed: ChangeFeed): Promise<string> {
  const stream = await feed.follow();
  stream.close();
  return stream.position;
}

/** Changes become deliveries once no transaction of the server is older. */
function derived(deriver: DeliveryDeriver): Promise<void> {
  return eventually(async () => {
    if ((await deriver.runOnce()) === 0) throw new Error('No delivery was derived.');
  });
}

/** One text for all rows of all tables but those of the audit log, which has what was denied, too. */
async function digestOf(database: DataSource): Promise<string> {
  const tables = await database.query<{ name: string }[]>(
    `select tablename as name from pg_tables where schemaname = 'tasker' and tablename not like 'audit\\_%' order by 1`,
  );
  const digests = tables.map(
    ({ name }) =>
      `select '${name} ' || md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from tasker.${name} t`,
  );
  const rows = await database.query<{ digest: string }[]>(
    `select string_agg(digest, e'\n' order by digest) as digest from (${digests.join(' union all ')}) as of_table (digest)`,
  );
  return rows[0]!.digest;
}
