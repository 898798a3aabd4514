import type ts from 'typescript';

export function programOfSources(compiler: typeof ts, files: readonly string[], given?: ts.CompilerOptions): ts.Program;
