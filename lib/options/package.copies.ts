import { dirname } from 'node:path';
import { placeFile } from './package.place.cjs';

/** The folder that this copy of the package was loaded from; two that are loaded are told apart by it. */
const HERE = placeFile === undefined ? 'a bundle' : folderOf(placeFile);

/** One list for the whole process, whichever copy asks. */
const COPIES = Symbol.for('nestjs-tasker.copies');
/** On modules that every part of ours shares, so that parts of two copies would each have their own. */
const COPY = Symbol.for('nestjs-tasker.copy');

const shared = globalThis as unknown as Record<symbol, Set<string> | undefined>;
const copies = (shared[COPIES] ??= new Set());
copies.add(HERE);

/** The folders of all copies that are loaded so far. */
export function loadedCopies(): readonly string[] {
  return [...copies];
}

/** The folder of this one. */
export function thisCopy(): string {
  return HERE;
}

/** Notes on a module which copy it is of. */
export function OfThisCopy(): ClassDecorator {
  return (module) => Object.defineProperty(module, COPY, { value: HERE });
}

/** Another copy that a module is of; null for this one, and for every other package. */
export function foreignCopyOf(module: object): string | null {
  const copy = (module as { readonly [COPY]?: string })[COPY];
  return copy === undefined || copy === HERE ? null : copy;
}

/** `…/nestjs-tasker/dist/options/package.place.cjs` lies in `…/nestjs-tasker`. */
function folderOf(file: string): string {
  return dirname(dirname(dirname(file)));
}
