import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { EventBus } from './event.bus.js';
import { EVENTS, isEventPattern, type EventListener, type EventPattern } from './event.catalogue.js';
import { InvalidSubscribersError } from './event.errors.js';
import { listenersOf, SubscriberMark, type MarkedListener } from './subscriber.decorator.js';

type Wrapper = ReturnType<DiscoveryService['getProviders']>[number];
type Constructor = abstract new (...args: never) => object;
type Methods = Record<string, EventListener<EventPattern>>;

/** Finds the providers marked with `@Subscriber` and lets their `@On` methods listen; every fault is said at once. */
@Injectable()
export class SubscriberExplorer implements OnModuleInit, OnModuleDestroy {
  private readonly subscribed = new Set<Constructor>();
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

  private subscribe(wrapper: Wrapper): readonly string[] {
    const constructor = constructorOf(wrapper);
    // An alias leads to a provider that is looked at itself.
    if (!constructor || wrapper.isAlias) return [];
    const marked = this.discovery.getMetadataByDecorator(SubscriberMark, wrapper) !== undefined;
    const listeners = listenersOf(constructor);
    if (!marked && listeners.length === 0) return [];
    const faults = this.faultsOf(wrapper, constructor, marked, listeners);
    if (faults.length > 0) return faults;
    this.subscribed.add(constructor);
    const instance = wrapper.instance as Methods;
    for (const { method, patterns } of listeners) {
      for (const pattern of patterns) this.listen(pattern, instance, method, `${constructor.name}.${method}`);
    }
    return [];
  }

  private faultsOf(
    wrapper: Wrapper,
    constructor: Constructor,
    marked: boolean,
    listeners: readonly MarkedListener[],
  ): readonly string[] {
    const { name } = constructor;
    if (!marked) return [`${name} has @On methods, but no @Subscriber() on the class`];
    if (listeners.length === 0) return [`${name} is marked with @Subscriber(), but has no @On method`];
    if (!wrapper.isDependencyTreeStatic()) {
      return [`${name} is request-scoped or depends on something that is; an event has no request`];
    }
    // Two instances would each hear every event.
    if (this.subscribed.has(constructor)) return [`${name} is provided by more than one module`];
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

/** Of the instance rather than the provider: a factory may have made it. Values like null have none. */
function constructorOf(wrapper: Wrapper): Constructor | undefined {
  const instance = wrapper.instance as object | null | undefined;
  const constructor: unknown = instance?.constructor ?? wrapper.metatype;
  return typeof constructor === 'function' ? (constructor as Constructor) : undefined;
}

const KNOWN = [...Object.keys(EVENTS), '*'].join(', ');
