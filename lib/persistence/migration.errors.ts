import { fullStop } from '../workflow/sentence.js';
import { TaskerError } from '../workflow/tasker.error.js';

const MOST_NAMED = 3;

/** The database lacks files that this version of the package needs. */
export class DatabaseBehindError extends TaskerError {
  readonly code = 'TASKER_DATABASE_BEHIND';

  constructor(
    readonly schema: string,
    readonly missing: readonly string[],
  ) {
    super(
      `The schema "${schema}" is behind this version of nestjs-tasker; it lacks ${someOf(missing)}. ` +
        "Run `npx nestjs-tasker migrate`, or set the option migrations: 'apply'.",
    );
    this.hide('missing');
  }
}

/** The database was migrated by a newer version of the package. */
export class DatabaseAheadError extends TaskerError {
  readonly code = 'TASKER_DATABASE_AHEAD';

  constructor(
    readonly schema: string,
    readonly unknown: readonly string[],
  ) {
    super(
      `The schema "${schema}" was migrated by a newer version of nestjs-tasker; this one does not know ` +
        `${unknown.join(', ')}. Run \`npm install nestjs-tasker@latest\`.`,
    );
    this.hide('unknown');
  }
}

/** An applied migration differs from the file of this package; migrations are never edited. */
export class EditedMigrationError extends TaskerError {
  readonly code = 'TASKER_EDITED_MIGRATION';

  constructor(
    readonly schema: string,
    readonly edited: readonly string[],
  ) {
    super(
      `The schema "${schema}" was built from versions of ${edited.join(', ')} that differ from this package's. ` +
        'Restore the package (`npm ci`), or migrate a new schema.',
    );
    this.hide('edited');
  }
}

/**
 * PostgreSQL refused a file, which was rolled back. The files before it remain applied, and the next run continues with
 * this file.
 */
export class MigrationFailedError extends TaskerError {
  readonly code = 'TASKER_MIGRATION_FAILED';

  constructor(
    readonly schema: string,
    readonly file: string,
    cause: unknown,
  ) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`The file ${file} could not be applied to the schema "${schema}" and was rolled back: ${fullStop(reason)}`, {
      cause,
    });
  }
}

/** Shortens a list of names: an empty schema lacks every file. */
function someOf(names: readonly string[]): string {
  const [some, more] = [names.slice(0, MOST_NAMED), names.length - MOST_NAMED];
  return more > 0 ? `${some.join(', ')} and ${more} more` : some.join(', ');
}

/** The database has a setting with which nestjs-tasker cannot work. */
export class UnsuitableDatabaseError extends TaskerError {
  readonly code = 'TASKER_UNSUITABLE_DATABASE';

  constructor(fault: string) {
    super(`The database ${fault}.`);
  }
}
