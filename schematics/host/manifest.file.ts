import type { Tree } from '@angular-devkit/schematics';
import { Refusal } from '../writing/refusal';

const MANIFEST = 'package.json';

/** A package.json as it may be changed. */
export type ManifestChanges = Readonly<
  Record<'dependencies' | 'devDependencies' | 'scripts', Readonly<Record<string, string>>>
>;

/** Adds to the package.json what it does not have. Answers whether anything was added. */
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

/** Writes the changed package.json. Answers whether it is another now. */
export function changeManifest(tree: Tree, change: (manifest: Record<string, unknown>) => void): boolean {
  return changeJson(tree, MANIFEST, change);
}

/**
 * Writes a changed JSON file in the indentation that it has. Answers whether it is another now.
 *
 * @throws Refusal when the file is no JSON; one with comments would lose them
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
    throw new Refusal(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** As package managers keep them. */
function sorted(packages: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(packages).sort(([one], [other]) => (one < other ? -1 : 1)));
}
