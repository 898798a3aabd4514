import { brand } from '../workflow/brand.js';
import type { JsonObject } from '../workflow/json.js';
import { TaskerError } from '../workflow/tasker.error.js';

/** The code, the context and the cause of a `PermanentError`. */
export interface PermanentErrorDetails {
  /** A stable code of the failure, such as `PAYMENT_DECLINED`. @default null */
  readonly code?: string;
  /** Facts for the person who looks at the failed step; must be JSON. @default {} */
  readonly context?: JsonObject;
  readonly cause?: unknown;
}

/** The wait, the code, the context and the cause of a `RetryableError`. */
export interface RetryableErrorDetails extends PermanentErrorDetails {
  /**
   * The wait before the next attempt in seconds, capped at the template's `backoff.max_seconds`.
   * @default the template's backoff
   */
  readonly retryAfter?: number;
}

/** Throw it from a step handler if no further attempt can help. The step is not retried. */
export class PermanentError extends TaskerError {
  readonly code = 'TASKER_PERMANENT';
  readonly stepCode: string | null;
  readonly context: JsonObject;

  constructor(message: string, { code, context = {}, cause }: PermanentErrorDetails = {}) {
    super(message, { cause });
    this.stepCode = code ?? null;
    this.context = context;
  }
}

/** Throw it from a step handler for a temporary failure, to choose the wait before the next attempt. */
export class RetryableError extends TaskerError {
  readonly code = 'TASKER_RETRYABLE';
  readonly stepCode: string | null;
  readonly context: JsonObject;
  readonly retryAfter: number | undefined;

  constructor(message: string, { code, context = {}, retryAfter, cause }: RetryableErrorDetails = {}) {
    super(message, { cause });
    this.stepCode = code ?? null;
    this.context = context;
    this.retryAfter = retryAfter;
  }
}

brand(PermanentError, 'PermanentError');
brand(RetryableError, 'RetryableError');
