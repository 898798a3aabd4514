import type { DocumentPath } from './document.path.js';
import { DEPENDENCY_KEYS } from './step.keys.js';

/** The parts of a step that the checks of names need. The rest of the document may be malformed. */
export interface StepOutline {
  readonly path: DocumentPath;
  readonly name: string;
  readonly dependencies: readonly Dependency[];
  readonly handler: { readonly name: string; readonly path: DocumentPath } | null;
}

export interface Dependency {
  readonly name: string;
  /** The path of the key. */
  readonly path: DocumentPath;
}

/** The steps of a document that have a name. One malformed key does not hide the other problems. */
export function outlineSteps(document: unknown): StepOutline[] {
  return itemsOf(propertyOf(document, 'step_templates')).flatMap((step, index) => {
    const name = propertyOf(step, 'name');
    const path = ['step_templates', index];
    return typeof name === 'string'
      ? [{ path, name, dependencies: dependenciesOf(step, path), handler: handlerOf(step, path) }]
      : [];
  });
}

function dependenciesOf(step: unknown, path: DocumentPath): Dependency[] {
  return DEPENDENCY_KEYS.flatMap((key) => {
    const names = [propertyOf(step, key)].flat().filter((name) => typeof name === 'string');
    return names.map((name) => ({ name, path: [...path, key] }));
  });
}

function handlerOf(step: unknown, path: DocumentPath): StepOutline['handler'] {
  for (const key of ['handler', 'handler_class']) {
    const name = propertyOf(step, key);
    if (typeof name === 'string') return { name, path: [...path, key] };
  }
  return null;
}

/** A property of a value of any type. */
export function propertyOf(value: unknown, key: string | number): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string | number, unknown>>)[key];
}

/** The items of a list; empty for all other values. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
