import { TaskerError } from './tasker.error.js';

/** Services that restart are back within seconds. */
const RETRY_AFTER_SECONDS = 5;

/** A service that the engine needs is unavailable, of which nobody is at fault. The message is for callers. */
export abstract class OutageError extends TaskerError {
  override readonly httpStatus = 503;
  override readonly retryAfterSeconds = RETRY_AFTER_SECONDS;
  /** For the log, on one line, without a full stop. */
  abstract readonly reason: string;
}
