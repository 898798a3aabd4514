import { dirname } from 'node:path';
import { placeFile } from './package.place.cjs';

/** The folder that this copy of the package was loaded from. It tells loaded copies apart. */
const HERE = placeFile === undefined ? 'a bundle' : folderOf(placeFile);

/** The key of the one list that all copies in the process share. */
const COPIES = Symbol.for('nestjs-tasker.copies');
/** The key under which a module notes the copy of the package that it belongs to. */
const COPY = Symbol.for('nestjs-tasker.copy');

const shared = globalThis as unknown as Record<symbol, Set<string> | undefined>;
const copies = (shared[COPIES] ??= new Set());
copies.add(HERE);

/** The folders of all copies that have been loaded so far. */
export function loadedCopies(): readonly string[] {
  return [...copies];
}

/** The folder of this copy. */
export function thisCopy(): string {
  return HERE;
}

/** Marks a module with the copy of the package that it belongs to. */
export function OfThisCopy(): ClassDecorator {
  return (module) => Object.defineProperty(module, COPY, { value: HERE });
}

/** The other copy that a module belongs to; null for modules of this copy and of other packages. */
export function foreignCopyOf(module: object): string | null {
  const copy = (module as { readonly [COPY]?: string })[COPY];
  return copy === undefined || copy === HERE ? null : copy;
}

/** `…/nestjs-tasker/dist/options/package.place.cjs` is in `…/nestjs-tasker`. */
function folderOf(file: string): string {
  return dirname(dirname(dirname(file)));
}
