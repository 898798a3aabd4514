import { EVENTS, type EventName, type EventPayload } from './event.catalogue.js';

/** The parts of a name before its last dot: `task` of `task.failed`. */
type Prefix<Name extends string> = Name extends `${infer Head}.${infer Tail}`
  ? Tail extends `${string}.${string}`
    ? Head | `${Head}.${Prefix<Tail>}`
    : Head
  : never;

/** The name of an event, the beginning of names followed by `.*`, such as `step.*`, or `*` for every event. */
export type EventPattern = EventName | `${Prefix<EventName>}.*` | '*';

/** The events that a pattern selects. */
export type EventsOf<Pattern extends EventPattern> = Pattern extends EventName
  ? Pattern
  : Pattern extends `${infer Beginning}.*`
    ? Extract<EventName, `${Beginning}.${string}`>
    : EventName;

/** A function that receives the payload of an event, and its name. */
export type EventListener<Pattern extends EventPattern> = (
  payload: EventPayload<EventsOf<Pattern>>,
  name: EventsOf<Pattern>,
) => unknown;

/** Whether the pattern selects the event. */
export function selects(pattern: string, name: string): boolean {
  return pattern === '*' || pattern === name || (pattern.endsWith('.*') && name.startsWith(pattern.slice(0, -1)));
}

/** Whether the pattern selects any event. */
export function isEventPattern(pattern: unknown): pattern is EventPattern {
  return typeof pattern === 'string' && Object.keys(EVENTS).some((name) => selects(pattern, name));
}
