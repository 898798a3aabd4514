import { createHash } from 'node:crypto';
import type { SqlFile, SqlFiles } from '../../lib/persistence/sql.files.js';

export function sqlFile(name: string, text: string): SqlFile {
  return { name, text, checksum: createHash('sha256').update(text).digest('hex') };
}

/** The same files with one more, or with another text for one of them. */
export function withFile({ migrations, objects }: SqlFiles, file: SqlFile): SqlFiles {
  const put = (files: readonly SqlFile[]): SqlFile[] =>
    [...files.filter(({ name }) => name !== file.name), file].sort((a, b) => (a.name < b.name ? -1 : 1));
  return file.name.startsWith('migrations/')
    ? { migrations: put(migrations), objects }
    : { migrations, objects: put(objects) };
}
