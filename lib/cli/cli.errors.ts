import { fullStop } from '../workflow/sentence.js';
import { TaskerError } from '../workflow/tasker.error.js';

/** A command could not do its work for an outside reason. The message is one sentence. */
export abstract class CommandFailedError extends TaskerError {}

export class NoDatabaseGivenError extends CommandFailedError {
  readonly code = 'TASKER_NO_DATABASE_GIVEN';

  constructor() {
    super('Name the database with --url postgres://user@host/database or the variable DATABASE_URL.');
  }
}

export class InvalidDatabaseUrlError extends CommandFailedError {
  readonly code = 'TASKER_INVALID_DATABASE_URL';

  constructor() {
    super('The database URL is not a connection string; write postgres://user:password@host:port/database.');
  }
}

/** The message names only host and port, because the URL contains the password. */
export class UnreachableDatabaseError extends CommandFailedError {
  readonly code = 'TASKER_UNREACHABLE_DATABASE';

  constructor(
    readonly address: string,
    reason: string,
    cause: unknown,
  ) {
    super(`Cannot connect to PostgreSQL at ${address} (${reason}). Check that the server is running there.`, { cause });
  }
}

export class RefusedByDatabaseError extends CommandFailedError {
  readonly code = 'TASKER_REFUSED_BY_DATABASE';

  constructor(
    readonly address: string,
    reason: string,
    cause: unknown,
  ) {
    super(`PostgreSQL at ${address} refused the command: ${reason}.`, { cause });
  }
}

export class MissingPrivilegeError extends CommandFailedError {
  readonly code = 'TASKER_MISSING_PRIVILEGE';

  constructor(
    readonly user: string,
    reason: string,
    cause: unknown,
  ) {
    super(`The user "${user}" lacks a required privilege (${reason}). Grant it, or use the owner's URL.`, {
      cause,
    });
  }
}

export class UnknownSchemaError extends TaskerError {
  readonly code = 'TASKER_UNKNOWN_SCHEMA';

  constructor(readonly schema: string) {
    super(
      `The database has no schema "${schema}"; create it with \`npx nestjs-tasker migrate --schema ${schema}\`, ` +
        'or name the right one with --schema.',
    );
  }
}

export class MissingDevkitError extends CommandFailedError {
  readonly code = 'TASKER_MISSING_DEVKIT';

  constructor() {
    super(
      'Generating code needs the devkit of the Nest CLI, which is not installed. Run `npm install --save-dev @nestjs/cli`. ' +
        'To create an application, run `npx -p @nestjs/cli -p nestjs-tasker nest new <name> -c nestjs-tasker`.',
    );
  }
}

/** A schematic refused, and nothing was written. */
export class GenerationFailedError extends TaskerError {
  readonly code = 'TASKER_GENERATION_FAILED';

  constructor(reason: string, cause: unknown) {
    super(fullStop(reason), { cause });
  }
}

/** Templates of Rails Tasker cannot be imported, and none was written. */
export class TemplatesNotImportedError extends TaskerError {
  readonly code = 'TASKER_TEMPLATES_NOT_IMPORTED';

  constructor(readonly reasons: readonly string[]) {
    super(
      [
        `No template was imported, because of ${reasons.length === 1 ? '1 problem' : `${reasons.length} problems`}:`,
        ...reasons.map((reason) => `  ${fullStop(reason)}`),
      ].join('\n'),
    );
  }
}

/** The file that `tasker types` writes is out of date. */
export class OutdatedTypesError extends TaskerError {
  readonly code = 'TASKER_OUTDATED_TYPES';

  constructor(readonly file: string) {
    super(`${file} does not match the task templates; run \`npx nestjs-tasker types\`.`);
  }
}

export class UnreadableFileError extends CommandFailedError {
  readonly code = 'TASKER_UNREADABLE_FILE';

  constructor(
    readonly path: string,
    cause: Error,
  ) {
    super(fullStop(`Cannot read ${path}: ${cause.message}`), { cause });
  }
}

export class UnwritableFilesError extends CommandFailedError {
  readonly code = 'TASKER_UNWRITABLE_FILES';

  constructor(
    readonly path: string,
    cause: Error,
  ) {
    super(fullStop(`Cannot write ${path}: ${cause.message}`), { cause });
  }
}

/** The command that `tasker dev-database` runs next to the database. */
export class UnstartableCommandError extends CommandFailedError {
  readonly code = 'TASKER_UNSTARTABLE_COMMAND';

  constructor(
    readonly command: string,
    cause: NodeJS.ErrnoException,
  ) {
    const reason = cause.code === 'ENOENT' ? 'the program was not found' : cause.message;
    super(fullStop(`Cannot start the command "${command}": ${reason}`), { cause });
  }
}
