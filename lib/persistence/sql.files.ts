import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { packageFile } from '../options/package.files.js';

/** One file of `sql/`. */
export interface SqlFile {
  /** The path below `sql/`, such as `migrations/0001_tables.sql`. */
  readonly name: string;
  readonly text: string;
  /** The SHA-256 of the text in hexadecimal. */
  readonly checksum: string;
}

export interface SqlFiles {
  /** The migrations, in the order of their numbers. */
  readonly migrations: readonly SqlFile[];
  /** The functions, followed by the views, which use them. */
  readonly objects: readonly SqlFile[];
}

const PACKAGED = fileURLToPath(packageFile('sql/'));
let packaged: Promise<SqlFiles> | undefined;

/** Reads the files. Those of this package are read only once per process. */
export function readSqlFiles(root: string = PACKAGED): Promise<SqlFiles> {
  return root === PACKAGED ? (packaged ??= readFolders(root).catch(forget)) : readFolders(root);
}

/** Forgets a failed read, because its cause may pass. */
function forget(error: unknown): never {
  packaged = undefined;
  throw error;
}

async function readFolders(root: string): Promise<SqlFiles> {
  const [migrations, functions, views] = await Promise.all(
    ['migrations', 'functions', 'views'].map((folder) => readFolder(root, folder)),
  );
  return { migrations: migrations!, objects: [...functions!, ...views!] };
}

async function readFolder(root: string, folder: string): Promise<SqlFile[]> {
  const entries = (await readdir(`${root}${folder}`)).filter((entry) => entry.endsWith('.sql')).sort();
  return Promise.all(
    entries.map(async (entry) => {
      const text = await readFile(`${root}${folder}/${entry}`, 'utf8');
      return { name: `${folder}/${entry}`, text, checksum: createHash('sha256').update(text).digest('hex') };
    }),
  );
}
