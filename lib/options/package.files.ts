import { existsSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { BundledPackageError } from './options.errors.js';
import { placeFile } from './package.place.cjs';

const NAME = 'nestjs-tasker';

/**
 * The address of a file or folder of this package, such as `sql/`, from `lib/` as from `dist/`. Only asked for when it is needed:
 * what a bundler made of this file lies somewhere else, and that is to be a sentence at start.
 *
 * @throws BundledPackageError
 */
export function packageFile(path: string): URL {
  return new URL(path, packageRoot());
}

/** The address of a file that lies beside the code, in `lib/` as in `dist/`. @throws BundledPackageError */
export function codeFile(path: string): URL {
  manifest();
  return new URL(`../${path}`, pathToFileURL(placeFile!));
}

/** Version of this package, as its package.json says. @throws BundledPackageError */
export function packageVersion(): string {
  return manifest().version;
}

/** The folder that has the package.json. @throws BundledPackageError */
export function packageRoot(): URL {
  manifest();
  return root!;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
}

let root: URL | undefined;
let known: Manifest | undefined;

function manifest(): Manifest {
  return (known ??= readManifest());
}

/** In a bundle there may be another package.json in that place, or none. */
function readManifest(): Manifest {
  root = placeFile === undefined ? undefined : new URL('../../', pathToFileURL(placeFile));
  const file = root && new URL('package.json', root);
  const read = file && existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Manifest) : undefined;
  if (read?.name !== NAME) throw new BundledPackageError(placeFile);
  return read;
}
