import { createHash } from 'node:crypto';
import type { JsonObject, JsonValue } from '../workflow/json.js';
import { deepFreeze } from './deep.freeze.js';
import type { TaskTemplate } from '../workflow/task-template.js';

/**
 * A template as a JSON value with sorted keys, so that equal templates give equal text, regardless of how they were
 * written.
 */
export function canonicalDocument(template: TaskTemplate): JsonObject {
  return withSortedKeys(JSON.parse(JSON.stringify(template)) as JsonObject) as JsonObject;
}

/** The template of a canonical document. */
export function templateOf(document: JsonObject): TaskTemplate {
  return deepFreeze(structuredClone(document)) as unknown as TaskTemplate;
}

/** SHA-256 of a JSON value with sorted keys, in hex. */
export function fingerprint(document: JsonObject): string {
  return createHash('sha256').update(JSON.stringify(document)).digest('hex');
}

/**
 * A copy with sorted keys, which is the same for values that are equal as JSON. Sorts by code units, regardless of the
 * locale.
 */
export function withSortedKeys(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withSortedKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, withSortedKeys(item)]));
}
