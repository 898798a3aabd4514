import type { Tree } from '@angular-devkit/schematics';

const MANIFEST = 'package.json';

/** A package.json as it may be changed. */
export type ManifestChanges = Readonly<
  Record<'dependencies' | 'devDependencies' | 'scripts', Readonly<Record<string, string>>>
>;

/** Adds to the package.json what it does not have, in the indentation that it has. Answers whether anything was added. */
export function extendManifest(tree: Tree, changes: Partial<ManifestChanges>): boolean {
  const before = tree.readText(MANIFEST);
  const manifest = JSON.parse(before) as Record<string, Record<string, string>>;
  for (const [part, wanted] of Object.entries(changes)) {
    const merged = { ...wanted, ...manifest[part] };
    if (Object.keys(merged).length === 0) continue;
    manifest[part] = part === 'scripts' ? { ...manifest[part], ...merged } : sorted(merged);
  }
  const indent = /^([ \t]+)"/m.exec(before)?.[1] ?? '  ';
  const after = `${JSON.stringify(manifest, null, indent)}\n`;
  if (JSON.stringify(JSON.parse(before)) === JSON.stringify(manifest)) return false;
  tree.overwrite(MANIFEST, after);
  return true;
}

/** As package managers keep them. */
function sorted(packages: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(packages).sort(([one], [other]) => (one < other ? -1 : 1)));
}
