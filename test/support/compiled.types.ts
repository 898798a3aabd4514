import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '../..');

/**
 * Errors of the compiler in these files, with our sources as the package. Files that they import are not checked themselves.
 * @param options differences from those of a strict application
 */
export function typeProblems(files: readonly string[], options: ts.CompilerOptions = {}): readonly string[] {
  return compilerProblems(files, {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ESNext,
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noUnusedLocals: true,
    verbatimModuleSyntax: true,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    skipLibCheck: true,
    ...options,
  });
}

/** The same with these options alone, and what is wrong with them. */
export function compilerProblems(files: readonly string[], options: ts.CompilerOptions): readonly string[] {
  const all = { ...options, noEmit: true, paths: publicPaths() };
  const program = ts.createProgram(files, all, compilerHost(files, all));
  const general = [...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics()];
  const own = files.flatMap((file) => {
    const source = program.getSourceFile(file);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  });
  return [...general, ...own].map(inWords);
}

/** Errors of syntax in a text. */
export function syntaxProblems(text: string): readonly string[] {
  const source = ts.createSourceFile('text.ts', text, ts.ScriptTarget.ESNext);
  const options: ts.CompilerOptions = { noLib: true, noResolve: true, types: [] };
  const host = { ...ts.createCompilerHost(options), getSourceFile: () => source };
  return ts.createProgram([source.fileName], options, host).getSyntacticDiagnostics(source).map(inWords);
}

function inWords({ file, start = 0, messageText }: ts.Diagnostic): string {
  const text = ts.flattenDiagnosticMessageText(messageText, ' ');
  return file ? `${basename(file.fileName)}:${file.getLineAndCharacterOfPosition(start).line + 1} ${text}` : text;
}

/** What files import, by how it is loaded and its path: most of the time goes into reading the same declarations. */
const imported = new Map<string, ts.SourceFile>();

/** @param files are read now, while what they import was perhaps read before */
export function compilerHost(files: readonly string[], options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile;
  host.getSourceFile = (path, how, ...rest) => {
    if (files.includes(path)) return read(path, how, ...rest);
    const key = `${typeof how === 'object' ? how.impliedNodeFormat : how} ${path}`;
    const file = imported.get(key) ?? read(path, how, ...rest);
    if (file) imported.set(key, file);
    return file;
  };
  return host;
}

function publicPaths(): Record<string, string[]> {
  const { compilerOptions } = JSON.parse(readFileSync(join(ROOT, 'tsconfig.json'), 'utf8')) as {
    readonly compilerOptions: { readonly paths: Readonly<Record<string, readonly string[]>> };
  };
  return Object.fromEntries(Object.entries(compilerOptions.paths).map(([name, [file]]) => [name, [join(ROOT, file!)]]));
}
