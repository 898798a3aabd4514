import gt from 'semver/functions/gt.js';
import type { MigrationMode } from '../options/tasker.options.js';
import {
  DatabaseAheadError,
  DatabaseBehindError,
  EditedMigrationError,
  MigrationFailedError,
} from './migration.errors.js';
import { requireSuitableDatabase } from './database.check.js';
import { rows, type MigrationConnection } from './migration.connection.js';
import { packageVersion } from '../options/package.files.js';
import { clearRemains } from './schema.remains.js';
import { readSqlFiles, type SqlFile, type SqlFiles } from './sql.files.js';

/** An applied file, as the database has recorded it. */
interface AppliedFile {
  readonly name: string;
  readonly checksum: string;
  readonly package_version: string;
}

export interface MigrationStatus {
  /** Files that the database lacks, and functions or views whose text changed. */
  readonly missing: readonly string[];
  /** Migrations that the database has and this package does not know. */
  readonly unknown: readonly string[];
  /** Applied migrations whose text changed. */
  readonly edited: readonly string[];
}

/**
 * Brings the schema up to date (`apply`) or checks that it is (`verify`). Any number of processes may do so at the same
 * time: each file is one transaction that first takes the runner's lock, so one process applies it and the others find
 * it applied.
 *
 * @returns the names of the files that this call applied
 * @throws UnsuitableDatabaseError, DatabaseBehindError, DatabaseAheadError, EditedMigrationError, MigrationFailedError
 */
export async function migrate(
  connection: MigrationConnection,
  schema: string,
  mode: MigrationMode,
  files?: SqlFiles,
): Promise<readonly string[]> {
  if (mode === 'off') return [];
  await requireSuitableDatabase(connection);
  const known = files ?? (await readSqlFiles());
  const status = await migrationStatus(connection, schema, known);
  if (status.unknown.length > 0) throw new DatabaseAheadError(schema, status.unknown);
  if (status.edited.length > 0) throw new EditedMigrationError(schema, status.edited);
  if (status.missing.length === 0) return [];
  if (mode === 'verify') throw new DatabaseBehindError(schema, status.missing);
  await createSchema(connection, schema, known);
  const applied: string[] = [];
  for (const file of [...known.migrations, ...known.objects]) {
    if (await applyFile(connection, schema, file)) applied.push(file.name);
  }
  return applied;
}

/** Compares the files of this package with those that the database has recorded as applied. */
export async function migrationStatus(
  connection: MigrationConnection,
  schema: string,
  files?: SqlFiles,
): Promise<MigrationStatus> {
  const { migrations, objects } = files ?? (await readSqlFiles());
  const applied = new Map((await appliedFiles(connection, schema)).map((file) => [file.name, file]));
  const known = new Set(migrations.map(({ name }) => name));
  return {
    missing: [...migrations, ...objects].filter((file) => isDue(file, applied.get(file.name))).map(({ name }) => name),
    unknown: [...applied.keys()].filter((name) => isMigration(name) && !known.has(name)),
    edited: migrations
      .filter(({ name, checksum }) => applied.has(name) && applied.get(name)!.checksum !== checksum)
      .map(({ name }) => name),
  };
}

/** Whether there is a schema of this name, even an empty one. */
export async function schemaExists(connection: MigrationConnection, schema: string): Promise<boolean> {
  const [found] = await rows<{ oid: string | null }>(connection, 'select to_regnamespace($1)::text as oid', [schema]);
  return found?.oid != null;
}

/**
 * A migration is applied once; a function or view whenever its text differs from the stored one. The text of a newer
 * package is kept: during a rolling deployment, old processes still start, and the newer text of a known function must
 * serve them, too.
 */
function isDue(file: SqlFile, stored: AppliedFile | undefined): boolean {
  if (!stored) return true;
  if (isMigration(file.name)) return false;
  return stored.checksum !== file.checksum && !gt(stored.package_version, packageVersion());
}

const isMigration = (name: string): boolean => name.startsWith('migrations/');

async function appliedFiles(connection: MigrationConnection, schema: string): Promise<AppliedFile[]> {
  const [found] = await rows<{ table: string | null }>(connection, 'select to_regclass($1)::text as "table"', [
    `${schema}.schema_files`,
  ]);
  if (!found?.table) return [];
  return rows(connection, `select name, checksum, package_version from ${schema}.schema_files`);
}

async function createSchema(connection: MigrationConnection, schema: string, files: SqlFiles): Promise<void> {
  await inLockedTransaction(connection, schema, async () => {
    // Checked first, because `create schema if not exists` needs the permission to create even if the schema exists.
    if (!(await schemaExists(connection, schema))) await connection.query(`create schema ${schema}`);
    if ((await appliedFiles(connection, schema)).length === 0) await clearRemains(connection, schema, files);
    await connection.query(
      `create table if not exists ${schema}.schema_files (
        name text primary key, checksum text not null, package_version text not null,
        applied_at timestamptz not null default now()
      )`,
    );
  });
}

/** Returns whether the file was applied; another process may have been faster. */
async function applyFile(connection: MigrationConnection, schema: string, file: SqlFile): Promise<boolean> {
  return inLockedTransaction(connection, schema, async () => {
    const [stored] = await rows<AppliedFile>(
      connection,
      `select name, checksum, package_version from ${schema}.schema_files where name = $1`,
      [file.name],
    );
    if (!isDue(file, stored)) return false;
    await connection.query(
      `insert into ${schema}.schema_files (name, checksum, package_version) values ($1, $2, $3)
       on conflict (name) do update
       set checksum = excluded.checksum, package_version = excluded.package_version, applied_at = now()`,
      [file.name, file.checksum, packageVersion()],
    );
    await runFile(connection, schema, file);
    return true;
  });
}

async function runFile(connection: MigrationConnection, schema: string, file: SqlFile): Promise<void> {
  // Functions may call others that come later in the alphabet. The other settings are those that the files expect.
  await connection.query('set local check_function_bodies = off');
  await connection.query('set local standard_conforming_strings = on');
  await connection.query('set local search_path = pg_catalog, pg_temp');
  try {
    await connection.query(file.text.replaceAll('__schema__', schema));
  } catch (error) {
    throw new MigrationFailedError(schema, file.name, error);
  }
}

async function inLockedTransaction<T>(
  connection: MigrationConnection,
  schema: string,
  work: () => Promise<T>,
): Promise<T> {
  const locked = async (): Promise<T> => {
    await connection.query(`select pg_advisory_xact_lock(hashtext($1))`, [`nestjs-tasker migrations of ${schema}`]);
    return work();
  };
  return connection.transaction ? connection.transaction(locked) : inTransaction(connection, locked);
}

async function inTransaction<T>(connection: MigrationConnection, work: () => Promise<T>): Promise<T> {
  await connection.query('begin isolation level read committed'); // after the lock, the commits of others must be visible
  try {
    const result = await work();
    await connection.query('commit');
    return result;
  } catch (error) {
    // If the connection is lost, this fails too, and the server has rolled back already. The first error is the one to
    // report.
    await connection.query('rollback').catch(() => undefined);
    throw error;
  }
}
