import { migrationStatus, schemaExists, type MigrationStatus } from '../persistence/migration.runner.js';
import { UnknownSchemaError } from './cli.errors.js';
import { EXIT, writeLines, type AddCommand } from './command.io.js';
import { urlOf, withDatabaseOptions, type DatabaseTarget } from './database.options.js';
import { withDatabase } from './database.session.js';

/** `tasker status`: reports whether the schema matches this version, and exits with 1 if it does not. */
export const addStatusCommand: AddCommand = (program, io, exit) => {
  withDatabaseOptions(program.command('status'))
    .description('Report whether the schema matches this version of nestjs-tasker; exits with 1 if it does not.')
    .action(async (target: DatabaseTarget) => {
      const lines = await withDatabase(urlOf(target, io), async (client) => {
        if (!(await schemaExists(client, target.schema))) throw new UnknownSchemaError(target.schema);
        return report(await migrationStatus(client, target.schema));
      });
      if (lines.length === 0) {
        writeLines(io.stdout, `The schema "${target.schema}" is up to date.`);
        return;
      }
      writeLines(io.stdout, `The schema "${target.schema}" does not match this version of nestjs-tasker:`, ...lines);
      exit(EXIT.refused);
    });
};

function report({ missing, unknown, edited }: MigrationStatus): string[] {
  return [
    ...section('missing, or older than in this package (run `npx nestjs-tasker migrate`)', missing),
    ...section('applied by a newer version (run `npm install nestjs-tasker@latest`)', unknown),
    ...section('applied with different content (restore the package with `npm ci`, or migrate a new schema)', edited),
  ];
}

function section(title: string, files: readonly string[]): string[] {
  return files.length === 0 ? [] : [`  ${title}:`, ...files.map((file) => `    ${file}`)];
}
