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
  return { document: taken.reduce((changed, [at]) => withValue(changed, at, REDACTED), document), taken };
}

/**
 * Puts values back in their places, in a copy of the document. Places that have something else by now, because the
 * document was replaced, stay as they are.
 */
export function putBack(document: JsonValue, taken: readonly TakenValue[]): JsonValue {
  return taken.reduce(
    (changed, [at, value]) => (valueAt(changed, at) === REDACTED ? withValue(changed, at, value) : changed),
    document,
  );
}

/** Every text and number in the values, without those that are too short to be told from others. */
export function secretsIn(taken: readonly TakenValue[]): string[] {
  const texts = taken.flatMap(([, value]) => scalarsIn(value)).filter((text) => text.length >= SHORTEST_SECRET);
  return [...new Set(texts)].sort((a, b) => b.length - a.length); // the longest first: one may contain another
}

const SHORTEST_SECRET = 4;

function scalarsIn(value: JsonValue): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((inner) => scalarsIn(inner));
}

function withValue(document: JsonValue, [key, ...rest]: JsonLocation, value: JsonValue): JsonValue {
  if (key === undefined) return value;
  const inner = (document as Readonly<Record<string | number, JsonValue>>)[key]!;
  const changed = withValue(inner, rest, value);
  if (Array.isArray(document)) return document.map((item: JsonValue, index) => (index === key ? changed : item));
  // Unlike a spread, keeps a key named `__proto__`.
  return Object.fromEntries(
    Object.entries(document as object).map(([name, old]) => [name, name === key ? changed : old]),
  );
}
