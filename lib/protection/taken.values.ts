import { valueAt, type JsonLocation, type JsonPath } from '../templates/json.path.js';
import type { JsonValue } from '../workflow/json.js';

/** What a document has in the place of each of its sensitive values. */
export const REDACTED = '[redacted]';

/** A value and its place in its document. */
export type TakenValue = readonly [location: JsonLocation, value: JsonValue];

/** A document without its sensitive values, and these. */
export interface Redacted {
  readonly document: JsonValue;
  readonly taken: readonly TakenValue[];
}

/** Replaces the values that a path selects, in a copy of the document. */
export function takeOut(document: JsonValue, path: JsonPath): Redacted {
  const taken = path.in(document).map((location): TakenValue => [location, valueAt(document, location)!]);
  return {
    document: withValues(
      document,
      taken.map(([at]) => [at, REDACTED]),
    ),
    taken,
  };
}

/**
 * Puts values back in their places, in a copy of the document. Places that have something else by now, because the
 * document was replaced, stay as they are.
 */
export function putBack(document: JsonValue, taken: readonly TakenValue[]): JsonValue {
  return withValues(
    document,
    taken.filter(([at]) => valueAt(document, at) === REDACTED),
  );
}

/** Shorter texts cannot be told from others. */
export const SHORTEST_SECRET = 4;

/** Every text and number in the values, without those that are too short to be told from others. */
export function secretsIn(taken: readonly TakenValue[]): string[] {
  const texts = taken.flatMap(([, value]) => scalarsIn(value)).filter((text) => text.length >= SHORTEST_SECRET);
  return longestFirst(texts);
}

/** Each text once. One may contain another. */
export function longestFirst(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort((a, b) => b.length - a.length);
}

function scalarsIn(value: JsonValue): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((inner) => scalarsIn(inner));
}

/** A copy that shares nothing with the document and the values: handlers may change what they receive. */
function withValues(document: JsonValue, values: readonly TakenValue[]): JsonValue {
  if (values.length === 0) return document;
  const root = { document: copyOf(document) };
  for (const [location, value] of values) {
    const path = ['document', ...location];
    const parent = valueAt(root, path.slice(0, -1)) as Record<string | number, JsonValue>;
    parent[path.at(-1)!] = copyOf(value); // also for `__proto__`, because it is the object's own already
  }
  return root.document;
}

function copyOf(value: JsonValue): JsonValue {
  if (typeof value !== 'object') return value;
  return JSON.parse(JSON.stringify(value)) as JsonValue;
}
