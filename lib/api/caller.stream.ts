import { HttpException } from '@nestjs/common';
import type { Grant } from '../auth/grant.js';
import { shownChange, type Withholding } from '../auth/part.access.js';
import type { Change } from '../live/change.js';
import type { ChangeStream } from '../live/change.stream.js';
import { TaskerError } from '../workflow/tasker.error.js';

/** The time in milliseconds after which an access check without an answer suspends the stream. */
const ANSWER_LIMIT_MS = 10_000;
/** The wait in milliseconds before a failed access check is repeated. */
const TROUBLE_WAIT_MS = 5_000;

/** A change. If the user may not see its error, the error is null, and `withheld` lists it. */
export type ShownChange = Change & Withholding;

/**
 * The changes that a caller follows. The access of the caller is checked repeatedly. If access is refused, the stream
 * ends, and `changes.reason` has the reason. If a check fails, nothing is sent until a check succeeds.
 */
export class CallerStream {
  private timer: NodeJS.Timeout | undefined;

  /**
   * @param grant the access at the start of the stream
   * @param intervalMs the maximum time between two checks
   * @param tell is called with the error of a failed check, and with null after a successful one
   */
  constructor(
    readonly changes: ChangeStream,
    private grant: Grant,
    private readonly intervalMs: number,
    private readonly tell: (trouble: unknown) => void,
  ) {}

  /** Checks access until the stream ends. */
  watch(): void {
    this.wait(this.nextMs);
    void this.changes.closed.then(() => clearTimeout(this.timer));
  }

  /** The change without the parts that the caller may not see. */
  shown(change: Change): Promise<ShownChange> {
    return shownChange(change, this.grant);
  }

  /** Not later than the expiry of the credentials. Random, so that not all streams check at the same time. */
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

/** Whether the error refuses the caller, in contrast to a failed check. */
function isRefusal(error: unknown): boolean {
  if (error instanceof HttpException) return error.getStatus() < 500;
  return error instanceof TaskerError && error.httpStatus < 500;
}
