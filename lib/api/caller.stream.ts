import { HttpException } from '@nestjs/common';
import type { Grant } from '../auth/grant.js';
import { shownChange, type Withholding } from '../auth/part.access.js';
import type { Change } from '../live/change.js';
import type { ChangeStream } from '../live/change.stream.js';
import { TaskerError } from '../workflow/tasker.error.js';

/** If nobody answers for this long, nothing is sent until somebody does, in milliseconds. */
const ANSWER_LIMIT_MS = 10_000;
/** The next try after a failure, in milliseconds. */
const TROUBLE_WAIT_MS = 5_000;

/** A change. If the user may not see its error, the error is null, and `withheld` lists it. */
export type ShownChange = Change & Withholding;

/**
 * The changes that a caller follows, as long as the caller may. That is asked again and again. A caller who may no longer receives
 * nothing more, and `changes.reason` says why; a caller about whom nobody can decide at the moment receives nothing until somebody can.
 */
export class CallerStream {
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param grant as of now
   * @param intervalMs at most until it is asked again
   * @param tell is called with what kept anybody from deciding, and with null after a decision
   */
  constructor(
    readonly changes: ChangeStream,
    private grant: Grant,
    private readonly intervalMs: number,
    private readonly tell: (trouble: unknown) => void,
  ) {}

  /** Asks until the stream is over. */
  watch(): void {
    this.wait(this.nextMs);
    void this.changes.closed.then(() => clearTimeout(this.timer));
  }

  /** The change without what the caller may not see. */
  shown(change: Change): Promise<ShownChange> {
    return shownChange(change, this.grant);
  }

  /** At the latest when the credentials expire. Streams that began together do not ask together. */
  private get nextMs(): number {
    const jitteredMs = this.intervalMs * (0.9 + Math.random() / 10);
    return Math.max(0, Math.min(jitteredMs, this.grant.access.expiresInMs));
  }

  private wait(ms: number): void {
    if (!this.changes.isOver) this.timer = setTimeout(() => void this.ask(), ms);
  }

  private async ask(): Promise<void> {
    if (this.grant.access.hasExpired) this.changes.hold();
    const late = setTimeout(() => this.suspend(new Error('There was no answer in time.')), ANSWER_LIMIT_MS);
    try {
      this.goOn(await this.grant.renew());
    } catch (error) {
      if (isRefusal(error)) this.changes.end(error);
      else {
        this.suspend(error);
        this.wait(Math.min(TROUBLE_WAIT_MS, this.intervalMs));
      }
    } finally {
      clearTimeout(late);
    }
  }

  private goOn(grant: Grant): void {
    this.tell(null);
    this.grant = grant;
    this.changes.continueIn(grant.scope);
    this.wait(this.nextMs);
  }

  private suspend(trouble: unknown): void {
    if (this.changes.isOver) return;
    this.tell(trouble);
    this.changes.hold();
  }
}

/** What a request would be refused with for the caller's own reasons, and not because something failed. */
function isRefusal(error: unknown): boolean {
  if (error instanceof HttpException) return error.getStatus() < 500;
  return error instanceof TaskerError && error.httpStatus < 500;
}
