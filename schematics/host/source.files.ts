import type { Tree } from '@angular-devkit/schematics';

export interface SourceFile {
  /** Relative to the folder of the command: `src/app.module.ts`. */
  readonly path: string;
  readonly text: string;
}

const NO_SOURCE = /\/node_modules\/|\.d\.ts$|[.-](spec|test)\.ts$/;

/** The TypeScript files of the application below a folder; tests are none of them. */
export function sourceFiles(tree: Tree, folder: string): readonly SourceFile[] {
  const found: SourceFile[] = [];
  tree.getDir(folder).visit((path) => {
    if (!path.endsWith('.ts') || NO_SOURCE.test(path)) return;
    found.push({ path: path.slice(1), text: tree.readText(path) });
  });
  return found;
}
