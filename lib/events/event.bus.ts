import { Injectable, Logger } from '@nestjs/common';
import { inOwnContext } from '../options/own.context.js';
import { errorText } from '../workflow/error.text.js';
import type { EventListener, EventName, EventPattern, EventPayload } from './event.catalogue.js';

/** Listeners to different events meet in one table; `publish` is typed, so each gets its own payload. */
type AnyListener = (payload: unknown, name: EventName) => unknown;

interface Subscription {
  readonly listener: AnyListener;
  /** For the log, when the listener fails. */
  readonly listenerName: string;
}

/**
 * Publishes events to the listeners of this process, in the order in which they subscribed. Delivery is for side concerns: a
 * listener that fails is reported in the log and troubles nobody else, and what a process did not publish before it died is
 * lost. What must succeed for a task to count as done belongs into a step.
 */
@Injectable()
export class EventBus {
  private readonly logger = new Logger('TaskerEvents');
  private readonly subscriptions = new Map<EventPattern, readonly Subscription[]>();

  /**
   * Calls `listener` for each event of this name, or for all (`*`). It may be asynchronous; nobody waits for it. It runs in the
   * context of no request.
   *
   * @param listenerName names the listener in the log, should it fail; default: the name of the function
   * @returns ends the subscription; harmless when called again
   */
  on<Pattern extends EventPattern>(
    pattern: Pattern,
    listener: EventListener<Pattern>,
    listenerName: string = listener.name || 'an anonymous listener',
  ): () => void {
    const subscription: Subscription = { listener: listener as AnyListener, listenerName };
    // Lists are replaced, never changed: who subscribes or leaves during a delivery takes effect with the next one.
    this.subscriptions.set(pattern, [...this.subscribed(pattern), subscription]);
    return () => this.remove(pattern, subscription);
  }

  /** Whether publishing would reach anybody; ask before building a payload that costs something. */
  hasListeners(name: EventName): boolean {
    return this.subscriptions.has(name) || this.subscriptions.has('*');
  }

  /** Delivers to all listeners before it returns; never throws. */
  publish<Name extends EventName>(name: Name, payload: EventPayload<Name>): void {
    for (const subscription of this.subscribed(name)) this.deliver(subscription, name, payload);
    for (const subscription of this.subscribed('*')) this.deliver(subscription, name, payload);
  }

  private subscribed(pattern: EventPattern): readonly Subscription[] {
    return this.subscriptions.get(pattern) ?? [];
  }

  private remove(pattern: EventPattern, subscription: Subscription): void {
    const left = this.subscribed(pattern).filter((each) => each !== subscription);
    if (left.length > 0) this.subscriptions.set(pattern, left);
    else this.subscriptions.delete(pattern);
  }

  private deliver({ listener, listenerName }: Subscription, name: EventName, payload: unknown): void {
    const report = (error: unknown): void => {
      this.logger.error(`${listenerName} failed to handle ${name}.`, errorText(error));
    };
    try {
      const answer = inOwnContext(listener, payload, name);
      if (isThenable(answer)) void Promise.resolve(answer).catch(report);
    } catch (error) {
      report(error);
    }
  }
}

/** Not `instanceof Promise`: there are promises of other makes. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
