/** Settings that make PostgreSQL fast if its data are not needed after a crash of the machine. */
import { accessSync, constants, statfsSync } from 'node:fs';

/** The folder in which Linux keeps files in memory. In containers, it often has only 64 MB. */
const IN_MEMORY = '/dev/shm';
const NEEDED_BYTES = 2_000_000_000;

/** The write-ahead log stays small, because it takes memory. */
export const DISPOSABLE_SETTINGS = { fsync: 'off', full_page_writes: 'off', max_wal_size: '256MB' };

/** A folder in memory with enough room for the data of tests; undefined if there is none. */
export function folderInMemory() {
  try {
    accessSync(IN_MEMORY, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    return bavail * bsize >= NEEDED_BYTES ? IN_MEMORY : undefined;
  } catch {
    return undefined;
  }
}
