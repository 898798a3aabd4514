import type { ChangePosition } from '../persistence/change.gateway.js';
import type { TaskScope } from '../workflow/task.scope.js';
import { ChangeBacklog } from './change.backlog.js';
import type { Change } from './change.js';
import { matches, type ChangeFilter } from './change.filter.js';
import { parsePosition, positionText } from './change.position.js';

/** A listener that does not keep up is read to no further; what it has not taken stays in the database. */
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

  /** It is known where it begins. */
  readonly ready: Promise<void>;

  /** It is over, although something may be left to take. */
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

  /** Up to where nothing is left to take: what to follow from when this is over. */
  get position(): string {
    if (this.waiting.length > 0 && this.taken !== null) return this.taken;
    return positionText(this.readTo ?? { task: '0', step: '0' });
  }

  /** Up to where the feed has read for it. */
  get read(): ChangePosition | null {
    return this.readTo;
  }

  get isOver(): boolean {
    return this.isClosed;
  }

  get isFull(): boolean {
    return this.waiting.length >= MAX_WAITING || !this.backlog.hasRoom(this.waitingBytes);
  }

  /** Takes what the feed has read, and up to where; no more than there is room for, so that it is read to less far then. */
  offer(changes: readonly Change[], readTo: ChangePosition): void {
    if (this.isClosed) return;
    if (this.waiting.length === 0) this.taken = this.readTo && positionText(this.readTo);
    this.readTo = this.take(changes) ?? readTo;
    this.settleReady?.resolve();
    this.wake();
  }

  /** Up to where it took them; null: all of them. */
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

  /** It could not be found out where it begins. */
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

  /** What waits can still be taken. */
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
