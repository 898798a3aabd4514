import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const YAML_FILE = /\.ya?ml$/i;

/**
 * The files of a path: the file itself, or all YAML files in the folder and its subfolders, sorted by path. Hidden
 * entries are skipped (in some, Kubernetes keeps older versions of mounted files), and links to folders are not
 * followed.
 *
 * @throws the error of the file system if the path does not exist or cannot be read
 */
export function findTemplateFiles(path: string): readonly string[] {
  return statSync(path).isDirectory() ? filesIn(path).sort() : [path];
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.'))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesIn(path);
      return YAML_FILE.test(entry.name) ? [path] : [];
    });
}
