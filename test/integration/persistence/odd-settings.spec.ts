import type { Server } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { getDataSourceToken, TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import request from 'supertest';
import { DataSource, DefaultNamingStrategy } from 'typeorm';
import { ChangeFeed, defineTask, RecordService, TASKER_ENTITIES, TaskerModule, type Change } from 'nestjs-tasker';
import { Database } from '../../../lib/persistence/database.js';
import { AnnotationTypeEntity } from '../../../lib/persistence/entities/annotation-type.entity.js';
import { WorkflowStepEntity } from '../../../lib/persistence/entities/workflow-step.entity.js';
import { schemaExists } from '../../../lib/persistence/migration.runner.js';
import { sqlStateOf } from '../../../lib/persistence/sql.errors.js';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../../support/database.js';
import { aTemplate } from '../../support/factories.js';
import { openHost } from '../../support/host.js';
import { startHttpHost, type HttpHost } from '../../support/http.host.js';
import { useLab } from '../../support/lab.js';
import { BY } from '../../support/operations.js';
import { connect } from '../../support/persistence.js';
import { lockWaited } from '../../support/waiting.js';
import { UninitialisedDataSourceError } from '../../../lib/persistence/persistence.errors.js';
import { UnsuitableDatabaseError } from '../../../lib/persistence/migration.errors.js';

/** What an administrator may have set for a database, or a role. */
const ODD_DATABASE: Readonly<Record<string, string>> = {
  datestyle: 'German, DMY',
  intervalstyle: 'sql_standard',
  timezone: 'America/St_Johns',
  extra_float_digits: '0',
  bytea_output: 'escape',
  standard_conforming_strings: 'off',
  default_transaction_isolation: 'serializable',
  transform_null_equals: 'on',
  search_path: 'elsewhere',
};

class ShoutingNames extends DefaultNamingStrategy {
  override tableName(target: string, given: string | undefined): string {
    return `T_${super.tableName(target, given).toUpperCase()}`;
  }

  override columnName(property: string, _: string | undefined, prefixes: string[]): string {
    return `c_${super.columnName(property, '', prefixes)}`;
  }
}

/** Oids of `name`, `text` and `varchar`. */
const TEXTS: readonly number[] = [19, 25, 1043];

/** What a host may have said to TypeORM and `pg`; the parsers make something unusable of everything but texts. */
const ODD_DRIVER = {
  name: 'second',
  parseInt8: true,
  entityPrefix: 'app_',
  namingStrategy: new ShoutingNames(),
  synchronize: true,
  isolationLevel: 'SERIALIZABLE',
  entities: [...TASKER_ENTITIES],
  autoLoadEntities: false,
  extra: {
    types: {
      getTypeParser: (oid: number) => (text: string) => (TEXTS.includes(oid) ? text : { odd: text }),
    },
  },
} as unknown as TypeOrmModuleOptions;

const FLOW = defineTask({
  namespace: 'odd',
  name: 'flow',
  version: '1.0.0',
  defaults: { backoff: { baseSeconds: 60, jitter: 0 } }, // longer than the busiest machine takes
})
  .step('first', { handler: 'warehouse.echo', limits: { concurrency: 1 } })
  .step('second', { handler: 'warehouse.bill', dependsOn: ['first'], retryLimit: 2, transactional: true });

/** @param make a migrated one, or one that the host migrates under these settings */
const withSettings = (settings: Readonly<Record<string, string>>, make: () => Promise<TestDatabase>) => async () => {
  const database = await make();
  const client = await connect(database.url);
  // A decoy for everything that is looked for in the search path.
  await client.query(
    'create schema elsewhere; create table elsewhere.tasks (); create domain elsewhere.task_state as integer',
  );
  for (const [name, value] of Object.entries(settings)) {
    const text = name === 'search_path' ? value : `'${value}'`;
    await client.query(`alter database ${database.name} set ${name} = ${text}`);
  }
  await client.end();
  return database;
};

/** All that people see of a small story, with its instants, durations and names of processes taken out. */
async function story({ app, kit }: HttpHost): Promise<Record<string, unknown>> {
  const http = app.getHttpServer();
  const seen: Record<string, unknown> = {};
  const get = async (path: string): Promise<any> => {
    const { status, body } = await request(http).get(`/tasker${path}`);
    seen[path] = plain({ status, body });
    return body;
  };
  const start = async (order: number, settings = {}): Promise<string> => {
    const body = { namespace: 'odd', name: 'flow', version: '1.0.0', context: { order_id: order }, ...settings };
    const answers = await Promise.all(
      [1, 2].map(() => request(http).post('/tasker/tasks').set('Idempotency-Key', `k${order}`).send(body)),
    );
    const [answer] = answers.filter(({ status }) => status === 201);
    seen[`start ${order}`] = plain(answer!.body);
    return (answer!.body as { id: string }).id;
  };

  const [failing, retried, ...others] = [
    await start(13),
    await start(12),
    await start(1, {
      runAt: '2020-01-01T00:00:00.123Z',
      deadlineAt: '2999-12-31T23:59:59.999Z',
      tags: ['a', "it's \\ 😀"],
    }),
    await start(2),
    await start(3, { idempotencyKey: 'same' }),
  ];
  await kit.runUntilIdle();
  const waiting = await get(`/tasks/${retried}`);
  const { body: again } = await request(http).post(`/tasker/tasks/${retried}/retry`).send({ reason: 'now' });
  seen.retry = plain(again);
  await kit.runUntilIdle();
  expect(waiting.steps[1].nextRetryAt).toMatch(INSTANT);

  const records = app.get(RecordService, { strict: false });
  await records.annotate(retried, 'note', { a: 1, b: [null, 'x'] });
  const [note] = await records.annotationsOf(retried);
  seen.note = [plain(note), INSTANT.test(note!.createdAt), Math.abs(Date.parse(note!.createdAt) - Date.now()) < 60_000];

  for (const id of [failing, retried, others[0]]) await get(`/tasks/${id}?include=annotations,transitions,analysis`);
  for (const sort of ['createdAt', '-updatedAt', 'completedAt', '-requestedAt']) seen[sort] = await idsBy(http, sort);
  const since = new Date(Date.now() - 600_000).toISOString();
  const { body: recent } = await request(http).get(`/tasker/tasks?createdAfter=${since}`);
  seen.recent = (recent.tasks as unknown[]).length;
  for (const path of ['/workers', '/queues', '/dead_letters', '/analytics/performance', '/analytics/bottlenecks'])
    await get(path);
  await get('/health/ready');

  const { headers } = await request(http).get(`/tasker/tasks/${failing}`);
  const changed = await request(http)
    .patch(`/tasker/tasks/${failing}`)
    .set('If-Match', headers.etag!)
    .send({ tags: ['x'] });
  const stale = await request(http)
    .patch(`/tasker/tasks/${failing}`)
    .set('If-Match', headers.etag!)
    .send({ tags: ['y'] });
  seen.patch = [changed.status, stale.status];
  seen.changes = await changesOf(app);
  return seen;
}

async function idsBy(http: Server, sort: string): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let after = ''; ;) {
    const { body } = await request(http)
      .get(`/tasker/tasks?limit=2&sort=${sort}${after && `&after=${after}`}`)
      .expect(200);
    ids.push(...(body.tasks as { id: string }[]).map(({ id }) => id));
    after = body.page.next as string;
    if (!after) return ids;
  }
}

