import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { makeHost, NEST_VERSIONS } from '../../scripts/packed-host.mjs';

const PROGRAM = join(import.meta.dirname, 'host');

/** A folder for each version of Nest, with the packed package and the host program in it; answers them by version. */
export function makeHosts(workspace: string, tarball: string, versions: readonly string[]): Record<string, string> {
  const made = versions.map((version) => {
    const { peers, platforms } = NEST_VERSIONS[version]!;
    console.log(`${version}: installing the packed package`);
    const directory = makeHost(workspace, version, { dependencies: { ...peers, ...platforms } }, tarball);
    compileProgram(join(directory, 'acceptance'));
    return [version, directory];
  });
  return Object.fromEntries(made) as Record<string, string>;
}

/** Without a check of types, which `npm run typecheck` does for the program and `scripts/pack-check.mjs` for the package. */
function compileProgram(target: string): void {
  for (const name of readdirSync(PROGRAM, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts')) continue;
    const file = join(target, name.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(file), { recursive: true });
    const source = readFileSync(join(PROGRAM, name), 'utf8');
    const compilerOptions = {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      experimentalDecorators: true,
    };
    writeFileSync(file, ts.transpileModule(source, { compilerOptions }).outputText);
  }
}
