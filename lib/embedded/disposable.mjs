/** What makes a PostgreSQL fast whose data nobody needs after a crash of the machine. */
import { accessSync, constants, statfsSync } from 'node:fs';

/** Where Linux keeps files in memory. Containers often have 64 MB of it. */
const IN_MEMORY = '/dev/shm';
const NEEDED_BYTES = 2_000_000_000;

/** The write-ahead log stays small, as it takes memory. */
export const DISPOSABLE_SETTINGS = { fsync: 'off', full_page_writes: 'off', max_wal_size: '256MB' };

/** A folder in memory with enough room for the data of tests, or nothing. */
export function folderInMemory() {
  try {
    accessSync(IN_MEMORY, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    return bavail * bsize >= NEEDED_BYTES ? IN_MEMORY : undefined;
  } catch {
    return undefined;
  }
}
