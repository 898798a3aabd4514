import { Logger } from '@nestjs/common';
import { inOwnContext } from '../options/own.context.js';
import { errorText } from '../workflow/error.text.js';
import type { EventName } from './event.catalogue.js';
import { selects, type EventListener, type EventPattern } from './event.pattern.js';

/** How many asynchronous calls of one listener may run at a time, unless its options say otherwise. */
export const DEFAULT_CONCURRENCY = 100;
/** How many events may wait for one listener, unless its options say otherwise. */
export const DEFAULT_MAX_WAITING = 10_000;

/** How events are delivered to a listener. */
export interface ListenerOptions<Pattern extends EventPattern = EventPattern> {
  /** Names the listener in the log and in the statistics. @default the name of the function */
  readonly name?: string;
  /** Selects events by their payload: only those for which it returns true are delivered. @default all */
  readonly filter?: (...event: Parameters<EventListener<Pattern>>) => boolean;
  /** How many calls of an asynchronous listener may run at a time; with 1, events are handled in order. @default 100 */
  readonly concurrency?: number;
  /** How many events may wait while so many calls run. Further events are dropped, and counted. @default 10000 */
  readonly maxWaiting?: number;
  readonly hooks?: SubscriberHooks;
}

/** Optional methods of a subscriber, which are called around each of its listeners. All may be asynchronous. */
export interface SubscriberHooks {
  /** Called first. If it fails, the listener is not called, and the event counts as failed. */
  beforeEvent?(name: EventName, payload: object): unknown;
  /** Called after the listener succeeded. */
  afterEvent?(name: EventName, payload: object, durationMs: number): unknown;
  /** Called after the filter, `beforeEvent` or the listener failed; the failure is logged in any case. */
  onEventError?(error: unknown, name: EventName, payload: object): unknown;
}

/** The numbers of events that a listener handled in this process so far, and how long it took. */
export interface ListenerStatistics {
  readonly listener: string;
  /** The names and patterns that it listens to. */
  readonly events: readonly string[];
  readonly handled: number;
  readonly failed: number;
  /** The number of events that its filter left out. */
  readonly filtered: number;
  /** The number of events that were dropped, because too many waited. */
  readonly dropped: number;
  readonly running: number;
  readonly waiting: number;
  /** The mean duration of its calls; null before the first has ended. */
  readonly meanMs: number | null;
  readonly maxMs: number | null;
  /** When it was last called, ISO 8601; null if never. */
  readonly lastCalledAt: string | null;
  /** When it last failed, ISO 8601; null if never. The log has the error. */
  readonly lastFailedAt: string | null;
}

/** A function that receives every event, whatever its payload: `EventBus` types the calls. */
export type AnyListener = (payload: object, name: EventName) => unknown;

/** One subscription: delivers events to a listener, apart from all others, and counts. */
export class SubscribedListener {
  private readonly logger = new Logger('TaskerEvents');
  private readonly waiting: (readonly [name: EventName, payload: object])[] = [];
  private readonly counts = { handled: 0, failed: 0, filtered: 0, dropped: 0 };
  private readonly idle: (() => void)[] = [];
  private calls = 0;
  private running = 0;
  private totalMs = 0;
  private maxMs = 0;
  private lastCalledAt: Date | null = null;
  private lastFailedAt: Date | null = null;
  private isDropping = false;
  private isCatchingUp = false;

  constructor(
    private readonly patterns: readonly EventPattern[],
    private readonly listener: AnyListener,
    private readonly options: ListenerOptions,
  ) {}

  get name(): string {
    return this.options.name ?? (this.listener.name || 'an anonymous listener');
  }

  private get concurrency(): number {
    return this.options.concurrency ?? DEFAULT_CONCURRENCY;
  }

  selects(name: EventName): boolean {
    return this.patterns.some((pattern) => selects(pattern, name));
  }

  /** Calls the listener, or lets the event wait until fewer calls run. Never throws. */
  deliver(name: EventName, payload: object): void {
    if (!this.accepts(name, payload)) return;
    // An event must not overtake those that wait.
    if (this.running < this.concurrency && this.waiting.length === 0) this.call(name, payload);
    else if (this.waiting.length < (this.options.maxWaiting ?? DEFAULT_MAX_WAITING)) this.waiting.push([name, payload]);
    else this.drop();
  }

