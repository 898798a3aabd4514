import { Command, CommanderError } from 'commander';
import { packageVersion } from '../options/package.files.js';
import { TaskerError } from '../workflow/tasker.error.js';
import { addAuditCommand } from './audit.command.js';
import { CommandFailedError } from './cli.errors.js';
import { EXIT, writeLines, type CommandIo, type ExitCode } from './command.io.js';
import { addDevDatabaseCommand } from './dev-database.command.js';
import { addGenerateCommand } from './generate.command.js';
import { addImportTemplatesCommand } from './import-templates.command.js';
import { addMigrateCommand } from './migrate.command.js';
import { addStatusCommand } from './status.command.js';
import { addTokenCommand } from './token.command.js';
import { addTypesCommand } from './types.command.js';
import { addValidateCommand } from './validate.command.js';

const COMMANDS = [
  addMigrateCommand,
  addStatusCommand,
  addTokenCommand,
  addAuditCommand,
  addValidateCommand,
  addGenerateCommand,
  addDevDatabaseCommand,
  addTypesCommand,
  addImportTemplatesCommand,
];

/**
 * Runs the `tasker` command line and returns its exit code, without ending the process.
 *
 * @param argv the arguments after the name of the program
 */
export async function runTasker(argv: readonly string[], io: CommandIo): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  const program = programFor(io, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    return tell(error, io);
  }
}

function programFor(io: CommandIo, exit: (code: ExitCode) => void): Command {
  const program = new Command('tasker')
    .description('Manage the database, the task templates and the code of nestjs-tasker.')
    .version(packageVersion())
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) });
  for (const add of COMMANDS) add(program, io, exit);
  return program;
}

/** @throws unknown errors, whose stack is needed to find the cause */
function tell(error: unknown, io: CommandIo): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.failed; // Commander has already printed it
  if (!(error instanceof TaskerError)) throw error;
  writeLines(io.stderr, error.message);
  return error instanceof CommandFailedError ? EXIT.failed : EXIT.refused;
}
