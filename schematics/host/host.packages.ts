import { createRequire } from 'node:module';
import { join } from 'node:path';
import type TypeScript from 'typescript';
import type { Manifest } from './host.project';
import { Refusal } from '../writing/refusal';

/** Packages are resolved from the folder of the command: they are the host's, in the host's versions. */
const hostRequire = createRequire(join(process.cwd(), 'package.json'));

/** @throws Refusal when the host has no TypeScript, or one without a compiler API (7) */
export function hostTypeScript(): typeof TypeScript {
  const typescript = optionalPackage('typescript') as typeof TypeScript | null;
  if (typeof typescript?.createSourceFile === 'function') return typescript;
  throw new Refusal(
    typescript === null
      ? 'Changing code needs TypeScript, which is not installed here: npm install --save-dev typescript@6'
      : `Changing code needs a compiler API, which TypeScript ${typescript.version} does not have: npm install --save-dev typescript@6`,
  );
}

/** The package.json in the folder of the command; empty if there is none. */
export function hostManifest(): Manifest {
  return optionalPackage('./package.json') ?? {};
}

/** Null if the host does not have it. */
export function optionalPackage(name: string): unknown {
  try {
    return hostRequire(name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}
