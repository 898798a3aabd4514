import { createRequire } from 'node:module';
import { join } from 'node:path';
import type TypeScript from 'typescript';
import type { Manifest } from './host.project';
import { Refusal } from '../writing/refusal';

/** Packages are looked up from where the command runs: they are the host's own, in the host's own versions. */
const hostRequire = createRequire(join(process.cwd(), 'package.json'));

/** @throws Refusal when the host has no TypeScript, or one without a compiler API (7) */
export function hostTypeScript(): typeof TypeScript {
  const typescript = optionalPackage('typescript') as typeof TypeScript | null;
  if (typeof typescript?.createSourceFile === 'function') return typescript;
  throw new Refusal(
    typescript === null
      ? 'The code here is changed with the help of TypeScript, which is not installed: npm install --save-dev typescript@6'
      : `TypeScript ${typescript.version} has no compiler API, which this needs: npm install --save-dev typescript@6`,
  );
}

/** The package.json of the folder of the command; empty where there is none. */
export function hostManifest(): Manifest {
  return optionalPackage('./package.json') ?? {};
}

/** Null when the host does not have it. */
export function optionalPackage(name: string): unknown {
  try {
    return hostRequire(name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}
