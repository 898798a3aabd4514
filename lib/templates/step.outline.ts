import type { DocumentPath } from './document.path.js';
import { DEPENDENCY_KEYS } from './step.keys.js';

/** What the checks of names need of a step. It is read from documents that may be malformed anywhere else. */
export interface StepOutline {
  readonly path: DocumentPath;
  readonly name: string;
  readonly dependencies: readonly Dependency[];
  readonly handler: { readonly name: string; readonly path: DocumentPath } | null;
}

export interface Dependency {
  readonly name: string;
  /** The key that holds it. */
  readonly path: DocumentPath;
}

/** The steps of a document that have a name, so that one malformed key does not hide every other problem. */
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

/** A property of something that may be anything. */
export function propertyOf(value: unknown, key: string | number): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string | number, unknown>>)[key];
}

/** The items of what may not be a list. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
