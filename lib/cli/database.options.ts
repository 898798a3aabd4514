import { InvalidArgumentError, type Command } from 'commander';
import { DEFAULTS } from '../options/default.options.js';
import { InvalidOptionsError } from '../options/options.errors.js';
import { resolveOptions } from '../options/resolve.options.js';
import { NoDatabaseGivenError } from './cli.errors.js';
import type { CommandIo } from './command.io.js';

/** The options of every command that needs the database. */
export interface DatabaseTarget {
  readonly url?: string;
  readonly schema: string;
}

export function withDatabaseOptions(command: Command): Command {
  return command
    .option('--url <url>', 'connection string of the database (default: the variable DATABASE_URL)')
    .option('--schema <name>', 'schema of nestjs-tasker in the database', schemaName, DEFAULTS.database.schema);
}

/** @throws NoDatabaseGivenError */
export function urlOf({ url }: DatabaseTarget, { env }: CommandIo): string {
  const found = url ?? env.DATABASE_URL;
  if (!found) throw new NoDatabaseGivenError();
  return found;
}

/** Checks the name by the same rule as the module's option. */
function schemaName(schema: string): string {
  try {
    return resolveOptions({ database: { schema } }).database.schema;
  } catch (error) {
    if (!(error instanceof InvalidOptionsError)) throw error;
    throw new InvalidArgumentError(error.faults.join('; '));
  }
}

/** Converts the value of an option. @throws InvalidArgumentError */
export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}
