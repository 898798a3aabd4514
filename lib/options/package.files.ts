import { existsSync, readFileSync } from 'node:fs';
import { BundledPackageError } from './options.errors.js';

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
  const here = import.meta.url as string | undefined; // undefined in a bundle in CommonJS
  root = URL.canParse('../../', here) ? new URL('../../', here) : undefined;
  const file = root && new URL('package.json', root);
  const read = file && existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Manifest) : undefined;
  if (read?.name !== NAME) throw new BundledPackageError(here);
  return read;
}