  /** Drops the events that still wait. */
  leave(): void {
    this.waiting.length = 0;
  }

  /** Resolves when no call is running and no event waits. */
  settled(): Promise<void> {
    return this.running === 0 ? Promise.resolve() : new Promise((resolve) => this.idle.push(resolve));
  }

  statistics(): ListenerStatistics {
    const ended = this.calls - this.running;
    return {
      listener: this.name,
      events: this.patterns,
      ...this.counts,
      running: this.running,
      waiting: this.waiting.length,
      meanMs: ended === 0 ? null : this.totalMs / ended,
      maxMs: ended === 0 ? null : this.maxMs,
      lastCalledAt: this.lastCalledAt?.toISOString() ?? null,
      lastFailedAt: this.lastFailedAt?.toISOString() ?? null,
    };
  }

  private accepts(name: EventName, payload: object): boolean {
    const { filter } = this.options as { readonly filter?: AnyListener };
    if (!filter) return true;
    try {
      const accepted = inOwnContext(filter, payload, name) === true;
      if (!accepted) this.counts.filtered++;
      return accepted;
    } catch (error) {
      this.fail(error, name, payload);
      return false;
    }
  }

  /** Stays synchronous for a synchronous listener, so that it has seen the event when the publisher goes on. */
  private call(name: EventName, payload: object): void {
    const began = performance.now();
    this.lastCalledAt = new Date();
    this.running++;
    this.calls++;
    const end = (report: () => void): void => {
      const ms = performance.now() - began;
      this.running--;
      this.totalMs += ms;
      this.maxMs = Math.max(this.maxMs, ms);
      report();
      this.callWaiting();
    };
    const succeed = (): void => {
      this.counts.handled++;
      this.after(name, payload, performance.now() - began);
    };
    try {
      const answer = inOwnContext(() => this.handle(name, payload));
      if (!isThenable(answer)) {
        end(succeed);
        return;
      }
      void Promise.resolve(answer).then(
        () => end(succeed),
        (error: unknown) => end(() => this.fail(error, name, payload)),
      );
    } catch (error) {
      end(() => this.fail(error, name, payload));
    }
  }

  private handle(name: EventName, payload: object): unknown {
    const before = this.options.hooks?.beforeEvent?.(name, payload);
    return isThenable(before)
      ? Promise.resolve(before).then(() => this.listener(payload, name))
      : this.listener(payload, name);
  }

  /** A loop, as each call that ends at once comes back here. */
  private callWaiting(): void {
    if (this.isCatchingUp) return;
    this.isCatchingUp = true;
    while (this.waiting.length > 0 && this.running < this.concurrency) this.call(...this.waiting.shift()!);
    this.isCatchingUp = false;
    if (this.waiting.length === 0) this.isDropping = false;
    if (this.running === 0) for (const resolve of this.idle.splice(0)) resolve();
  }

  private after(name: EventName, payload: object, durationMs: number): void {
    this.guarded('afterEvent', name, () => this.options.hooks?.afterEvent?.(name, payload, durationMs));
  }

  private fail(error: unknown, name: EventName, payload: object): void {
    this.counts.failed++;
    this.lastFailedAt = new Date();
    this.logger.error(`${this.name} failed to handle ${name}.`, errorText(error));
    this.guarded('onEventError', name, () => this.options.hooks?.onEventError?.(error, name, payload));
  }

  /** A failing hook is logged, and changes nothing else. */
  private guarded(hook: keyof SubscriberHooks, name: EventName, work: () => unknown): void {
    const report = (error: unknown): void => {
      this.logger.error(`${hook} of ${this.name} failed for ${name}.`, errorText(error));
    };
    try {
      const answer = inOwnContext(work);
      if (isThenable(answer)) void Promise.resolve(answer).catch(report);
    } catch (error) {
      report(error);
    }
  }

  /** Logged once, until the listener has caught up. */
  private drop(): void {
    this.counts.dropped++;
    if (this.isDropping) return;
    this.isDropping = true;
    this.logger.error(
      `${this.name} is too slow: ${this.waiting.length} events wait for it. Further events are dropped until it has ` +
        'caught up. Raise its concurrency, or do less in it.',
    );
  }
}

/** Not `instanceof Promise`, because libraries have promise classes of their own. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
