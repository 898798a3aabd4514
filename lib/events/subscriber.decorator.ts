import 'reflect-metadata';
import { ProviderMark } from '../options/provider.mark.js';
import type { ListenerOptions } from './event.listener.js';
import type { EventListener, EventPattern } from './event.pattern.js';

/** How events are delivered to each listener of a subscriber. */
export type SubscriberOptions = Pick<ListenerOptions, 'concurrency' | 'maxWaiting'>;

/** Which of the events are delivered to a method, and how. */
export type OnTaskerEventOptions<Pattern extends EventPattern> = Pick<
  ListenerOptions<Pattern>,
  'filter' | 'concurrency' | 'maxWaiting'
>;

/** The mark that `SubscriberExplorer` looks for. */
export const SubscriberMark = new ProviderMark<SubscriberOptions>('subscriber');

/** A method that listens, as `@OnTaskerEvent` stores it on its class. */
export interface MarkedListener {
  readonly method: string;
  readonly patterns: readonly EventPattern[];
  readonly options: ListenerOptions | undefined;
  /** True if it has several marks, of which one has options: it is not known to which patterns these apply. */
  readonly isAmbiguous: boolean;
}

const LISTENERS = 'tasker:listeners';

/**
 * Marks a provider class whose `@OnTaskerEvent` methods listen to events. The class may also have the methods of
 * `SubscriberHooks`, which are called around each of them.
 *
 * @example
 * ```ts
 * @TaskerSubscriber()
 * export class OrderAlerts {
 *   @OnTaskerEvent('task.failed')
 *   tell({ taskId }: EventPayload<'task.failed'>) { ... }
 * }
 * ```
 */
export function TaskerSubscriber(options: SubscriberOptions = {}): ClassDecorator {
  return (subscriber) => SubscriberMark.set(subscriber, options);
}

/**
 * Calls the method for each event that one of the patterns selects: a name, the beginning of names (`step.*`), or `*`
 * for all events. Names and parameters are checked by the compiler.
 *
 * @example
 * ```ts
 * @OnTaskerEvent('task.completed', 'task.failed')
 * @OnTaskerEvent('step.*', { filter: ({ namespace }) => namespace === 'shop', concurrency: 1 })
 * ```
 */
export function OnTaskerEvent<Pattern extends EventPattern>(
  ...patterns: [Pattern, ...Pattern[]]
): <Method extends EventListener<Pattern>>(
  target: object,
  method: string,
  descriptor: TypedPropertyDescriptor<Method>,
) => void;
export function OnTaskerEvent<Pattern extends EventPattern>(
  patterns: Pattern | readonly Pattern[],
  options: OnTaskerEventOptions<Pattern>,
): <Method extends EventListener<Pattern>>(
  target: object,
  method: string,
  descriptor: TypedPropertyDescriptor<Method>,
) => void;
export function OnTaskerEvent<Pattern extends EventPattern>(
  ...given: readonly (Pattern | readonly Pattern[] | OnTaskerEventOptions<Pattern>)[]
): (target: object, method: string) => void {
  const patterns = given.filter((each) => !isOptions(each)).flat() as readonly EventPattern[];
  const options = given.find(isOptions) as ListenerOptions | undefined;
  return (target, method) => {
    const own = ownListenersOf(target.constructor);
    const before = own.find((each) => each.method === method);
    const marked: MarkedListener = {
      method,
      patterns: [...new Set([...(before?.patterns ?? []), ...patterns])],
      options: options ?? before?.options,
      isAmbiguous: before !== undefined && (before.options ?? options) !== undefined,
    };
    Reflect.defineMetadata(LISTENERS, [...own.filter((each) => each !== before), marked], target.constructor);
  };
}

/** The methods that `@OnTaskerEvent` marked: those of the class, and those of its parents that it does not mark again. */
export function listenersOf(constructor: object): readonly MarkedListener[] {
  const own = ownListenersOf(constructor);
  const parent = Object.getPrototypeOf(constructor) as object | null;
  const inherited = parent === null || parent === Function.prototype ? [] : listenersOf(parent);
  return [...inherited.filter(({ method }) => !own.some((each) => each.method === method)), ...own];
}

function ownListenersOf(constructor: object): readonly MarkedListener[] {
  return (Reflect.getOwnMetadata(LISTENERS, constructor) as readonly MarkedListener[] | undefined) ?? [];
}

function isOptions(given: unknown): given is object {
  return typeof given === 'object' && given !== null && !Array.isArray(given);
}
