import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { classesOf, type MarkedClass, type ProviderWrapper } from '../options/provider.mark.js';
import { EventBus } from './event.bus.js';
import { EVENTS, isEventPattern, type EventListener, type EventPattern } from './event.catalogue.js';
import { InvalidSubscribersError } from './event.errors.js';
import { listenersOf, SubscriberMark, type MarkedListener } from './subscriber.decorator.js';

type Methods = Readonly<Record<string, EventListener<EventPattern> | undefined>>;

/** Finds the providers marked with `@Subscriber` and subscribes their `@On` methods. Reports all faults together. */
@Injectable()
export class SubscriberExplorer implements OnModuleInit, OnModuleDestroy {
  private readonly subscribed = new Set<MarkedClass>();
  private readonly unsubscribes: (() => void)[] = [];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly bus: EventBus,
  ) {}

  onModuleInit(): void {
    const faults = this.discovery.getProviders().flatMap((wrapper) => this.subscribe(wrapper));
    if (faults.length > 0) throw new InvalidSubscribersError(faults);
  }

  onModuleDestroy(): void {
    for (const unsubscribe of this.unsubscribes.splice(0)) unsubscribe();
  }

  private subscribe(wrapper: ProviderWrapper): readonly string[] {
    const subscriber = subscriberClassOf(wrapper);
    if (!subscriber) return [];
    const listeners = listenersOf(subscriber);
    const faults = this.faultsOf(wrapper, subscriber, listeners);
    if (faults.length > 0) return faults;
    this.subscribed.add(subscriber);
    // An object that replaces the class, such as a mock, may have only some of its methods, or none.
    const instance = (wrapper.instance ?? {}) as Methods;
    for (const { method, patterns } of listeners.filter((each) => typeof instance[each.method] === 'function')) {
      for (const pattern of patterns) this.listen(pattern, instance, method, `${subscriber.name}.${method}`);
    }
    return [];
  }

  private faultsOf(
    wrapper: ProviderWrapper,
    subscriber: MarkedClass,
    listeners: readonly MarkedListener[],
  ): readonly string[] {
    const { name } = subscriber;
    if (!SubscriberMark.isOn(subscriber)) return [`${name} has @On methods, but no @Subscriber() on the class`];
    if (listeners.length === 0) return [`${name} is marked with @Subscriber(), but has no @On method`];
    if (!wrapper.isDependencyTreeStatic()) {
      return [`${name} is request-scoped or depends on a request-scoped provider, but events have no request`];
    }
    if (wrapper.isTransient) return [`${name} is transient, so Nest would never instantiate it`];
    // Each of two instances would receive every event.
    if (this.subscribed.has(subscriber)) return [`${name} is provided by more than one module`];
    return listeners.flatMap(({ method, patterns }) =>
      patterns
        .filter((pattern) => !isEventPattern(pattern))
        .map((pattern) => `${name}.${method} listens to an unknown event "${String(pattern)}"; known: ${KNOWN}`),
    );
  }

  private listen(pattern: EventPattern, instance: Methods, method: string, listenerName: string): void {
    this.unsubscribes.push(this.bus.on(pattern, (payload, name) => instance[method]!(payload, name), listenerName));
  }
}

/** The class with the marks; undefined for most providers, and for an alias of a provider that is found itself. */
function subscriberClassOf(wrapper: ProviderWrapper): MarkedClass | undefined {
  const marked = classesOf(wrapper).find((each) => SubscriberMark.isOn(each) || listenersOf(each).length > 0);
  return wrapper.isAlias && marked !== wrapper.token ? undefined : marked;
}

const KNOWN = [...Object.keys(EVENTS), '*'].join(', ');
