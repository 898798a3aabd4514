import 'reflect-metadata';
import { ProviderMark } from '../options/provider.mark.js';
import type { EventListener, EventPattern } from './event.catalogue.js';

/** The mark that `SubscriberExplorer` looks for. */
export const SubscriberMark = new ProviderMark<true>('subscriber');

/** A method that listens, as `@On` stores it on its class. */
export interface MarkedListener {
  readonly method: string;
  readonly patterns: readonly EventPattern[];
}

const LISTENERS = 'tasker:listeners';

/**
 * Marks a provider class whose `@On` methods listen to events.
 *
 * @example
 * ```ts
 * @Subscriber()
 * export class OrderAlerts {
 *   @On('task.failed')
 *   tell({ taskId }: EventPayload<'task.failed'>) { ... }
 * }
 * ```
 */
export function Subscriber(): ClassDecorator {
  return (subscriber) => SubscriberMark.set(subscriber, true);
}

/**
 * Calls the method for each event of these names; `*` means all events. Names and parameters are checked by the compiler.
 */
export function On<Pattern extends EventPattern>(...patterns: [Pattern, ...Pattern[]]) {
  return <Method extends EventListener<Pattern>>(
    target: object,
    method: string | symbol,
    _descriptor: TypedPropertyDescriptor<Method>,
  ): void => {
    const known = listenersOf(target.constructor);
    const others = known.filter((each) => each.method !== method);
    const before = known.find((each) => each.method === method)?.patterns ?? [];
    const marked: MarkedListener = { method: String(method), patterns: [...new Set([...before, ...patterns])] };
    // A new list, because the list that was found may belong to the parent class.
    Reflect.defineMetadata(LISTENERS, [...others, marked], target.constructor);
  };
}

/** The methods of a class and its parents that `@On` marked. */
export function listenersOf(constructor: object): readonly MarkedListener[] {
  return (Reflect.getMetadata(LISTENERS, constructor) as readonly MarkedListener[] | undefined) ?? [];
}
