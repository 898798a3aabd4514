import type { ChangePosition } from '../persistence/change.gateway.js';
import type { TaskScope } from '../workflow/task.scope.js';
import { ChangeBacklog } from './change.backlog.js';
import type { Change } from './change.js';
import { matches, type ChangeFilter } from './change.filter.js';
import { parsePosition, positionText } from './change.position.js';

/** If this number of changes waits for a listener, nothing more is read for it; further changes stay in the database. */
const MAX_WAITING = 100;

/**
 * The changes that fit a filter, from a position on, until it is closed: by leaving a `for await` loop, by `return()`, or by
 * the end of the process.
 */
export class ChangeStream implements AsyncIterableIterator<Change> {
  private readonly waiting: Change[] = [];
  private waitingBytes = 0;
  private taken: string | null = null;
  private isClosed = false;
  private wake: () => void = () => undefined;
  private settleReady: { readonly resolve: () => void; readonly reject: (error: unknown) => void } | null = null;

  /** Resolves when the position is known at which the stream begins. */
  readonly ready: Promise<void>;

  /** Resolves when the stream is over; changes may still be left to take. */
  readonly closed: Promise<void>;
  private settleClosed!: () => void;

  /**
   * @param readTo null: nothing yet, it begins where the histories are settled
   * @param backlog of all streams of the process; @default without a bound
   * @param scope which the feed sees to
   */
  constructor(
    readonly filter: ChangeFilter,
    private readTo: ChangePosition | null,
    private readonly onClose: (stream: ChangeStream) => void,
    private readonly backlog = new ChangeBacklog(Infinity, 1),
    readonly scope: TaskScope | null = null,
  ) {
    this.closed = new Promise((resolve) => (this.settleClosed = resolve));
    this.ready = readTo
      ? Promise.resolve()
      : new Promise((resolve, reject) => (this.settleReady = { resolve, reject }));
  }

  /** The position up to which nothing is left to take: the one to follow from after the end of the stream. */
  get position(): string {
    if (this.waiting.length > 0 && this.taken !== null) return this.taken;
    return positionText(this.readTo ?? { task: '0', step: '0' });
  }

  /** The position up to which the feed has read for the stream. */
  get read(): ChangePosition | null {
    return this.readTo;
  }

  get isOver(): boolean {
    return this.isClosed;
  }

  get isFull(): boolean {
    return this.waiting.length >= MAX_WAITING || !this.backlog.hasRoom(this.waitingBytes);
  }

  /** Takes changes that the feed has read, up to a position. If there is not room for all, the feed reads the rest again. */
  offer(changes: readonly Change[], readTo: ChangePosition): void {
    if (this.isClosed) return;
    if (this.waiting.length === 0) this.taken = this.readTo && positionText(this.readTo);
    this.readTo = this.take(changes) ?? readTo;
    this.settleReady?.resolve();
    this.wake();
  }

  /** Returns the position up to which it took them; null if it took all. */
  private take(changes: readonly Change[]): ChangePosition | null {
    let passed: Change | undefined;
    for (const change of changes) {
      if (matches(this.filter, change)) {
        if (!this.backlog.hasRoom(this.waitingBytes)) return passed ? parsePosition(passed.position) : this.readTo;
        this.waitingBytes += this.backlog.hold(change);
        this.waiting.push(change);
      }
      passed = change;
    }
    return null;
  }

  /** Ends a stream whose beginning could not be found. */
  failUnlessReady(error: unknown): void {
    if (this.readTo) return;
    this.settleReady?.reject(error);
    this.close();
  }

  async next(): Promise<IteratorResult<Change, undefined>> {
    while (this.waiting.length === 0) {
      if (this.isClosed) return { done: true, value: undefined };
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    const change = this.waiting.shift()!;
    if (!this.isClosed) this.waitingBytes -= this.backlog.release(change);
    this.taken = change.position;
    return { done: false, value: change };
  }

  return(): Promise<IteratorResult<Change, undefined>> {
    this.close();
    return Promise.resolve({ done: true, value: undefined });
  }

  /** Ends the stream; waiting changes can still be taken. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    for (const change of this.waiting) this.backlog.release(change); // it may never be taken
    this.onClose(this);
    this.settleClosed();
    this.settleReady?.resolve();
    this.wake();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
