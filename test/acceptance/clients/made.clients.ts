import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type ts from 'typescript';
import { install } from '../../../scripts/packed-host.mjs';
import { compile } from '../../support/generated.clients.js';

const ROOT = join(import.meta.dirname, '../../..');
const CLIENTS = ['hey.client', 'orval.client'] as const;

/** Exact versions, so that a release of somebody else's cannot turn this red; those that Node 20.19 may still run. */
const PACKAGES = { '@hey-api/openapi-ts': '0.95.0', orval: '7.13.0', typescript: '5.9.3', '@types/node': '20.19.25' };

/**
 * The runtime that `@hey-api/openapi-ts` brings along does not compile with `exactOptionalPropertyTypes`, whatever is described.
 */
const AS_GENERATORS_ALLOW: ts.CompilerOptions = { exactOptionalPropertyTypes: false };

export interface MadeClients {
  readonly directory: string;
  readonly programs: readonly string[];
}

/** @throws with what the compiler says of them */
export function makeClients(workspace: string): MadeClients {
  const directory = join(workspace, 'clients');
  mkdirSync(directory);
  writeFileSync(
    join(directory, 'package.json'),
    JSON.stringify({ private: true, type: 'module', dependencies: PACKAGES }),
  );
  install(directory);
  cpSync(join(ROOT, 'test/clients'), directory, { recursive: true });
  for (const file of ['docs/openapi.json', 'test/acceptance/clients/generate.mjs']) {
    cpSync(join(ROOT, file), join(directory, file.split('/').at(-1)!));
  }
  execFileSync(process.execPath, ['generate.mjs'], { cwd: directory, stdio: ['ignore', 'ignore', 'inherit'] });
  const faults = compile(
    directory,
    CLIENTS.map((name) => `${name}.ts`),
    AS_GENERATORS_ALLOW,
  );
  if (faults !== '') throw new Error(`The generated clients do not compile:\n${faults}`);
  return { directory, programs: CLIENTS.map((name) => `${name}.js`) };
}
