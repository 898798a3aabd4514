import { brand } from './brand.js';
import type { TaskerErrorCode } from './error.codes.js';

/** `util.inspect.custom`, without an import of Node. */
const INSPECT = Symbol.for('nodejs.util.inspect.custom');
const MOST_CAUSES = 5;

/** The HTTP status of the answer to a request that fails; 500 if the caller is not at fault. */
export type ErrorHttpStatus = 400 | 401 | 403 | 404 | 409 | 412 | 413 | 415 | 422 | 429 | 500 | 503;

/** A problem of an input: its place, as a JSON pointer (RFC 6901), and a message that says what is allowed. */
export interface Problem {
  readonly pointer: string;
  readonly message: string;
}

/**
 * The base class of every error of nestjs-tasker. `code` is stable and meant for programs; `message` is meant for
 * people. `problems` lists the faults of an input.
 */
export abstract class TaskerError extends Error {
  abstract readonly code: TaskerErrorCode;
  readonly httpStatus: ErrorHttpStatus = 500;
  readonly problems: readonly Problem[] = [];

  /** Further data for programs. REST adds it to the problem document. */
  readonly facts: Readonly<Record<string, unknown>> = {};

  /** The time in seconds after which a retry may succeed; null if unknown. REST sends it as `Retry-After`. */
  readonly retryAfterSeconds: number | null = null;
  /** The index of the request of `startMany` that is wrong, from 0; null for all other errors. */
  requestIndex: number | null = null;

  constructor(message?: string, options?: ErrorOptions) {
    super(message, options);
    this.hide('httpStatus', 'problems', 'facts', 'retryAfterSeconds', 'requestIndex');
  }

  /** Whether the message is meant for the caller. Messages of internal errors are only for the log. */
  get isForCaller(): boolean {
    return this.httpStatus !== 500;
  }

  /**
   * Nest's own filter reads `expose`, `status` and `statusCode`, so controllers of the host answer with the status,
   * too.
   */
  get expose(): boolean {
    return this.isForCaller;
  }

  get status(): ErrorHttpStatus | undefined {
    return this.isForCaller ? this.httpStatus : undefined;
  }

  get statusCode(): ErrorHttpStatus | undefined {
    return this.status;
  }

  /** Notes which of many requests the error is about. */
  ofRequest(index: number): this {
    this.requestIndex = index;
    this.message = `Request ${index} of the list: ${this.message}`;
    return this;
  }

  override get name(): string {
    return this.constructor.name;
  }

  /** The text that consoles and loggers show: message and stack, and those of the causes. */
  [INSPECT](): string {
    const causes: string[] = [];
    for (let cause = this.cause; cause instanceof Error && causes.length < MOST_CAUSES; cause = cause.cause) {
      causes.push(`Caused by: ${cause.stack ?? cause.message}`);
    }
    return [this.stack ?? this.message, ...causes].join('\n');
  }

  /** Hides fields whose content is in the message: Node prints all enumerable fields of an uncaught error. */
  protected hide(...fields: readonly (keyof this)[]): void {
    for (const field of fields) Object.defineProperty(this, field, { enumerable: false });
  }
}

brand(TaskerError, 'TaskerError');