/** Sorted, as those of one moment come in either order. */
async function changesOf(app: INestApplication): Promise<unknown> {
  const changes: Change[] = [];
  for await (const change of await app.get(ChangeFeed, { strict: false }).follow({}, '0.0')) {
    changes.push(change);
    if (changes.filter(({ event }) => /^task\.(completed|failed)$/.test(event)).length === 5) break;
  }
  const written = changes.map(
    ({ position, ...change }) => `${/^\d+\.\d+$/.test(position)} ${JSON.stringify(plain(change))}`,
  );
  return written.toSorted();
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
/** What differs from run to run. */
const VARYING =
  /(duration|seconds|revision|throughput|rate|score|next|prev|worker|pid|^name$|host|connections|micros|timems)/i;

function plain(value: unknown, key = ''): unknown {
  if (value instanceof Date) return 'date';
  if (typeof value === 'string' && INSTANT.test(value)) return 'instant';
  if (Array.isArray(value)) {
    const items = value.map((each) => plain(each, key));
    return key.startsWith('slowest')
      ? items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      : items;
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each, name)]));
  }
  return VARYING.test(key) && value !== null ? typeof value : value;
}

describe('in a database and behind a driver with odd settings', () => {
  const hosts: HttpHost[] = [];
  let usual: Record<string, unknown>;
  let odd: Record<string, unknown>;
  beforeAll(async () => {
    const tasker = { templates: [FLOW], migrations: 'apply' as const, worker: { enabled: false } };
    hosts.push(await startHttpHost({ database: withSettings({}, createTestDatabase), tasker }));
    const database = { dataSource: 'second' };
    hosts.push(
      await startHttpHost({
        database: withSettings(ODD_DATABASE, createEmptyDatabase),
        dataSource: ODD_DRIVER,
        tasker: { ...tasker, database },
      }),
    );
    [usual, odd] = await Promise.all([story(hosts[0]!), story(hosts[1]!)]);
  });
  afterAll(async () => {
    const { driver } = hosts[1]!.app.get<DataSource>(getDataSourceToken('second'));
    await Promise.all(hosts.map((host) => host.close()));
    // `parseInt8` holds for all of the process.
    (driver as unknown as { postgres: { defaults: { parseInt8: boolean } } }).postgres.defaults.parseInt8 = false;
  });

  it('everything is answered as in one with the usual ones', () => {
    expect(usual.createdAt).toEqual(['1', '2', '3', '4', '5']);
    expect(odd).toEqual(usual);
  });
});

