import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as typedDocumentNode from '@graphql-codegen/typed-document-node';
import * as operations from '@graphql-codegen/typescript-operations';
import { parse } from 'graphql';
import openapiTs, { astToString } from 'openapi-typescript';
import ts from 'typescript';
import { compilerHost } from './compiled.types.js';

/** As a user would have it who takes types seriously. */
const STRICT: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.asynciterable.d.ts'],
  types: ['node'],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  verbatimModuleSyntax: true,
  skipLibCheck: true,
};

export interface GeneratedClients {
  readonly directory: string;
  /** What the compiler says; empty when all is well. */
  readonly faults: string;
}

/** Generates types from the written descriptions of both APIs, and compiles the clients of `test/clients` with them. */
export async function generateClients(): Promise<GeneratedClients> {
  mkdirSync('.tmp', { recursive: true });
  const directory = mkdtempSync(join('.tmp', 'clients-')); // below the project, so that its packages are found
  cpSync('test/clients', directory, { recursive: true });
  const written = (file: string): string => readFileSync(file, 'utf8');
  const openapi = await openapiTs(JSON.parse(written('docs/openapi.json')) as never);
  writeFileSync(join(directory, 'openapi.ts'), astToString(openapi));
  const graphql = await codegen({
    schema: parse(written('docs/schema.graphql')),
    documents: [{ document: parse(written('test/clients/operations.graphql')) }],
    filename: 'graphql.ts',
    config: { strictScalars: true, scalars: { JSON: 'unknown', DateTime: 'string' }, useTypeImports: true },
    plugins: [{ operations: {} }, { typedDocumentNode: {} }],
    pluginMap: { operations, typedDocumentNode },
  });
  writeFileSync(join(directory, 'graphql.ts'), graphql);
  return { directory, faults: compile(directory, ['rest.client.ts', 'graphql.client.ts']) };
}

/** Compiles TypeScript beside its sources with strict settings, and answers what the compiler says. */
export function compile(directory: string, files: readonly string[], other: ts.CompilerOptions = {}): string {
  const options = { ...STRICT, ...other };
  const paths = files.map((file) => join(directory, file));
  const program = ts.createProgram(paths, options, compilerHost(paths, options));
  const { diagnostics } = program.emit();
  return ts.formatDiagnostics([...ts.getPreEmitDiagnostics(program), ...diagnostics], {
    getCanonicalFileName: (name) => name,
    getCurrentDirectory: () => process.cwd(),
    getNewLine: () => '\n',
  });
}
