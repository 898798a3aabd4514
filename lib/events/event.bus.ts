import { Injectable, Logger } from '@nestjs/common';
import { inOwnContext } from '../options/own.context.js';
import { errorText } from '../workflow/error.text.js';
import type { EventListener, EventName, EventPattern, EventPayload } from './event.catalogue.js';

/** One table holds the listeners of all events. `publish` is typed, so each listener gets the payload of its event. */
type AnyListener = (payload: unknown, name: EventName) => unknown;

interface Subscription {
  readonly listener: AnyListener;
  /** Names the listener in the log if it fails. */
  readonly listenerName: string;
}

/**
 * Publishes events to the listeners of this process, in the order in which they subscribed. A failing listener is
 * logged and does not affect others. Events that a process did not publish before it died are lost, so work that must
 * succeed for a task to count as done belongs in a step.
 */
@Injectable()
export class EventBus {
  private readonly logger = new Logger('TaskerEvents');
  private readonly subscriptions = new Map<EventPattern, readonly Subscription[]>();

  /**
   * Calls `listener` for each event of this name, or for all events (`*`). The listener may be asynchronous, but
   * nothing waits for it. It runs outside of any request.
   *
   * @param listenerName names the listener in the log if it fails; default: the name of the function
   * @returns a function that ends the subscription; it may be called again
   */
  on<Pattern extends EventPattern>(
    pattern: Pattern,
    listener: EventListener<Pattern>,
    listenerName: string = listener.name || 'an anonymous listener',
  ): () => void {
    const subscription: Subscription = { listener: listener as AnyListener, listenerName };
    // Lists are replaced, never changed: a subscription that begins or ends during a delivery counts from the next one
    // on.
    this.subscriptions.set(pattern, [...this.subscribed(pattern), subscription]);
    return () => this.remove(pattern, subscription);
  }

  /** Whether the event has listeners. Check it before you build an expensive payload. */
  hasListeners(name: EventName): boolean {
    return this.subscriptions.has(name) || this.subscriptions.has('*');
  }

  /** Calls all listeners before it returns. Never throws. */
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

/** Not `instanceof Promise`, because libraries have promise classes of their own. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
