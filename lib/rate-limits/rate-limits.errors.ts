import { TaskerError } from '../workflow/tasker.error.js';
import type { Quota } from './quota.js';

/** A caller has used up a limit of the option `rateLimits`. */
export class RateLimitedError extends TaskerError {
  readonly code = 'TASKER_RATE_LIMITED';
  override readonly httpStatus = 429;
  override readonly retryAfterSeconds: number;

  constructor({ name, limit, seconds, endsInSeconds }: Quota) {
    const done =
      name === 'failures'
        ? `There were too many failed authentications from this address: at most ${limit}`
        : `There were too many requests: at most ${limit}`;
    super(`${done} in ${seconds} s are permitted. Try again in ${endsInSeconds} s.`);
    this.retryAfterSeconds = endsInSeconds;
    this.hide('retryAfterSeconds');
  }
}
