import { HttpException, Logger } from '@nestjs/common';
import { outageOf } from '../../insight/database.outage.js';
import { RateLimitedError } from '../../rate-limits/rate-limits.errors.js';
import { errorText } from '../../workflow/error.text.js';
import { TaskerError } from '../../workflow/tasker.error.js';

interface Refusal {
  readonly code: number;
  readonly reason: string;
}

/** The code of the protocol after which a client may come back with other credentials. */
const FORBIDDEN = 4403;
/** The code of RFC 6455 after which a client may come back later. */
const FAILED = 1011;
/** The registered code for that, after which clients of the protocol do so. */
const TRY_AGAIN_LATER = 1013;
/** The longest reason, in bytes, is 123. */
const REASON_LENGTH = 100;

const logger = new Logger('TaskerGraphql');

/** The code and reason for closing a socket whose client could not be authenticated. */
export function refusalOf(error: unknown): Refusal {
  const outage = outageOf(error);
  if (outage) {
    logger.warn(`Refused a WebSocket: ${outage.reason}.`);
    return { code: FAILED, reason: asReason(outage.message) };
  }
  const isForCaller =
    error instanceof HttpException ? error.getStatus() < 500 : error instanceof TaskerError && error.isForCaller;
  if (error instanceof RateLimitedError) return { code: TRY_AGAIN_LATER, reason: asReason(error.message) };
  if (isForCaller) return { code: FORBIDDEN, reason: asReason((error as Error).message) };
  logger.error('Failed to authenticate the client of a WebSocket.', errorText(error));
  return { code: FAILED, reason: 'The server failed to answer the request. Its log has the details.' };
}

function asReason(message: string): string {
  return message.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, REASON_LENGTH);
}
