import type { JsonObject } from '../workflow/json.js';
import { canonicalDocument, withSortedKeys } from './canonical.document.js';
import { applyOverlay, environmentsOf } from './environment.overlay.js';
import type { RawTask } from './task.document.js';
import { compileTemplate, type StepDefaults } from './template.compiler.js';

/** Leaves out of a compiled template whatever the host's options would fill in. */
const NOTHING_SET = { backoff: {} } as unknown as StepDefaults;

/**
 * What a template says, as a JSON value with sorted keys: without the defaults of the host that loads it, and with the
 * overlay of every environment beside it rather than one of them merged in. Two documents have equal wordings exactly when
 * they say the same, however they were written; which options and environment a process runs with makes no difference.
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

/** A key that a later version of this package adds is null where a template does not use it, and changes no wording. */
function withoutNulls(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}

function sorted(entries: readonly (readonly [string, JsonObject])[]): JsonObject {
  return withSortedKeys(Object.fromEntries(entries)) as JsonObject;
}
