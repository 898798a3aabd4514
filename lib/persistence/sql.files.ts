import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { packageFile } from '../options/package.files.js';

/** One file of `sql/`, as it stands on disk. */
export interface SqlFile {
  /** Path below `sql/`, such as `migrations/0001_tables.sql`. */
  readonly name: string;
  readonly text: string;
  /** SHA-256 of the text, hexadecimal. */
  readonly checksum: string;
}

export interface SqlFiles {
  /** In the order of their numbers. */
  readonly migrations: readonly SqlFile[];
  /** Functions before views, which use them. */
  readonly objects: readonly SqlFile[];
}

const PACKAGED = fileURLToPath(packageFile('sql/'));
let packaged: Promise<SqlFiles> | undefined;

/** Those of this package, which stay the same while a process runs, are read once. */
export function readSqlFiles(root: string = PACKAGED): Promise<SqlFiles> {
  return root === PACKAGED ? (packaged ??= readFolders(root).catch(forget)) : readFolders(root);
}

/** What kept them from being read may pass. */
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
