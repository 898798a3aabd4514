import type { JsonValue } from './json.js';

/** Twice as deep as anything that we store; what somebody else put there deeper is shared from there on. */
const MAX_DEPTH = 1_024;

/** A value of its own with the same content; several times as fast as `structuredClone`. */
export function copyJson<T extends JsonValue>(value: T, depth = 0): T {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return value;
  if (Array.isArray(value)) return value.map((member: JsonValue) => copyJson(member, depth + 1)) as unknown as T;
  // Not by assignment, which would take a key `__proto__` for the prototype.
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, copyJson(member, depth + 1)])) as T;
}
