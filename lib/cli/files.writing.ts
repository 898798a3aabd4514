import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { UnwritableFilesError } from './cli.errors.js';

export interface WrittenFile {
  readonly path: string;
  readonly text: string;
}

/** The text of a file, or null if there is none. */
export function textIn(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new UnwritableFilesError(path, error as Error);
  }
}

/**
 * Writes all files or none: each is written completely next to its place before the first is moved there.
 *
 * @throws UnwritableFilesError
 */
export function writeFiles(files: readonly WrittenFile[]): void {
  const drafts: { readonly path: string; readonly draft: string }[] = [];
  let at = '';
  try {
    for (const { path, text } of files) {
      at = path;
      mkdirSync(dirname(path), { recursive: true });
      drafts.push({ path, draft: `${path}.${process.pid}.tmp` });
      writeFileSync(drafts.at(-1)!.draft, text);
    }
    for (const { path, draft } of drafts) {
      at = path;
      renameSync(draft, path);
    }
  } catch (error) {
    for (const { draft } of drafts) rmSync(draft, { force: true });
    throw new UnwritableFilesError(at, error as Error);
  }
}
