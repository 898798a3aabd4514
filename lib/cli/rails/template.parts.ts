import { isMap, isSeq, type YAMLMap } from 'yaml';
import type { TakeNote } from './import.note.js';
import { drop, entriesOf, pairAt, valueAt } from './yaml.map.js';

/** A step as Rails Tasker reads it, before any change. */
export type RailsStep = Readonly<Record<string, unknown>>;

/** Removes keys that Rails Tasker ignores; here they are errors, because most are misspelt. */
export function leaveOutUnknown(map: YAMLMap, keys: readonly string[], what: string, note: TakeNote): void {
  for (const [key, pair] of entriesOf(map)) {
    if (keys.includes(key) && valueAt(map, key) !== null) continue;
    drop(map, pair);
    const why = keys.includes(key) ? 'it is empty' : `${what} has no such key, and Rails Tasker ignored it`;
    note('left out', pair.key, `${key}: ${why}.`);
  }
}

const EVENT_NAME = /^(?!(?:task|step|workflow|observability|test)\.)[^.\s]+(?:\.[^.\s]+)+$/i;
const EVENT_KEYS = ['name', 'description'];

/** Checks the names of events, which Rails Tasker never registered from YAML. */
export function convertEvents(holder: YAMLMap, note: TakeNote): void {
  const pair = pairAt(holder, 'custom_events');
  if (pair === undefined || !isSeq(pair.value)) return;
  pair.value.items = pair.value.items.filter((event) => {
    if (!isMap(event)) return true;
    const name = valueAt(event, 'name');
    if (typeof name === 'string' && EVENT_NAME.test(name)) {
      leaveOutUnknown(event, EVENT_KEYS, 'an event', note);
      return true;
    }
    const called = typeof name === 'string' ? `"${name}"` : 'without a name';
    note(
      'left out',
      event,
      `The event ${called}: a name consists of words separated by dots, and the first must not be one of the engine's.`,
    );
    return false;
  });
  if (pair.value.items.length === 0) {
    drop(holder, pair);
    return;
  }
  note('differs', pair.key, 'Rails Tasker dropped "custom_events" of YAML. Here they are kept with the template.');
}
