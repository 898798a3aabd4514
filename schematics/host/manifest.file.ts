import type { Tree } from '@angular-devkit/schematics';
import { unreadable } from '../writing/refusal';

const MANIFEST = 'package.json';

/** The parts of a package.json that may be changed. */
export type ManifestChanges = Readonly<
  Record<'dependencies' | 'devDependencies' | 'scripts', Readonly<Record<string, string>>>
>;

/** Adds the entries that the package.json lacks. Returns whether anything was added. */
export function extendManifest(tree: Tree, changes: Partial<ManifestChanges>): boolean {
  return changeManifest(tree, (manifest) => {
    for (const [part, wanted] of Object.entries(changes)) {
      const present = manifest[part] as Record<string, string> | undefined;
      const merged = { ...wanted, ...present };
      if (Object.keys(merged).length === 0) continue;
      manifest[part] = part === 'scripts' ? { ...present, ...merged } : sorted(merged);
    }
  });
}

/** Writes the changed package.json. Returns whether it differs from before. */
export function changeManifest(tree: Tree, change: (manifest: Record<string, unknown>) => void): boolean {
  return changeJson(tree, MANIFEST, change);
}

/**
 * Writes a changed JSON file with its own indentation. Returns whether it differs from before.
 *
 * @throws Refusal if the file is not JSON, or has comments, which would be lost
 */
export function changeJson(tree: Tree, path: string, change: (content: Record<string, unknown>) => void): boolean {
  const before = tree.readText(path);
  const content = parsed(path, before);
  change(content);
  if (JSON.stringify(parsed(path, before)) === JSON.stringify(content)) return false;
  const indent = /^([ \t]+)"/m.exec(before)?.[1] ?? '  ';
  tree.overwrite(path, `${JSON.stringify(content, null, indent)}\n`);
  return true;
}

function parsed(path: string, text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Sorted as package managers do it. */
function sorted(packages: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(packages).sort(([one], [other]) => (one < other ? -1 : 1)));
}
