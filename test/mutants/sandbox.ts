import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mutated, ROOT } from './mutant.lists.js';
import type { ListedMutant } from './mutant.js';

const LEFT_OUT = ['node_modules', '.git', 'build', 'dist', 'coverage', '.tmp', 'findings', 'bench'];

/**
 * A copy of the project in which one mutant at a time is tried. Always in the same place, because the cache of Jest knows files
 * by their paths.
 */
export class Sandbox {
  readonly root: string;

  constructor(number: number) {
    this.root = join(ROOT, 'build/mutants', `${number}`);
    rmSync(this.root, { recursive: true, force: true });
    mkdirSync(this.root, { recursive: true });
    for (const name of readdirSync(ROOT).filter((name) => !LEFT_OUT.includes(name))) {
      cpSync(join(ROOT, name), join(this.root, name), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(this.root, 'node_modules'));
  }

  put(mutant: ListedMutant): void {
    writeFileSync(join(this.root, mutant.file), mutated(mutant));
  }

  restore({ file }: ListedMutant): void {
    cpSync(join(ROOT, file), join(this.root, file));
  }
}
