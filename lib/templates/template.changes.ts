import type { JsonObject, JsonValue } from '../workflow/json.js';
import { withSortedKeys } from './canonical.document.js';

/** Longer values are cut, so that a changed schema does not fill the message. */
const VALUE_LENGTH = 60;

/**
 * The differences between two canonical documents, one line each: `steps.process_payment.retryLimit: 3 → 5`,
 * `steps.send_survey: added`. Steps are matched by name. Empty exactly if the two are equal as JSON: the order of keys,
 * which `jsonb` does not keep, is ignored.
 */
export function describeChanges(stored: JsonObject, current: JsonObject): string[] {
  const changes = changesIn(withStepsByName(stored), withStepsByName(current), '');
  return isReordered(stepNames(stored), stepNames(current)) ? [...changes, 'steps: in another order'] : changes;
}

/**
 * Converts the list of steps to an object, so that an inserted step does not look like a change of all steps after it.
 */
function withStepsByName(document: JsonObject): JsonObject {
  const steps = Object.fromEntries(stepsOf(document).map((step) => [nameOf(step), step]));
  const { environments } = document;
  if (environments === undefined) return { ...document, steps };
  const overlaid = Object.entries(environments as Readonly<Record<string, JsonObject>>);
  const named = overlaid.map(([name, template]) => [name, withStepsByName(template)] as const);
  return { ...document, steps, environments: Object.fromEntries(named) };
}

function stepsOf({ steps }: JsonObject): readonly JsonObject[] {
  return Array.isArray(steps) ? (steps as readonly JsonObject[]) : [];
}

function stepNames(document: JsonObject): string[] {
  return stepsOf(document).map(nameOf);
}

function nameOf({ name }: JsonObject): string {
  return typeof name === 'string' ? name : JSON.stringify(name);
}

function isReordered(before: readonly string[], after: readonly string[]): boolean {
  const stayed = before.filter((name) => after.includes(name));
  return after.filter((name) => before.includes(name)).some((name, index) => name !== stayed[index]);
}

function changesIn(stored: JsonValue | undefined, current: JsonValue | undefined, path: string): string[] {
  if (stored === undefined) return [`${path}: added`];
  if (current === undefined) return [`${path}: removed`];
  if (isObject(stored) && isObject(current)) {
    const keys = [...new Set([...Object.keys(stored), ...Object.keys(current)])].sort();
    return keys.flatMap((key) => changesIn(valueAt(stored, key), valueAt(current, key), path ? `${path}.${key}` : key));
  }
  const [before, after] = [stored, current].map((value) => JSON.stringify(withSortedKeys(value))) as [string, string];
  return before === after ? [] : [`${path}: ${inShort(before)} → ${inShort(after)}`];
}

function inShort(json: string): string {
  return json.length > VALUE_LENGTH ? `${json.slice(0, VALUE_LENGTH)}…` : json;
}

function valueAt(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
