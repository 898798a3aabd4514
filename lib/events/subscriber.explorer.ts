import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { classesOf, type MarkedClass, type ProviderWrapper } from '../options/provider.mark.js';
import { EventBus } from './event.bus.js';
import { now } from './event.time.js';
import { InvalidSubscribersError } from './event.errors.js';
import type { SubscriberHooks } from './event.listener.js';
import type { EventListener, EventPattern } from './event.pattern.js';
import { listenerFaults } from './listener.faults.js';
import { listenersOf, SubscriberMark, type MarkedListener } from './subscriber.decorator.js';

type Methods = SubscriberHooks & Readonly<Record<string, EventListener<EventPattern> | undefined>>;

/** Finds the providers and controllers marked with `@TaskerSubscriber` and subscribes their methods. Reports all faults together. */
@Injectable()
export class SubscriberExplorer implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  private readonly subscribed = new Map<MarkedClass, readonly string[]>();
  private readonly unsubscribes: (() => void)[] = [];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly bus: EventBus,
  ) {}

  onModuleInit(): void {
    const found = [...this.discovery.getProviders(), ...this.discovery.getControllers()];
    const faults = found.flatMap((wrapper) => this.subscribe(wrapper));
    if (faults.length > 0) throw new InvalidSubscribersError(faults);
  }

  /** Published after all subscribers are registered, so that each receives all of these events. */
  onApplicationBootstrap(): void {
    if (!this.bus.hasListeners('subscriber.registered')) return;
    for (const [{ name: subscriber }, events] of this.subscribed)
      this.bus.publish('subscriber.registered', { subscriber, events, at: now() });
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
    this.subscribed.set(subscriber, [...new Set(listeners.flatMap(({ patterns }) => patterns))]);
    // An object that replaces the class, such as a mock, may have only some of its methods, or none.
    const instance = (wrapper.instance ?? {}) as Methods;
    for (const listener of listeners.filter(({ method }) => typeof instance[method] === 'function'))
      this.listen(subscriber, instance, listener);
    return [];
  }

  private faultsOf(
    wrapper: ProviderWrapper,
    subscriber: MarkedClass,
    listeners: readonly MarkedListener[],
  ): readonly string[] {
    const { name } = subscriber;
    if (!SubscriberMark.isOn(subscriber)) {
      return [`${name} has @OnTaskerEvent methods, but no @TaskerSubscriber() on the class`];
    }
    if (listeners.length === 0) return [`${name} is marked with @TaskerSubscriber(), but has no @OnTaskerEvent method`];
    if (!wrapper.isDependencyTreeStatic()) {
      return [`${name} is request-scoped or depends on a request-scoped provider, but events have no request`];
    }
    if (wrapper.isTransient) return [`${name} is transient, so Nest would never instantiate it`];
    // Each of two instances would receive every event.
    if (this.subscribed.has(subscriber)) return [`${name} is provided by more than one module`];
    const shared = SubscriberMark.on(subscriber);
    return listeners.flatMap(({ method, patterns, options, isAmbiguous }) => [
      ...listenerFaults(`${name}.${method}`, patterns, { ...shared, ...options }),
      ...(isAmbiguous
        ? [`${name}.${method} has several @OnTaskerEvent decorators with options; combine them into one`]
        : []),
    ]);
  }

  private listen(subscriber: MarkedClass, instance: Methods, { method, patterns, options }: MarkedListener): void {
    const unsubscribe = this.bus.on(patterns, (payload, name) => instance[method]!(payload, name), {
      ...SubscriberMark.on(subscriber),
      ...options,
      name: `${subscriber.name}.${method}`,
      hooks: instance,
    });
    this.unsubscribes.push(unsubscribe);
  }
}

/** The class with the marks; undefined for most providers, and for an alias of a provider that is found itself. */
function subscriberClassOf(wrapper: ProviderWrapper): MarkedClass | undefined {
  const marked = classesOf(wrapper).find((each) => SubscriberMark.isOn(each) || listenersOf(each).length > 0);
  return wrapper.isAlias && marked !== wrapper.token ? undefined : marked;
}
