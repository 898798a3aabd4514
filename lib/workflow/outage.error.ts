import { TaskerError } from './tasker.error.js';

/** Services that restart are back within seconds. */
const RETRY_AFTER_SECONDS = 5;

/** A service that the engine needs is unavailable. The message is for callers, the reason for the log. */
export abstract class OutageError extends TaskerError {
  override readonly httpStatus = 503;
  override readonly retryAfterSeconds = RETRY_AFTER_SECONDS;
  /** One line, without a full stop. */
  abstract readonly reason: string;
}
