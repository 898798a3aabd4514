import type { QueryRunner } from 'typeorm';
import type { DatabaseOptions } from '../options/tasker.options.js';
import { resolveOptions } from '../options/resolve.options.js';
import { rows, type MigrationConnection } from './migration.connection.js';
import { migrate } from './migration.runner.js';

/** The settings that the files change until the end of the transaction, in which the host's own migrations follow. */
const SETTINGS = ['check_function_bodies', 'standard_conforming_strings', 'search_path'];

/**
 * Applies the migrations of this version of the package within a TypeORM migration of the host, in the transaction of that migration.
 * Without a transaction, each file has its own.
 *
 * @returns the names of the files that were applied; empty if the schema was up to date
 * @throws InvalidOptionsError, UnsuitableDatabaseError, DatabaseAheadError, EditedMigrationError, MigrationFailedError
 * @example
 * ```ts
 * export class Tasker1764416246000 implements MigrationInterface {
 *   async up(runner: QueryRunner): Promise<void> {
 *     await applyTaskerMigrations(runner);
 *   }
 * }
 * ```
 */
export async function applyTaskerMigrations(
  runner: QueryRunner,
  options: Pick<DatabaseOptions, 'schema'> = {},
): Promise<readonly string[]> {
  const { database } = resolveOptions({ database: options });
  const query = (sql: string, parameters?: unknown[]): Promise<unknown> => runner.query(sql, parameters);
  if (!runner.isTransactionActive) return migrate({ query }, database.schema, 'apply');
  const connection: MigrationConnection = { query, transaction: (work) => work() };
  return keepingSettings(connection, () => migrate(connection, database.schema, 'apply'));
}

/** After a failure, nothing needs to be restored, because the transaction can only be rolled back. */
async function keepingSettings<T>(connection: MigrationConnection, work: () => Promise<T>): Promise<T> {
  const before = await rows<{ name: string; value: string }>(
    connection,
    'select name, current_setting(name) as value from unnest($1::text[]) as name',
    [SETTINGS],
  );
  const result = await work();
  for (const { name, value } of before) await connection.query('select set_config($1, $2, true)', [name, value]);
  return result;
}
