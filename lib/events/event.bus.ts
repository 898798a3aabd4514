import { Injectable } from '@nestjs/common';
import type { EventName, EventPayload } from './event.catalogue.js';
import { InvalidSubscribersError } from './event.errors.js';
import {
  SubscribedListener,
  type AnyListener,
  type ListenerOptions,
  type ListenerStatistics,
} from './event.listener.js';
import type { EventListener, EventPattern } from './event.pattern.js';
import { listenerFaults } from './listener.faults.js';

/**
 * Publishes events to the listeners of this process, in the order in which they subscribed. A failing listener is
 * logged and does not affect others. Events that a process did not publish before it died are lost, so work that must
 * succeed for a task to count as done belongs in a step.
 */
@Injectable()
export class EventBus {
  private subscribed: readonly SubscribedListener[] = [];
  /** The listeners of each event that was published since the latest subscription. */
  private readonly byName = new Map<EventName, readonly SubscribedListener[]>();

  /**
   * Calls `listener` once for each event that one of the patterns selects: a name, the beginning of names (`step.*`),
   * or `*`. The listener may be asynchronous, but nothing waits for it. It runs outside of any request.
   *
   * @returns a function that ends the subscription; it may be called again
   * @throws InvalidSubscribersError for an unknown event or an invalid option
   */
  on<Pattern extends EventPattern>(
    patterns: Pattern | readonly Pattern[],
    listener: EventListener<Pattern>,
    options: ListenerOptions<Pattern> = {},
  ): () => void {
    const all = [patterns].flat() as readonly Pattern[];
    const added = new SubscribedListener(all, listener as AnyListener, options as ListenerOptions);
    const faults = listenerFaults(added.name, all, options as ListenerOptions);
    if (faults.length > 0) throw new InvalidSubscribersError(faults);
    // The list is replaced, never changed: a subscription that begins or ends during a delivery counts from the next
    // one on.
    this.replace([...this.subscribed, added]);
    return () => {
      added.leave();
      this.replace(this.subscribed.filter((each) => each !== added));
    };
  }

  /** Whether the event has listeners. Check it before you build an expensive payload. */
  hasListeners(name: EventName): boolean {
    return this.listenersOf(name).length > 0;
  }

  /** Calls all listeners before it returns. Never throws. */
  publish<Name extends EventName>(name: Name, payload: EventPayload<Name>): void {
    for (const listener of this.listenersOf(name)) listener.deliver(name, payload);
  }

  /** Resolves when the listeners have handled all events so far. */
  async settled(): Promise<void> {
    await Promise.all(this.subscribed.map((listener) => listener.settled()));
  }

  /** Returns the statistics of all listeners, in the order in which they subscribed. */
  statistics(): readonly ListenerStatistics[] {
    return this.subscribed.map((listener) => listener.statistics());
  }

  private listenersOf(name: EventName): readonly SubscribedListener[] {
    const known = this.byName.get(name);
    if (known) return known;
    const found = this.subscribed.filter((listener) => listener.selects(name));
    this.byName.set(name, found);
    return found;
  }

  private replace(subscribed: readonly SubscribedListener[]): void {
    this.subscribed = subscribed;
    this.byName.clear();
  }
}
