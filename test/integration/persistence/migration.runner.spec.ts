import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import {
  DatabaseAheadError,
  DatabaseBehindError,
  EditedMigrationError,
  MigrationFailedError,
} from '../../../lib/persistence/migration.errors.js';
import { migrate, migrationStatus } from '../../../lib/persistence/migration.runner.js';
import { packageVersion } from '../../../lib/options/package.files.js';
import { readSqlFiles, type SqlFile, type SqlFiles } from '../../../lib/persistence/sql.files.js';
import { amount } from '../../support/amount.js';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../../support/database.js';
import { connect } from '../../support/persistence.js';
import { sqlFile, withFile } from '../../support/sql-files.js';
import { lockWaited } from '../../support/waiting.js';

/** That migrate at the same time; each asks about every file. */
const PROCESSES = amount({ short: 3, full: 8 });

let db: TestDatabase;
let client: pg.Client;
let files: SqlFiles;

beforeAll(async () => {
  files = await readSqlFiles();
});
afterEach(async () => {
  await client.end();
  await db.drop();
});

const names = (): string[] => [...files.migrations, ...files.objects].map(({ name }) => name);
const valueOf = async (sql: string): Promise<unknown> => Object.values((await client.query(sql)).rows[0])[0];
const remember = (name: string, version: string) =>
  client.query('insert into tasker.schema_files (name, checksum, package_version) values ($1, $2, $3)', [
    name,
    'a checksum',
    version,
  ]);

describe('the migration runner, in an empty database', () => {
  beforeEach(async () => {
    db = await createEmptyDatabase();
    client = await connect(db.url);
  });

  it('applies every file to an empty database, migrations first', async () => {
    expect(await migrate(client, 'tasker', 'apply')).toEqual(names());
    expect(await migrationStatus(client, 'tasker')).toEqual({ missing: [], unknown: [], edited: [] });
  });

  it('refuses to verify an empty database, and names the command that helps', async () => {
    const failure = migrate(client, 'tasker', 'verify');
    await expect(failure).rejects.toThrow(DatabaseBehindError);
    await expect(failure).rejects.toThrow('npx nestjs-tasker migrate');
    const more = names().length - 3;
    await expect(failure).rejects.toThrow(`it lacks ${names().slice(0, 3).join(', ')} and ${more} more.`);
    await expect(failure).rejects.toMatchObject({ missing: names() });
    expect(await valueOf(`select to_regnamespace('tasker')`)).toBeNull();
  });

  it('touches nothing when it is off', async () => {
    expect(await migrate(client, 'tasker', 'off')).toEqual([]);
    expect(await valueOf(`select to_regnamespace('tasker')`)).toBeNull();
  });

  it('lets many processes migrate an empty database at once, each file applied by one of them', async () => {
    const clients = await Promise.all(Array.from({ length: PROCESSES }, () => connect(db.url)));
    const applied = await Promise.all(clients.map((each) => migrate(each, 'tasker', 'apply')));
    await Promise.all(clients.map((each) => each.end()));

    expect(applied.flat().sort()).toEqual(names().sort());
    expect(await migrationStatus(client, 'tasker')).toEqual({ missing: [], unknown: [], edited: [] });
  });

  it('rolls a file that fails back wholly, names it, keeps those before it and goes on from it', async () => {
    const broken = sqlFile('migrations/9002_broken.sql', 'create table __schema__.half (); select 1 / 0;');
    const failure = migrate(client, 'tasker', 'apply', withFile(files, broken));
    await expect(failure).rejects.toThrow(MigrationFailedError);
    await expect(failure).rejects.toThrow('migrations/9002_broken.sql could not be applied');
    await expect(failure).rejects.toThrow('division by zero');

    expect(await valueOf(`select to_regclass('tasker.half')`)).toBeNull();
    expect(await valueOf('select array_agg(name order by name) from tasker.schema_files')).toEqual(
      files.migrations.map(({ name }) => name),
    );

    const mended = withFile(files, sqlFile(broken.name, 'create table __schema__.half ();'));
    expect(await migrate(client, 'tasker', 'apply', mended)).toEqual([
      broken.name,
      ...files.objects.map(({ name }) => name),
    ]);
  });

  it('needs no permission to create schemas where somebody has created ours', async () => {
    await client.query(`create role modest_${db.name}`);
    await client.query(`create schema tasker authorization modest_${db.name}`);
    await client.query(`set role modest_${db.name}`);
    try {
      expect(await migrate(client, 'tasker', 'apply')).toEqual(names());
    } finally {
      await client.query('reset role');
      await client.query(`drop owned by modest_${db.name} cascade`);
      await client.query(`drop role modest_${db.name}`);
    }
  });

  it('works where the host made repeatable read the default', async () => {
    await client.query(`set default_transaction_isolation = 'repeatable read'`);
    expect(await migrate(client, 'tasker', 'apply')).toEqual(names());
    expect(await migrate(client, 'tasker', 'verify')).toEqual([]);
  });
});

