import type { Tree } from '@angular-devkit/schematics';

export interface SourceFile {
  /** From the folder of the command: `src/app.module.ts`. */
  readonly path: string;
  readonly text: string;
}

/** The TypeScript files of the application below a folder. */
export function sourceFiles(tree: Tree, folder: string): readonly SourceFile[] {
  const found: SourceFile[] = [];
  tree.getDir(folder).visit((path) => {
    if (!path.endsWith('.ts') || path.endsWith('.d.ts') || path.includes('/node_modules/')) return;
    found.push({ path: path.slice(1), text: tree.readText(path) });
  });
  return found;
}
