import { join } from 'node:path';
import ts from 'typescript';
import { programOfSources } from '../../../scripts/sources.mjs';
import { ROOT } from './pages.js';

export interface FileProgram {
  readonly program: ts.Program;
  readonly file: ts.SourceFile;
  /** The type that the file exports under a name. */
  typeNamed(name: string): ts.Type;
}

/** A file of ours and what it imports of ours, as the compiler knows them. */
export function programOf(path: string): FileProgram {
  const program = programOfSources(ts, [join(ROOT, path)]);
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(join(ROOT, path))!;
  const names = checker.getExportsOfModule(checker.getSymbolAtLocation(file)!);
  return {
    program,
    file,
    typeNamed: (name) => checker.getDeclaredTypeOfSymbol(names.find((symbol) => symbol.name === name)!),
  };
}