describe('the migration runner, in a database that it has migrated', () => {
  beforeEach(async () => {
    db = await createTestDatabase();
    client = await connect(db.url);
  });

  it('does nothing the second time', async () => {
    expect(await migrate(client, 'tasker', 'apply')).toEqual([]);
    expect(await migrate(client, 'tasker', 'verify')).toEqual([]);
  });

  it.each([
    ['functions/_pin_planner.sql', 'advance'],
    ['functions/_pin_planner_for_periods.sql', 'get_slowest_steps'],
  ])('brings changed settings of the planner in %s to every function that has them', async (pin, example) => {
    const pinned = (condition: string): Promise<unknown> =>
      valueOf(`select string_agg(proname, ' ' order by proname) from pg_proc
        where pronamespace = 'tasker'::regnamespace and ${condition}`);
    const before = await pinned(`proconfig = (select proconfig from pg_proc where oid = 'tasker.${example}'::regproc)`);
    const { text } = files.objects.find(({ name }) => name === pin)!;
    const changed = sqlFile(pin, text.replace('set jit = off', 'set jit = off set geqo = off'));
    expect(await migrate(client, 'tasker', 'apply', withFile(files, changed))).toEqual([pin]);
    expect(String(before).split(' ').length).toBeGreaterThan(2);
    expect(await pinned(`'geqo=off' = any (proconfig)`)).toBe(before);
  });

  it('repairs a check that was written while backslashes meant another thing', async () => {
    const isBefore = ({ name }: SqlFile): boolean => name < 'migrations/0005';
    await migrate(client, 'other', 'apply', { migrations: files.migrations.filter(isBefore), objects: [] });
    await client.query(`
      alter table other.named_tasks drop constraint named_tasks_version_check;
      alter table other.named_tasks add constraint named_tasks_version_check check (version ~ '^d+.d+.d+')`);
    await migrate(client, 'other', 'apply');
    const check = (schema: string): Promise<unknown> =>
      valueOf(`select pg_get_constraintdef(oid) from pg_constraint
        where conname = 'named_tasks_version_check' and connamespace = '${schema}'::regnamespace`);
    expect(await check('other')).toBe(await check('tasker'));
    expect(await check('other')).toContain('[0-9]+[.][0-9]+');
  });

  it.each(['apply', 'verify'] as const)('refuses to %s a database that a newer package migrated', async (mode) => {
    await remember('migrations/9999_future.sql', '99.0.0');
    const failure = migrate(client, 'tasker', mode);
    await expect(failure).rejects.toThrow(DatabaseAheadError);
    await expect(failure).rejects.toThrow('migrations/9999_future.sql');
  });

  it.each(['apply', 'verify'] as const)('refuses to %s when an applied migration was edited', async (mode) => {
    const edited = withFile(files, sqlFile(files.migrations[0]!.name, '-- another text'));
    const failure = migrate(client, 'tasker', mode, edited);
    await expect(failure).rejects.toThrow(EditedMigrationError);
    await expect(failure).rejects.toThrow(files.migrations[0]!.name);
  });

  it('applies a function again when its text changed, and only that', async () => {
    const changed = withFile(files, oneFunction(2));
    await migrate(client, 'tasker', 'apply', withFile(files, oneFunction(1)));

    await expect(migrate(client, 'tasker', 'verify', changed)).rejects.toThrow('functions/one.sql');
    expect(await migrate(client, 'tasker', 'apply', changed)).toEqual(['functions/one.sql']);
    expect(await valueOf('select tasker.one()')).toBe(2);
  });

  it("leaves a newer package's function as it is, and starts with it", async () => {
    await migrate(client, 'tasker', 'apply', withFile(files, oneFunction(2)));
    await client.query(`update tasker.schema_files set package_version = '99.0.0' where name = 'functions/one.sql'`);

    const older = withFile(files, oneFunction(1));
    expect(await migrate(client, 'tasker', 'verify', older)).toEqual([]);
    expect(await migrate(client, 'tasker', 'apply', older)).toEqual([]);
    expect(await valueOf('select tasker.one()')).toBe(2);
  });

  it('remembers which version of the package applied a file', async () => {
    expect(await valueOf('select array_agg(distinct package_version) from tasker.schema_files')).toEqual([
      packageVersion(),
    ]);
  });

  it('never runs a migration twice, not even when another text of it was applied since it looked', async () => {
    const other = await connect(db.url);
    const ours = withFile(files, sqlFile('migrations/9002_ours.sql', 'create table __schema__.ours ()'));
    const theirs = withFile(files, sqlFile('migrations/9002_ours.sql', 'create table __schema__.theirs ()'));

    await other.query('begin');
    await other.query('select pg_advisory_xact_lock(hashtext($1))', ['nestjs-tasker migrations of tasker']);
    const waiting = migrate(client, 'tasker', 'apply', ours);
    await lockWaited(other, 'pg_advisory_xact_lock');
    await other.query('create table tasker.theirs ()');
    const { name, checksum } = theirs.migrations.at(-1)!;
    await other.query('insert into tasker.schema_files (name, checksum, package_version) values ($1, $2, $3)', [
      name,
      checksum,
      packageVersion(),
    ]);
    await other.query('commit');
    await other.end();

    expect(await waiting).toEqual([]);
    expect(await valueOf(`select to_regclass('tasker.ours')`)).toBeNull();
  });

  it('works in a schema of another name, beside the usual one', async () => {
    expect(await migrate(client, 'other', 'apply')).toEqual(names());

    const functions = await valueOf(
      `select count(*) from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where n.nspname = 'other' and p.prosrc like '%tasker.%'`,
    );
    expect(functions).toBe('0');
  });
});

const oneFunction = (answer: number) =>
  sqlFile(
    'functions/one.sql',
    `create or replace function __schema__.one() returns integer language sql as 'select ${answer}'`,
  );
