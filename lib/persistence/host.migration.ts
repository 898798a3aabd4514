import type { QueryRunner } from 'typeorm';
import type { DatabaseOptions } from '../options/tasker.options.js';
import { resolveOptions } from '../options/resolve.options.js';
import { rows, type MigrationConnection } from './migration.connection.js';
import { migrate } from './migration.runner.js';

/** What applying our files sets until the end of the transaction, which goes on with the host's own migrations. */
const SETTINGS = ['check_function_bodies', 'standard_conforming_strings', 'search_path'];

/**
 * Applies the migrations of this version of the package within a TypeORM migration of the host. What is applied becomes part of
 * the transaction of that migration; without one, each file is a transaction of its own.
 *
 * @returns names of the files that were applied; none when the schema was up to date
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

/** After a failure there is nothing to put back: the transaction can only be rolled back. */
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
