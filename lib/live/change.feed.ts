import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { TASKER_OPTIONS } from '../options/options.module.js';
import { inOwnContext } from '../options/own.context.js';
import type { ResolvedOptions } from '../options/resolve.options.js';
import { ChangeGateway, type ChangePosition } from '../persistence/change.gateway.js';
import { TaskScopeGateway } from '../persistence/task-scope.gateway.js';
import { withinTime } from '../persistence/time.limit.js';
import { errorText } from '../workflow/error.text.js';
import type { TaskScope } from '../workflow/task.scope.js';
import type { Problem } from '../workflow/tasker.error.js';
import { ChangeBacklog } from './change.backlog.js';
import type { Change } from './change.js';
import { changeFilterProblems, type ChangeFilter } from './change.filter.js';
import { StableHistory } from './stable.history.js';
import { mergeChanges } from './change.merge.js';
import { changesInScopes, type ScopedListener } from './change.scopes.js';
import { laterPosition, parsePosition, positionText } from './change.position.js';
import { ChangeStream } from './change.stream.js';
import {
  InvalidChangeRequestError,
  ShuttingDownError,
  TooManyListenersError,
  TooManyListenersOfUserError,
} from './live.errors.js';

/** Rows of each history in one reading. */
const READ_LIMIT = 200;
/** Up to this number of tasks, reading their changes alone costs less than reading all changes. */
const MAX_NAMED_TASKS = 100;
/** Transactions that write transitions take a few milliseconds. */
const UNSETTLED_WAIT_MS = 20;
const TROUBLE_WAIT_MS = 1_000;
/** By default, one user may have a quarter of the listeners. */
const DEFAULT_SHARES = 4;
/** A shutdown waits this long for the reading under way, in milliseconds: nobody needs its answer any more. */
const END_MS = 200;

/**
 * Delivers the transitions that all processes commit, in order and without gaps. While somebody listens, the process asks the
 * database ten times a second whether there is anything new; however many listen, it reads it once.
 */
