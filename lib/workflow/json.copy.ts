import type { JsonValue } from './json.js';

/** Twice the depth of anything that the engine stores. Deeper parts, which others stored, are shared and not copied. */
const MAX_DEPTH = 1_024;

/** Copies a JSON value, several times as fast as `structuredClone`. */
export function copyJson<T extends JsonValue>(value: T, depth = 0): T {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return value;
  if (Array.isArray(value)) return value.map((member: JsonValue) => copyJson(member, depth + 1)) as unknown as T;
  // Not by assignment, which would set the prototype for the key `__proto__`.
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, copyJson(member, depth + 1)])) as T;
}
