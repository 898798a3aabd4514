import { mustBe } from '../workflow/input.wording.js';
import { EVENTS } from './event.catalogue.js';
import type { ListenerOptions } from './event.listener.js';
import { isEventPattern } from './event.pattern.js';

const KNOWN = Object.keys(EVENTS).join(', ');

/** Returns the faults of a subscription, which may come from JavaScript. */
export function listenerFaults(
  listener: string,
  patterns: readonly unknown[],
  { concurrency = 1, maxWaiting = 0 }: ListenerOptions,
): readonly string[] {
  const unknown = patterns.filter((pattern) => !isEventPattern(pattern));
  return [
    ...(patterns.length === 0 ? [`${listener} names no event`] : []),
    ...unknown.map(
      (pattern) =>
        `${listener} listens to an unknown event "${String(pattern)}"; known: ${KNOWN}, and their beginnings, such as task.* or *`,
    ),
    ...countFault(listener, 'concurrency', concurrency, 1),
    ...countFault(listener, 'maxWaiting', maxWaiting, 0),
  ];
}

function countFault(listener: string, option: string, value: unknown, minimum: number): readonly string[] {
  if (Number.isInteger(value) && (value as number) >= minimum) return [];
  return [`${option} of ${listener} ${mustBe(`a whole number of at least ${minimum}`)}, got ${String(value)}`];
}
