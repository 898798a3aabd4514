import { Logger } from '@nestjs/common';
import { AuthUnavailableError } from '../auth.errors.js';

/** After a failure, nobody asks for this long. */
const PAUSE_MS = 5_000;

/** A service that requests need. While it is out of order, they are refused at once, and the log says so once. */
export class RemoteService {
  private readonly logger = new Logger('TaskerAuth');
  /** Why it is out of order; null if it is not. */
  private fault: Error | null = null;
  private failedAt = -Infinity;

  /** @param purpose what it is asked to do, such as `introspect tokens at https://…` */
  constructor(private readonly purpose: string) {}

  /**
   * @param isForAll whether an error means that every request would fail, and not only this one
   * @throws AuthUnavailableError
   */
  async ask<Answer>(work: () => Promise<Answer>, isForAll: (error: unknown) => boolean): Promise<Answer> {
    if (this.fault && performance.now() - this.failedAt < PAUSE_MS) throw this.unavailable(this.fault);
    try {
      const answer = await work();
      this.recover();
      return answer;
    } catch (thrown) {
      const error = thrown as Error;
      if (isForAll(error)) this.fail(error);
      throw this.unavailable(error);
    }
  }

  private fail(error: Error): void {
    this.failedAt = performance.now();
    if (!this.fault)
      this.logger.error(`Cannot ${this.purpose}: ${inWords(error)}. Requests are refused with status 503.`);
    this.fault = error;
  }

  private recover(): void {
    if (this.fault) this.logger.log(`It is possible again to ${this.purpose}.`);
    this.fault = null;
  }

  private unavailable(error: Error): AuthUnavailableError {
    return new AuthUnavailableError(`cannot ${this.purpose}: ${inWords(error)}`, { cause: error });
  }
}

/** The message of fetch says only that it failed; its cause says why. */
function inWords({ message, cause }: Error): string {
  const { code } = (cause ?? {}) as { readonly code?: unknown };
  const reason = typeof code === 'string' ? code : cause instanceof Error ? cause.message : '';
  return reason === '' ? message : `${message} (${reason})`;
}
