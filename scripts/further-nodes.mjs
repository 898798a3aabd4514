/** Further versions of Node.js that the package supports, which come as packages of npm and are kept in `build/`. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { installPackage } from './packed-host.mjs';
import { progress, ROOT } from './script.mjs';

/** Exact, so that a release of Node.js cannot turn a commit red. */
const VERSIONS = ['22.23.5', '24.22.3'];
const PLATFORM = 'linux-x64';

/** Each version and the folder of its `node`; none on platforms that have no such packages, which is said. */
export function furtherNodes() {
  if (`${process.platform}-${process.arch}` === PLATFORM)
    return VERSIONS.map((version) => ({ version, binaries: installed(version) }));
  progress(
    `Left out on ${process.platform}-${process.arch}: the packages with other versions of Node.js are for ${PLATFORM}.`,
  );
  return [];
}

function installed(version) {
  const folder = join(ROOT, 'build/node', version);
  const binaries = join(folder, `node_modules/node-${PLATFORM}/bin`);
  if (existsSync(join(binaries, 'node'))) return binaries;
  progress(`Installing Node.js ${version}.`);
  mkdirSync(folder, { recursive: true });
  installPackage(folder, `node-${PLATFORM}@${version}`);
  return binaries;
}
