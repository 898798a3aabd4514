import type { DocumentPath } from './document.path.js';
import { unknownName } from '../workflow/near.name.js';
import { itemsOf, outlineSteps, propertyOf } from './step.outline.js';
import { withoutSynonymsOf } from './step.keys.js';
import type { Finding } from './template.problem.js';

/** The document for one environment: without `environments`, and with the overlay of the environment merged in. */
export function applyOverlay(document: unknown, environment: string): unknown {
  if (!isObject(document)) return document;
  const { environments, ...base } = document;
  const overlay = propertyOf(environments, environment);
  return isObject(overlay) ? merge(base, overlay, true) : base;
}

/** The environments that a document has overlays for. */
export function environmentsOf(document: unknown): string[] {
  const environments = propertyOf(document, 'environments');
  return isObject(environments) ? Object.keys(environments) : [];
}

/** Finds steps in overlays that the template does not have, or that an overlay names twice. */
export function overlayFindings(document: unknown): Finding[] {
  const known = new Set(outlineSteps(document).map(({ name }) => name));
  return environmentsOf(document).flatMap((environment) => {
    const steps = outlineSteps(propertyOf(propertyOf(document, 'environments'), environment));
    return steps.flatMap(({ name, path }, index): Finding[] => {
      const namePath = ['environments', environment, ...path, 'name'];
      if (!known.has(name)) return [{ path: namePath, message: unknownName('step', name, known) }];
      const isRepeated = steps.findIndex((step) => step.name === name) < index;
      return isRepeated ? [{ path: namePath, message: `this overlay already has a step "${name}"` }] : [];
    });
  });
}

/**
 * The path in the whole document of the value at a path of the merged document: in the overlay, or otherwise in the
 * base.
 */
export function originOf(document: unknown, environment: string, path: DocumentPath): DocumentPath {
  const origin: (string | number)[] = ['environments', environment];
  let base = document;
  let overlay = propertyOf(propertyOf(document, 'environments'), environment);
  for (const [depth, segment] of path.entries()) {
    const isStep = depth === 1 && path[0] === 'step_templates';
    const key = isStep ? overlayIndex(document, overlay, segment) : segment;
    base = propertyOf(base, segment);
    overlay = propertyOf(overlay, key);
    if (overlay === undefined) return path;
    origin.push(key);
    const isMerged = (isObject(base) && isObject(overlay)) || (depth === 0 && segment === 'step_templates');
    if (!isMerged) return [...origin, ...path.slice(depth + 1)]; // the overlay replaced everything below
  }
  return path.length === 0 ? path : origin;
}

function overlayIndex(document: unknown, overlaySteps: unknown, index: string | number): number {
  const name = propertyOf(propertyOf(propertyOf(document, 'step_templates'), index), 'name');
  return itemsOf(overlaySteps).findIndex((step) => propertyOf(step, 'name') === name);
}

type PlainObject = Readonly<Record<string, unknown>>;

/** Merges objects, matches the steps of a template by name, and replaces everything else. */
function merge(base: PlainObject, overlay: PlainObject, isRoot = false): PlainObject {
  const entries = Object.entries(overlay).map(([key, value]): [string, unknown] => {
    const old = propertyOf(base, key);
    if (isRoot && key === 'step_templates') return [key, mergeSteps(old, value)];
    return [key, isObject(old) && isObject(value) ? merge(old, value) : value];
  });
  return Object.fromEntries([...Object.entries(base), ...entries]); // unlike a spread, keeps a key named `__proto__`
}

/** An overlay cannot add steps, so names that the base lacks have no effect. `overlayFindings` reports them. */
function mergeSteps(base: unknown, overlay: unknown): unknown {
  if (!Array.isArray(base)) return base;
  return base.map((step: unknown) => {
    const changes = itemsOf(overlay).find((change) => propertyOf(change, 'name') === propertyOf(step, 'name'));
    return isObject(step) && isObject(changes) ? merge(withoutSynonymsOf(changes, step) as PlainObject, changes) : step;
  });
}

function isObject(value: unknown): value is PlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
