import type { JsonObject } from '../workflow/json.js';
import { canonicalDocument, withSortedKeys } from './canonical.document.js';
import { applyOverlay, environmentsOf } from './environment.overlay.js';
import type { RawTask } from './task.document.js';
import { compileTemplate, type StepDefaults } from './template.compiler.js';

/** Defaults with which a compiled template has no values of the host's options. */
const NOTHING_SET = { backoff: {} } as unknown as StepDefaults;

/**
 * The wording of a template, as a JSON value with sorted keys: without the defaults of the host, and with the overlays
 * of all environments, not merged in. Two documents have equal wordings exactly if they have the same meaning,
 * regardless of how they are written, and of the options and the environment of the process.
 */
export function wordingOf(document: RawTask): JsonObject {
  const environments = environmentsOf(document).map((name) => [name, wordingIn(document, name)] as const);
  const wording = wordingIn({ ...document, environments: undefined }, '');
  return environments.length === 0 ? wording : { ...wording, environments: sorted(environments) };
}

function wordingIn(document: object, environment: string): JsonObject {
  const effective = applyOverlay(document, environment) as RawTask;
  const { steps, ...head } = canonicalDocument(compileTemplate(effective, NOTHING_SET));
  return withSortedKeys({
    ...withoutNulls(head),
    steps: (steps as readonly JsonObject[]).map(withoutNulls),
  }) as JsonObject;
}

/**
 * Removes nulls, so that a key that a later version of this package adds does not change the wording of templates
 * without it.
 */
function withoutNulls(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}

function sorted(entries: readonly (readonly [string, JsonObject])[]): JsonObject {
  return withSortedKeys(Object.fromEntries(entries)) as JsonObject;
}
