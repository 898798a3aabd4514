import { Logger } from '@nestjs/common';
import { errorText } from '../../workflow/error.text.js';
import { AuthUnavailableError } from '../auth.errors.js';
import { LoginFault } from './login.fault.js';

const logger = new Logger('TaskerAuth');

/** What the user gets to see of a login that failed. */
export interface LoginFailure {
  readonly status: number;
  readonly message: string;
}

/** Logs why a login failed. An outage has been logged when it began. */
export function reportFailure(error: unknown): LoginFailure {
  if (error instanceof AuthUnavailableError) {
    return {
      status: error.httpStatus,
      message:
        'Nobody can sign in at the moment, because the service that knows the users is unavailable. Try again soon.',
    };
  }
  if (error instanceof LoginFault) {
    logger.warn(`A login was refused with status ${error.status}.`, errorText(error.cause ?? error));
    return error;
  }
  logger.error('A login failed.', errorText(error));
  return { status: 500, message: 'Signing in failed because of a problem of this application. Its log says more.' };
}
