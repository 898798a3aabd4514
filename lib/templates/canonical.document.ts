import { createHash } from 'node:crypto';
import type { JsonObject, JsonValue } from '../workflow/json.js';
import { deepFreeze } from './deep.freeze.js';
import type { TaskTemplate } from '../workflow/task-template.js';

/** A template as a JSON value with sorted keys: equal templates give equal text, however they were written. */
export function canonicalDocument(template: TaskTemplate): JsonObject {
  return withSortedKeys(JSON.parse(JSON.stringify(template)) as JsonObject) as JsonObject;
}

/** The template that a canonical document is of. */
export function templateOf(document: JsonObject): TaskTemplate {
  return deepFreeze(structuredClone(document)) as unknown as TaskTemplate;
}

/** SHA-256 of a JSON value with sorted keys, in hex. */
export function fingerprint(document: JsonObject): string {
  return createHash('sha256').update(JSON.stringify(document)).digest('hex');
}

/** A copy that two values share exactly when they are equal as JSON. Code units decide, which no locale can change. */
export function withSortedKeys(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withSortedKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, withSortedKeys(item)]));
}
