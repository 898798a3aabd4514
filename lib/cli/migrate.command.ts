import { migrate } from '../persistence/migration.runner.js';
import { writeLines, type AddCommand } from './command.io.js';
import { urlOf, withDatabaseOptions, type DatabaseTarget } from './database.options.js';
import { withDatabase } from './database.session.js';

/** `tasker migrate`: brings the schema up to date. */
export const addMigrateCommand: AddCommand = (program, io) => {
  withDatabaseOptions(program.command('migrate'))
    .description('Create the schema, or bring it up to date with this version of nestjs-tasker.')
    .action(async (target: DatabaseTarget) => {
      const applied = await withDatabase(urlOf(target, io), (client) => migrate(client, target.schema, 'apply'));
      writeLines(io.stdout, ...applied.map((file) => `applied ${file}`), summary(target.schema, applied.length));
    });
};

function summary(schema: string, applied: number): string {
  if (applied === 0) return `The schema "${schema}" was up to date.`;
  return `The schema "${schema}" is up to date; ${applied} ${applied === 1 ? 'file was' : 'files were'} applied.`;
}