describe('a database that cannot hold what we store', () => {
  it.each([
    [
      'of another encoding',
      `encoding 'LATIN1' lc_collate 'C' lc_ctype 'C' locale_provider libc`,
      '',
      'has the encoding LATIN1',
    ],
    ['that reads nulls as texts', '', 'set array_nulls = off', 'has array_nulls = off'],
  ])('%s is refused at start, before it is migrated', async (_, options, setting, fault) => {
    const database = await createEmptyDatabase(options);
    const client = await connect(database.url);
    if (setting) await client.query(`alter database ${database.name} ${setting}`);
    for (const migrations of ['apply', 'verify', 'off'] as const) {
      const failure = openHost({ url: database.url, migrations });
      await expect(failure).rejects.toThrow(UnsuitableDatabaseError);
      await expect(failure).rejects.toThrow(fault);
    }
    expect(await schemaExists(client, 'tasker')).toBe(false);
    await client.end();
    await database.drop();
  });
});

describe('a connection whose transactions became serializable', () => {
  const lab = useLab();

  it('is asked about it after a serialisation failure, and the statement runs again', async () => {
    const template = aTemplate();
    const { tasks, get } = await lab.open({ templates: [template], dataSource: { poolSize: 2 } });
    const [{ id }] = await Promise.all([tasks.start(template.request), tasks.start(template.request)]);
    const runners = [1, 2].map(() => get(DataSource).createQueryRunner());
    await Promise.all(runners.map((runner) => runner.query('set default_transaction_isolation = serializable')));
    await Promise.all(runners.map((runner) => runner.release()));

    const other = await lab.connect();
    await other.query('begin');
    await other.query(`update tasker.tasks set reason = 'another' where task_id = $1`, [id]);
    const cancelled = tasks.cancel(id, BY);
    await lockWaited(other, 'cancel_task');
    await other.query('commit');
    await expect(cancelled).resolves.toMatchObject({ changed: true });
  });

  it('leaves it to the host to try its own serializable transaction again', async () => {
    const template = aTemplate();
    const { tasks, get } = await lab.open({ templates: [template] });
    const start = (key: string) =>
      get(DataSource).transaction('SERIALIZABLE', async (manager) => {
        await manager.query('select 1');
        return tasks.start({ ...template.request, idempotencyKey: key }, { manager });
      });
    const answers = await Promise.allSettled([start('same'), start('same')]);
    const failures = answers.filter((answer) => answer.status === 'rejected');
    expect(failures.map(({ reason }) => sqlStateOf(reason)).filter((state) => state !== '40001')).toEqual([]);
    expect(failures.length).toBeLessThan(2);
  });
});

