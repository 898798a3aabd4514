import { isOutage, outageReason } from '../persistence/sql.errors.js';
import { TaskerError } from '../workflow/tasker.error.js';

/** A server that was restarted is back within seconds. */
const RETRY_AFTER_SECONDS = 5;

/** What callers are told while the database is away; what the driver said, with addresses in it, is for the log. */
export class DatabaseUnavailableError extends TaskerError {
  readonly code = 'TASKER_DATABASE_UNAVAILABLE';
  override readonly httpStatus = 503;
  override readonly retryAfterSeconds = RETRY_AFTER_SECONDS;

  constructor(options?: ErrorOptions) {
    super('The database, or another service that the request needs, cannot be reached at the moment.', options);
  }

  /** For the log: what the driver said, in one line. */
  get reason(): string {
    return outageReason(this.cause);
  }
}

/** How to tell callers of an error that comes of an outage of the database; null for every other error. */
export function outageOf(error: unknown): DatabaseUnavailableError | null {
  return isOutage(error) ? new DatabaseUnavailableError({ cause: error }) : null;
}
