import { join } from 'node:path';
import { ROOT } from './script.mjs';

/**
 * What a compiler knows of these files and those of `lib` that they import. Names, comments and the types of documents need no
 * types of other packages, which would take long to read.
 *
 * @param ts the compiler: one that other tools bring may be another than ours
 * @param given options that differ from those of this repository
 */
export function programOfSources(ts, files, given = {}) {
  const options = { ...compilerOptions(ts), noEmit: true, types: [], ...given };
  const host = ts.createCompilerHost(options);
  host.resolveModuleNameLiterals = (literals, file) =>
    literals.map(({ text }) =>
      text.startsWith('.') ? ts.resolveModuleName(text, file, options, host) : { resolvedModule: undefined },
    );
  return ts.createProgram(files, options, host);
}

function compilerOptions(ts) {
  const file = join(ROOT, 'tsconfig.json');
  return ts.parseJsonConfigFileContent(ts.readConfigFile(file, ts.sys.readFile).config, ts.sys, ROOT).options;
}
