import { isOutage, outageReason } from '../persistence/sql.errors.js';
import { OutageError } from '../workflow/outage.error.js';

/**
 * The database cannot be reached. Callers get this message; that of the driver, which has addresses, is only for the
 * log.
 */
export class DatabaseUnavailableError extends OutageError {
  readonly code = 'TASKER_DATABASE_UNAVAILABLE';

  constructor(options?: ErrorOptions) {
    super('The database, or another service that the request needs, cannot be reached at the moment.', options);
  }

  /** The message of the driver for the log, on one line. */
  get reason(): string {
    return outageReason(this.cause);
  }
}

/** The outage because of which a request failed; null for all other errors. */
export function outageOf(error: unknown): OutageError | null {
  if (error instanceof OutageError) return error;
  return isOutage(error) ? new DatabaseUnavailableError({ cause: error }) : null;
}
