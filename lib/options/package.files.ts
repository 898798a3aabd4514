import { existsSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { BundledPackageError } from './options.errors.js';
import { placeFile } from './package.place.cjs';

const NAME = 'nestjs-tasker';

/**
 * The URL of a file or folder of this package, such as `sql/`, from `lib/` and from `dist/`. Call it only when the file
 * is needed, not when a module loads: in a bundle it throws, and the error must appear at start-up.
 *
 * @throws BundledPackageError
 */
export function packageFile(path: string): URL {
  return new URL(path, packageRoot());
}

/** The URL of a file next to the code, in `lib/` or `dist/`. @throws BundledPackageError */
export function codeFile(path: string): URL {
  manifest();
  return new URL(`../${path}`, pathToFileURL(placeFile!));
}

/** The version of this package, from its package.json. @throws BundledPackageError */
export function packageVersion(): string {
  return manifest().version;
}

/** The folder of the package.json. @throws BundledPackageError */
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

/** In a bundle, the place may have the package.json of another package, or none. */
function readManifest(): Manifest {
  root = placeFile === undefined ? undefined : new URL('../../', pathToFileURL(placeFile));
  const file = root && new URL('package.json', root);
  const read = file && existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Manifest) : undefined;
  if (read?.name !== NAME) throw new BundledPackageError(placeFile);
  return read;
}
