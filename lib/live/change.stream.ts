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
  private isHeld = false;
  private endReason: unknown = null;
  private wake: () => void = () => undefined;
  private settleReady: { readonly resolve: () => void; readonly reject: (error: unknown) => void } | null = null;

  /** Resolves when the position is known at which the stream begins. */
  readonly ready: Promise<void>;

  /** Resolves when the stream is over; changes may still be left to take. */
  readonly closed: Promise<void>;
  private settleClosed!: () => void;

  /**
   * @param readTo the position at which the stream begins; null for the end of the settled histories
   * @param backlog the bytes that wait in all streams of the process; @default unbounded
   * @param tasksInScope the scope by which the feed selects changes; null for all tasks
   * @param owner the id of the listening user; null if the listener counts for no user
   */
  constructor(
    readonly filter: ChangeFilter,
    private readTo: ChangePosition | null,
    private readonly onClose: (stream: ChangeStream) => void,
    private readonly backlog = new ChangeBacklog(Infinity, 1),
    private tasksInScope: TaskScope | null = null,
    readonly owner: string | null = null,
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

  get scope(): TaskScope | null {
    return this.tasksInScope;
  }

  get isOver(): boolean {
    return this.isClosed;
  }

  /** Why the stream ended; null if it goes on, or if it was closed without a reason. */
  get reason(): unknown {
    return this.endReason;
  }

  get isFull(): boolean {
    return this.isHeld || this.waiting.length >= MAX_WAITING || !this.backlog.hasRoom(this.waitingBytes);
  }

  /** Takes changes that the feed has read, up to a position. If some do not fit, the feed reads them again. */
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

  /** Continues with the tasks of this scope. Waiting changes were selected by the former scope, so the feed reads them again. */
  continueIn(scope: TaskScope | null): void {
    if (!this.isHeld && JSON.stringify(scope) === JSON.stringify(this.tasksInScope)) return;
    this.rewind();
    this.tasksInScope = scope;
    this.isHeld = false;
  }

  /** Receives nothing until `continueIn` is called. */
  hold(): void {
    if (this.isHeld) return;
    this.rewind();
    this.isHeld = true;
  }

  /** Closes the stream for a reason. Changes that wait are dropped: the listener may not be permitted to see them. */
  end(reason: unknown): void {
    if (this.isClosed) return;
    this.rewind();
    this.endReason = reason;
    this.close();
  }

  /** Drops the waiting changes, which are read again. The position is a new object, so that the feed recognises an older reading. */
  private rewind(): void {
    if (this.isClosed) return;
    const from = this.waiting.length > 0 && this.taken !== null ? parsePosition(this.taken) : this.readTo;
    this.readTo = from && { ...from };
    for (const change of this.waiting.splice(0)) this.waitingBytes -= this.backlog.release(change);
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
