import type pg from 'pg';
import { schemaExists } from '../persistence/migration.runner.js';
import { UnknownSchemaError } from './cli.errors.js';
import type { CommandIo } from './command.io.js';
import { urlOf, type DatabaseTarget } from './database.options.js';
import { withDatabase } from './database.session.js';

/**
 * Runs `work` on one connection to a database that has the schema.
 * @throws UnknownSchemaError, and the errors of `withDatabase` and of the work
 */
export function withSchema<T>(
  target: DatabaseTarget,
  io: CommandIo,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  return withDatabase(urlOf(target, io), async (client) => {
    if (!(await schemaExists(client, target.schema))) throw new UnknownSchemaError(target.schema);
    return work(client);
  });
}
