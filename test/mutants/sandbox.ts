import { cpSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openServer } from '../../scripts/database.mjs';
import { mutated, ROOT } from './mutant.lists.js';
import type { ListedMutant } from './mutant.js';

const LEFT_OUT = ['node_modules', '.git', 'build', 'dist', 'coverage', '.tmp', 'findings', 'bench'];

/**
 * A copy of the project in which one mutant at a time is tried. Always in the same place, because compiled files are cached by
 * their paths. Each has a PostgreSQL of its own (unless DATABASE_URL is set), so that a mutant which harms the server, or leaves
 * databases there, harms no other.
 */
export class Sandbox {
  private constructor(
    readonly root: string,
    readonly databaseUrl: string,
    readonly close: () => Promise<void>,
  ) {}

  static async make(number: number): Promise<Sandbox> {
    const root = join(ROOT, 'build/mutants', `${number}`);
    rmSync(root, { recursive: true, force: true });
    mkdirSync(root, { recursive: true });
    for (const name of readdirSync(ROOT).filter((name) => !LEFT_OUT.includes(name))) {
      cpSync(join(ROOT, name), join(root, name), { recursive: true });
    }
    mkdirSync(join(root, 'dist'));
    for (const shared of ['node_modules', 'dist/schematics']) symlinkSync(join(ROOT, shared), join(root, shared));
    const { url, stop } = await openServer({ disposable: true });
    return new Sandbox(root, url, stop);
  }

  put(mutant: ListedMutant): void {
    writeFileSync(join(this.root, mutant.file), mutated(mutant));
  }

  restore({ file }: ListedMutant): void {
    cpSync(join(ROOT, file), join(this.root, file));
  }
}
