import { posix } from 'node:path';
import type { Tree } from '@angular-devkit/schematics';
import { registered, type Registration } from '../source/module.registration';
import { hostTypeScript } from './host.packages';
import { formattedAsBefore } from '../writing/formatting';
import { Refusal } from '../writing/refusal';

/** The nearest module in or above a folder: the one named after its folder, that of the application, or the only one there. */
export function nearestModule(tree: Tree, folder: string): string | null {
  for (let directory = posix.normalize(folder); ; directory = posix.dirname(directory)) {
    const modules = tree
      .getDir(directory)
      .subfiles.filter((file) => /\.module\.[jt]s$/.test(file))
      .sort();
    const named = modules.find((file) => file.startsWith(`${posix.basename(directory)}.module.`));
    const found = named ?? modules.find((file) => file.startsWith('app.module.')) ?? modules[0];
    if (found !== undefined) return posix.join(directory, found);
    if (directory === '.' || directory === '/') return null;
  }
}

/**
 * Adds elements to the lists of a module's decorator, and the imports that they need; existing ones are kept.
 *
 * @throws Refusal if the file has syntax errors, or no module whose decorator can be changed
 */
export async function registerIn(tree: Tree, path: string, registrations: readonly Registration[]): Promise<void> {
  const before = tree.readText(path);
  const after = registered(hostTypeScript(), before, registrations);
  if (after.problem !== null) throw new Refusal(`Nothing was written, because ${path} ${after.problem}.`);
  if (after.text !== before) tree.overwrite(path, await formattedAsBefore(path, before, after.text));
}

/** The path by which one file imports another: `./reserve-stock/reserve-stock.handler.js`. */
export function importPath(from: string, to: string, isEsm: boolean): string {
  const relative = posix.relative(posix.dirname(posix.resolve('/', from)), posix.resolve('/', to)).replace(/\.ts$/, '');
  return `${relative.startsWith('.') ? '' : './'}${relative}${isEsm ? '.js' : ''}`;
}
