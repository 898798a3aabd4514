import { brand } from './brand.js';
import type { TaskerErrorCode } from './error.codes.js';

/** `util.inspect.custom`, without Node. */
const INSPECT = Symbol.for('nodejs.util.inspect.custom');
const MOST_CAUSES = 5;

/** The HTTP status that a refused request answers with; 500 for everything that is not the caller's fault. */
export type ErrorHttpStatus = 400 | 401 | 403 | 404 | 409 | 412 | 413 | 415 | 422 | 429 | 500 | 503;

/** A fault of an input: its place, as a JSON pointer (RFC 6901) into the input, and what must be different. */
export interface Problem {
  readonly pointer: string;
  readonly message: string;
}

/**
 * The base class of every error of nestjs-tasker. `code` is stable and meant for programs, `message` for people; `problems`
 * lists each fault when there can be several.
 */
export abstract class TaskerError extends Error {
  abstract readonly code: TaskerErrorCode;
  readonly httpStatus: ErrorHttpStatus = 500;
  readonly problems: readonly Problem[] = [];

  /** What programs may want to know besides; REST adds it to the problem document. */
  readonly facts: Readonly<Record<string, unknown>> = {};

  /** When trying again may succeed, in seconds; REST says so in `Retry-After`. */
  readonly retryAfterSeconds: number | null = null;
  /** Which of the requests of `startMany` is wrong, from 0; null for everything else. */
  requestIndex: number | null = null;

  constructor(message?: string, options?: ErrorOptions) {
    super(message, options);
    this.hide('httpStatus', 'problems', 'facts', 'retryAfterSeconds', 'requestIndex');
  }

  /** Whether the message is meant for the caller: the rest is our fault, and for the log alone. */
  get isForCaller(): boolean {
    return this.httpStatus !== 500;
  }

  /** `expose`, `status` and `statusCode` are what Nest's own filter looks for, as errors of `http-errors` have them: so controllers of the host answer with the status. */
  get expose(): boolean {
    return this.isForCaller;
  }

  get status(): ErrorHttpStatus | undefined {
    return this.isForCaller ? this.httpStatus : undefined;
  }

  get statusCode(): ErrorHttpStatus | undefined {
    return this.status;
  }

  /** Says that it is about one of many requests. */
  ofRequest(index: number): this {
    this.requestIndex = index;
    this.message = `Request ${index} of the list: ${this.message}`;
    return this;
  }

  override get name(): string {
    return this.constructor.name;
  }

  /** What consoles and loggers show: the message and the stack, and those of the causes. */
  [INSPECT](): string {
    const causes: string[] = [];
    for (let cause = this.cause; cause instanceof Error && causes.length < MOST_CAUSES; cause = cause.cause) {
      causes.push(`Caused by: ${cause.stack ?? cause.message}`);
    }
    return [this.stack ?? this.message, ...causes].join('\n');
  }

  /** Leaves out of what Node prints of an uncaught error, which is all enumerable fields, what the message says anyway. */
  protected hide(...fields: readonly (keyof this)[]): void {
    for (const field of fields) Object.defineProperty(this, field, { enumerable: false });
  }
}

brand(TaskerError, 'TaskerError');
