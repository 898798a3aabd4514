import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as tasker from 'nestjs-tasker';

const ROOT = join(import.meta.dirname, '../..');
/** In which every copy notes that it is loaded, for the whole process (`lib/options/package.copies.ts`). */
const COPIES = Symbol.for('nestjs-tasker.copies');

export interface SecondCopy {
  readonly folder: string;
  readonly tasker: typeof tasker;
  /** As if it had never been loaded: the test files that follow in this process know nothing of it. */
  remove(): void;
}

/** The package a second time, as a monorepo installs it whose packages resolve its peers differently; Nest is the same. */
export async function loadSecondCopy(): Promise<SecondCopy> {
  const folder = mkdtempSync(join(tmpdir(), 'tasker-copy-'));
  for (const part of ['lib', 'sql', 'schemas', 'package.json'])
    cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return {
    folder,
    tasker: (await import(join(folder, 'lib/index.ts'))) as typeof tasker,
    remove: () => {
      (globalThis as unknown as Record<symbol, Set<string>>)[COPIES]!.delete(folder);
      rmSync(folder, { recursive: true });
    },
  };
}
