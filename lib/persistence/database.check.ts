import { rows, type MigrationConnection } from './migration.connection.js';
import { UnsuitableDatabaseError } from './migration.errors.js';

/**
 * Refuses a database whose settings would change the meaning of the engine's statements.
 * @throws UnsuitableDatabaseError
 */
export async function requireSuitableDatabase(connection: MigrationConnection): Promise<void> {
  const [found] = await rows<{ encoding: string; nulls: string }>(
    connection,
    `select current_setting('server_encoding') as encoding, current_setting('array_nulls') as nulls`,
  );
  const { encoding, nulls } = found!;
  if (encoding !== 'UTF8') {
    throw new UnsuitableDatabaseError(
      `has the encoding ${encoding}, which cannot store every text: create a database with encoding 'UTF8'`,
    );
  }
  if (nulls !== 'on')
    throw new UnsuitableDatabaseError('has array_nulls = off, which turns nulls into strings: switch it on');
}