describe('what a host says to TypeORM', () => {
  const after: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of after.splice(0).reverse()) await close();
  });

  /** A database that is dropped after the test. */
  async function aDatabase(make: () => Promise<TestDatabase> = createTestDatabase): Promise<TestDatabase> {
    const database = await withSettings({}, make)();
    after.push(() => database.drop());
    return database;
  }

  it.each([
    ['a prefix', { entityPrefix: 'app_' }, createEmptyDatabase],
    ['names of its own', { namingStrategy: new ShoutingNames() }, createTestDatabase],
    ['a schema', { schema: 'elsewhere' }, createTestDatabase],
  ])('%s is for its entities, and ours read our tables', async (_, options, make) => {
    const database = await aDatabase(make);
    const template = aTemplate();
    const entities = [...TASKER_ENTITIES];
    const dataSource = { ...options, entities, synchronize: true };
    const host = await openHost({ url: database.url, migrations: 'apply', templates: [template], dataSource });
    after.push(host.close);
    const { id } = await host.tasks.start(template.request);
    const source = host.get(DataSource);
    const found = await source.getRepository(WorkflowStepEntity).find({
      where: { task: { id, namedTask: { version: '1.0.0' } } },
      relations: { namedStep: true, task: { namedTask: { namespace: true } } },
    });
    expect(found).toMatchObject([
      { state: 'pending', namedStep: { name: 'only' }, task: { id, namedTask: { namespace: { name: 'tests' } } } },
    ]);
    const types = source.getRepository(AnnotationTypeEntity);
    expect(await types.save(types.create({ name: 'review' }))).toMatchObject({ id: '1' });
    const stray = await source.query(
      `select oid::regclass::text as name from pg_class where relkind = 'r' and relname ~* '^(app|t)_'
       and relnamespace <> 'tasker'::regnamespace and relnamespace > 16000`,
    );
    expect(stray).toEqual([]);
  });

  it('dropSchema empties the schema when our entities are listed, and the start fills it again', async () => {
    const database = await aDatabase();
    const template = aTemplate();
    for (const dropSchema of [false, true]) {
      const dataSource = { entities: [...TASKER_ENTITIES], dropSchema };
      const host = await openHost({ url: database.url, migrations: 'apply', templates: [template], dataSource });
      const { id } = await host.tasks.start(template.request).finally(host.close);
      expect([dropSchema, id]).toEqual([dropSchema, '1']);
    }
  });

  it('manualInitialization is waited for by nobody: a data source that is not ready is named', async () => {
    const database = await aDatabase();
    const failure = openHost({ url: database.url, dataSource: { manualInitialization: true } });
    await expect(failure).rejects.toThrow(UninitialisedDataSourceError);
    const module = await Test.createTestingModule({
      imports: [
        TypeOrmModule.forRoot({ type: 'postgres', url: database.url, manualInitialization: true }),
        TaskerModule.forRoot({ migrations: 'apply', worker: { enabled: false } }),
      ],
    }).compile();
    after.push(() => module.close());
    const source = module.get(DataSource);
    await source.initialize();
    await module.init();
    // Whoever closes it and opens it again has another pool, and entities without our schema.
    await source.destroy();
    await source.initialize();
    await expect(module.get(Database, { strict: false }).query('select 1 as one', [])).resolves.toEqual([{ one: 1 }]);
  });
});
