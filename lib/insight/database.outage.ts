import { isOutage, outageReason } from '../persistence/sql.errors.js';
import { TaskerError } from '../workflow/tasker.error.js';

/** A restarted server is back within seconds. */
const RETRY_AFTER_SECONDS = 5;

/**
 * The database cannot be reached. Callers get this message; that of the driver, which has addresses, is only for the
 * log.
 */
export class DatabaseUnavailableError extends TaskerError {
  readonly code = 'TASKER_DATABASE_UNAVAILABLE';
  override readonly httpStatus = 503;
  override readonly retryAfterSeconds = RETRY_AFTER_SECONDS;

  constructor(options?: ErrorOptions) {
    super('The database, or another service that the request needs, cannot be reached at the moment.', options);
  }

  /** The message of the driver for the log, on one line. */
  get reason(): string {
    return outageReason(this.cause);
  }
}

/** Converts an error that results from an outage of the database, for callers; null for all other errors. */
export function outageOf(error: unknown): DatabaseUnavailableError | null {
  return isOutage(error) ? new DatabaseUnavailableError({ cause: error }) : null;
}
