import { migrate } from '../persistence/migration.runner.js';
import { grantPrivileges, requireGrantable } from '../persistence/role.privileges.js';
import { writeLines, type AddCommand } from './command.io.js';
import { urlOf, withDatabaseOptions, type DatabaseTarget } from './database.options.js';
import { withDatabase } from './database.session.js';

interface MigrateOptions extends DatabaseTarget {
  readonly appRole?: string;
}

/** `tasker migrate`: brings the schema up to date, and with `--app-role` lets the role of the application use it. */
export const addMigrateCommand: AddCommand = (program, io) => {
  withDatabaseOptions(program.command('migrate'))
    .description('Create the schema, or bring it up to date with this version of nestjs-tasker.')
    .option('--app-role <name>', 'role of the application, which is granted the privileges it needs and no others')
    .action(async ({ schema, appRole, ...target }: MigrateOptions) => {
      const applied = await withDatabase(urlOf({ schema, ...target }, io), async (client) => {
        if (appRole === undefined) return migrate(client, schema, 'apply');
        await requireGrantable(client, schema, appRole);
        const files = await migrate(client, schema, 'apply');
        await grantPrivileges(client, schema, appRole);
        return files;
      });
      writeLines(io.stdout, ...applied.map((file) => `applied ${file}`), summary(schema, applied.length));
      if (appRole !== undefined)
        writeLines(io.stdout, `The role "${appRole}" has the privileges that an application needs.`);
    });
};

function summary(schema: string, applied: number): string {
  if (applied === 0) return `The schema "${schema}" was up to date.`;
  return `The schema "${schema}" is up to date; ${applied} ${applied === 1 ? 'file was' : 'files were'} applied.`;
}