@Injectable()
export class ChangeFeed implements OnApplicationShutdown {
  private readonly logger = new Logger('TaskerLive');
  private readonly streams = new Set<ChangeStream>();
  private readonly backlog: ChangeBacklog;
  private running: Promise<void> | null = null;
  private isStopped = false;
  private isWoken = false;
  private wakeUp: () => void = () => undefined;

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedOptions,
    private readonly gateway: ChangeGateway,
    private readonly scopes: TaskScopeGateway,
  ) {
    this.backlog = new ChangeBacklog(options.database.maxReadBytes, options.live.maxListeners);
  }

  /**
   * Follows the changes that fit the filter, from now on or from the position of a change or stream. The stream is ready when this
   * resolves: it misses nothing that commits after the call. It may also contain changes from just before the call.
   *
   * @param signal closes the stream, even before the position is known at which it begins
   * @param scope leaves out changes of tasks that are not in it when they are read; positions advance all the same
   * @param owner the id of the listening user, who may have `live.maxListenersPerUser` streams; null for no such limit
   * @throws InvalidChangeRequestError, InvalidScopeError, TooManyListenersError, TooManyListenersOfUserError, ShuttingDownError,
   *   and the error of the database if it cannot be asked for the end of the histories
   *
   * @example
   * ```ts
   * for await (const { event, taskId } of await feed.follow({ events: ['task.failed'] })) await page(taskId, event);
   * ```
   */
  async follow(
    filter: ChangeFilter = {},
    after?: string,
    signal?: AbortSignal,
    scope: TaskScope | null = null,
    owner: string | null = null,
  ): Promise<ChangeStream> {
    const from = await this.check(filter, after, scope);
    this.checkRoomFor(owner);
    if (this.isStopped) throw new ShuttingDownError();
    const stream = new ChangeStream(filter, from, (closed) => this.streams.delete(closed), this.backlog, scope, owner);
    this.streams.add(stream);
    signal?.addEventListener('abort', () => stream.close(), { once: true });
    if (signal?.aborted) stream.close();
    if (this.streams.size > 0) this.running ??= inOwnContext(() => this.run());
    this.wake();
    await stream.ready;
    return stream;
  }

  /**
   * Checks a request to follow changes, without following them.
   *
   * @internal
   * @returns the position; null means from now on
   * @throws InvalidChangeRequestError, InvalidScopeError
   */
  async check(filter: ChangeFilter, after?: string, scope: TaskScope | null = null): Promise<ChangePosition | null> {
    await this.scopes.check(scope);
    const from = after === undefined ? null : parsePosition(after);
    const problems = [...changeFilterProblems(filter), ...(after === undefined ? [] : await this.placeProblems(from))];
    if (problems.length > 0) throw new InvalidChangeRequestError(problems);
    return from;
  }

  /** @throws TooManyListenersError, TooManyListenersOfUserError */
  private checkRoomFor(owner: string | null): void {
    const { maxListeners, maxListenersPerUser } = this.options.live;
    if (this.streams.size >= maxListeners) throw new TooManyListenersError(maxListeners);
    if (owner === null) return;
    const share = maxListenersPerUser ?? Math.ceil(maxListeners / DEFAULT_SHARES);
    const own = [...this.streams].filter((stream) => stream.owner === owner).length;
    if (own >= share) throw new TooManyListenersOfUserError(share);
  }

  /** Ends all streams and begins no more. Does not wait for the reading under way, which may need a connection that a step holds. */
  close(): void {
    this.isStopped = true;
    for (const stream of this.streams) stream.close();
    this.wake();
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.running) await withinTime(this.running, END_MS, () => undefined);
  }

  /** A listener from a position that this history has not reached yet would get nothing until then. */
  private async placeProblems(from: ChangePosition | null): Promise<Problem[]> {
    if (!from) return [{ pointer: '/after', message: 'is not the position of a change' }];
    const reached = await this.gateway.idsGivenOut();
    if (positionText(laterPosition(from, reached)) === positionText(reached)) return [];
    const message =
      'is beyond the end of the history: it is from another database, or from before this one was restored';
    return [{ pointer: '/after', message }];
  }

  private async run(): Promise<void> {
    const history = new StableHistory(this.gateway);
    let isTroubled = false;
    while (this.streams.size > 0) {
      try {
        const waitMs = await this.runOnce(history);
        isTroubled = false;
        await this.sleep(waitMs);
      } catch (error) {
        if (!isTroubled && !this.isStopped) this.logger.error('Failed to read changes; will retry.', errorText(error));
        isTroubled = true;
        for (const stream of this.streams) stream.failUnlessReady(error);
        await this.sleep(TROUBLE_WAIT_MS);
      }
    }
    this.running = null;
  }

  /** Reads once for all streams at the same position. Answers the milliseconds until the next reading. */
  private async runOnce(history: StableHistory): Promise<number> {
    const settled = await history.look();
    let waitMs = history.isSettled ? this.options.live.pollIntervalMs : UNSETTLED_WAIT_MS;
    if (!settled) return waitMs;
    for (const group of this.groups()) waitMs = Math.min(waitMs, await this.readFor(group, settled));
    return waitMs;
  }

  /** The streams that can take more, grouped by their position. */
  private groups(): readonly (readonly ChangeStream[])[] {
    const groups = new Map<string, ChangeStream[]>();
    for (const stream of this.streams) {
      if (stream.isFull) continue;
      const at = stream.read ? positionText(stream.read) : '';
      if (!groups.get(at)?.push(stream)) groups.set(at, [stream]);
    }
    return [...groups.values()];
  }

  /** Answers the milliseconds until there may be more. */
  private async readFor(group: readonly ChangeStream[], settled: ChangePosition): Promise<number> {
    const after = group[0]!.read;
    if (!after) {
      for (const stream of group) stream.offer([], settled);
      return Infinity;
    }
    const until = laterPosition(after, settled); // another process may know of more, and a listener that comes from there
    if (positionText(until) === positionText(after)) return Infinity;
    const readings = group.map((stream) => ({ stream, from: stream.read, filter: stream.filter, scope: stream.scope }));
    const limit = this.gateway.roomFor(READ_LIMIT);
    const stored = await this.gateway.read(after, until, tasksOf(group), limit);
    const { changes, position } = mergeChanges(stored, after, until, limit);
    await this.offer(readings, changes, position);
    if (stored.isHeldBack) return UNSETTLED_WAIT_MS;
    return group.some(({ read }) => read && positionText(read) !== positionText(until)) ? 0 : Infinity;
  }

  private async offer(
    readings: readonly Reading[],
    changes: readonly Change[],
    position: ChangePosition,
  ): Promise<void> {
    for (const [{ stream, from }, inScope] of await changesInScopes(this.scopes, readings, changes)) {
      if (stream.read !== from) continue; // it was given another scope meanwhile, or held
      if (inScope instanceof Error) this.endUnscoped(stream, inScope);
      else stream.offer(inScope, position);
    }
  }

  /** A listener whose scope cannot be evaluated receives nothing more. The others go on. */
  private endUnscoped(stream: ChangeStream, error: Error): void {
    this.logger.error('Failed to find the tasks in the scope of a listener; its stream ends.', errorText(error));
    stream.end(error);
  }

  private async sleep(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.wakeUp = resolve;
      timer = setTimeout(resolve, this.isWoken || this.streams.size === 0 ? 0 : ms);
    });
    clearTimeout(timer);
    this.isWoken = false;
  }

  /** Also has an effect if the loop does not sleep at the moment, because the reading under way may have looked too early. */
  private wake(): void {
    this.isWoken = true;
    this.wakeUp();
  }
}

/** What is read for a stream: from where, and for which tasks. */
interface Reading extends ScopedListener {
  readonly stream: ChangeStream;
  readonly from: ChangePosition | null;
}

/** The tasks that the listeners name; null if one of them wants all, or if there are too many. */
function tasksOf(group: readonly ChangeStream[]): readonly string[] | null {
  const named = new Set<string>();
  for (const { filter } of group) {
    if (filter.taskIds === undefined) return null;
    for (const id of filter.taskIds) named.add(id);
    if (named.size > MAX_NAMED_TASKS) return null;
  }
  return [...named];
}
