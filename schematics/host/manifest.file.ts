import type { Tree } from '@angular-devkit/schematics';

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

/** Writes the changed package.json in the indentation that it has. Answers whether it is another now. */
export function changeManifest(tree: Tree, change: (manifest: Record<string, unknown>) => void): boolean {
  const before = tree.readText(MANIFEST);
  const manifest = JSON.parse(before) as Record<string, unknown>;
  change(manifest);
  if (JSON.stringify(JSON.parse(before)) === JSON.stringify(manifest)) return false;
  const indent = /^([ \t]+)"/m.exec(before)?.[1] ?? '  ';
  tree.overwrite(MANIFEST, `${JSON.stringify(manifest, null, indent)}\n`);
  return true;
}

/** As package managers keep them. */
function sorted(packages: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(packages).sort(([one], [other]) => (one < other ? -1 : 1)));
}
