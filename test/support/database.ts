import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { migrate } from '../../lib/persistence/migration.runner.js';

export interface TestDatabase {
  readonly url: string;
  readonly name: string;
  /** Breaks what connections are left, so that a test which failed half-way cannot keep its database. */
  drop(): Promise<void>;
}

/**
 * A database of one's own, migrated, as a copy of the template database of this run.
 *
 *     let db: TestDatabase;
 *     beforeAll(async () => { db = await createTestDatabase(); });
 *     afterAll(() => db.drop());
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const template = `${run()}_template`;
  return alone(async (admin) => {
    if (!(await exists(admin, template))) await makeTemplate(admin, template);
    return create(admin, `template ${template} ${await copying(admin)}`);
  });
}

/** File by file, which takes half of the time that going through the log takes; the only way before PostgreSQL 15. */
async function copying(admin: pg.Client): Promise<string> {
  const { rows } = await admin.query(`select current_setting('server_version_num')::integer >= 150000 as "canChoose"`);
  return rows[0].canChoose ? 'strategy file_copy' : '';
}

/** A database without anything of ours in it, for tests of the migrations. */
export function createEmptyDatabase(options = ''): Promise<TestDatabase> {
  return alone((admin) => create(admin, `template template0 ${options}`));
}

async function create(admin: pg.Client, source: string): Promise<TestDatabase> {
  const name = `${run()}_${randomBytes(4).toString('hex')}`;
  await admin.query(`create database ${name} ${source}`);
  return { name, url: urlOf(name), drop: () => dropDatabase(name) };
}

/** Under another name until it is migrated, so that a template that exists is complete. */
async function makeTemplate(admin: pg.Client, template: string): Promise<void> {
  const draft = `${template}_draft`;
  await admin.query(`drop database if exists ${draft} with (force)`);
  await admin.query(`create database ${draft} template template0`);
  await migrateTemplate(urlOf(draft));
  await admin.query(`alter database ${draft} rename to ${template}`);
}

/** Connections to a template have to be closed before it can be renamed or copied. */
async function migrateTemplate(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await migrate(client, 'tasker', 'apply');
  } finally {
    await client.end();
  }
}

/**
 * PostgreSQL copies a database only while nobody else uses or copies it, so the test files of a run take turns. The lock
 * is that of this session and ends with it, even when the process is killed.
 */
async function alone<T>(work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: serverUrl() });
  await admin.connect();
  try {
    await admin.query('select pg_advisory_lock(hashtextextended($1, 0))', [run()]);
    await requireLiveRun(admin);
    return await work(admin);
  } finally {
    await admin.end();
  }
}

/** A worker of Jest outlives an interrupted run by a while, and nobody would drop what it makes then. */
async function requireLiveRun(admin: pg.Client): Promise<void> {
  const { rowCount } = await admin.query('select from pg_stat_activity where application_name = $1', [run()]);
  if (rowCount === 0) throw new Error('The run that this test belongs to has ended.');
}

async function exists(admin: pg.Client, name: string): Promise<boolean> {
  const { rowCount } = await admin.query('select 1 from pg_database where datname = $1', [name]);
  return rowCount === 1;
}

async function dropDatabase(name: string): Promise<void> {
  const admin = new pg.Client({ connectionString: serverUrl() });
  await admin.connect();
  try {
    await admin.query(`drop database if exists ${name} with (force)`);
  } finally {
    await admin.end();
  }
}

function urlOf(name: string): string {
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  return url.href;
}

const serverUrl = (): string => fromSetup('TASKER_TEST_SERVER_URL');

/** The prefix of every database of this run. */
const run = (): string => fromSetup('TASKER_TEST_RUN');

function fromSetup(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`${name} is not set: tests with a database belong below test/integration, test/e2e or test/chaos.`);
}
