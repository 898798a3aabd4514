import { open } from 'node:fs/promises';
import { UnreadableFileError } from './cli.errors.js';

/** The lines of a file, which may be larger than the memory. @throws UnreadableFileError */
export async function* linesOf(path: string): AsyncIterable<string> {
  try {
    yield* (await open(path)).readLines();
  } catch (error) {
    throw new UnreadableFileError(path, error as Error);
  }
}
