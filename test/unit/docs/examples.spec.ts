import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { parse } from 'yaml';
import { loadTemplates } from '../../../lib/templates/template.loader.js';
import { formatProblem } from '../../../lib/templates/template.problem.js';
import type { JsonObject, JsonValue } from '../../../lib/workflow/json.js';
import { SETTINGS, withFiles } from '../templates/loading.support.js';
import { codeBlocks, PAGES, read, ROOT, type CodeBlock } from './pages.js';
import { compilerOptions } from './program.js';

const blocks = PAGES.flatMap(codeBlocks);
const written = (language: string, isComplete: (text: string) => boolean): (readonly [string, CodeBlock])[] =>
  blocks.filter((block) => block.language === language && isComplete(block.text)).map((block) => [block.place, block]);

describe('examples in TypeScript', () => {
  // What does not import anything is a fragment.
  const modules = written('ts', (text) => /^import /m.test(text));
  const files = new Map(modules.map(([place, { text }]) => [fileOf(place), text]));
  let program: ts.Program;

  // Once for all, as most of the time goes into the declarations of what they import.
  beforeAll(() => {
    program = programOf(files);
  }, 120_000);

  it.each(modules)(
    'at %s compile',
    (place) => {
      const file = program.getSourceFile(fileOf(place))!;
      const diagnostics = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
      expect(diagnostics.map(inWords)).toEqual([]);
    },
    120_000,
  );
});

describe('examples in YAML', () => {
  const templates = written('yaml', (text) => /^step_templates:/m.test(text));
  const parts = written('yaml', (text) => !/^step_templates:/m.test(text) && parse(text) !== null);

  it.each(templates)('at %s are templates', (_, { text }) => {
    withFiles({ 'task.yaml': text }, (folder) => {
      const { problems } = loadTemplates([folder], SETTINGS);
      expect(problems.map(formatProblem)).toEqual([]);
    });
  });

  it.each(parts)('at %s are parts of a template', (_, { text }) => {
    const document = around(parse(text) as JsonObject);
    const { problems } = loadTemplates([{ document }], { ...SETTINGS, variables: { PAYMENT_KEY: 'x' } });
    expect(problems.map(formatProblem)).toEqual([]);
  });
});

/** A page's block as a module that stands beside the sources, where their packages can be found. */
function fileOf(place: string): string {
  return join(ROOT, `docs/${place.replaceAll(/\W/g, '_')}.ts`);
}

/** With the options that Getting started gives its readers, and our sources as the package. */
function programOf(files: ReadonlyMap<string, string>): ts.Program {
  const options = { ...optionsOfReaders(), paths: compilerOptions().paths!, noEmit: true };
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  host.readFile = (name) => files.get(name) ?? readFile.call(host, name);
  host.fileExists = (name) => files.has(name) || fileExists.call(host, name);
  const { getSourceFile } = host;
  host.getSourceFile = (name, version, ...rest) => {
    const text = files.get(name);
    return text === undefined
      ? getSourceFile.call(host, name, version, ...rest)
      : ts.createSourceFile(name, text, version);
  };
  return ts.createProgram([...files.keys()], options, host);
}

function optionsOfReaders(): ts.CompilerOptions {
  const block = codeBlocks('docs/getting-started.md').find(({ text }) => text.includes('compilerOptions'))!;
  const {
    rootDir: _rootDir,
    outDir: _outDir,
    ...given
  } = (JSON.parse(block.text) as ts.TranspileOptions).compilerOptions!;
  const { options, errors } = ts.convertCompilerOptionsFromJson(given, ROOT);
  if (errors.length > 0) throw new Error(errors.map(inWords).join('\n'));
  return options;
}

function inWords({ file, start, messageText }: ts.Diagnostic): string {
  const message = ts.flattenDiagnosticMessageText(messageText, '\n');
  if (!file) return message;
  return `${file.text.slice(0, start).split('\n').length}: ${message}`;
}

/** The least that makes a part of a template whole: keys of a template stand in one, keys of a step in one of its steps. */
function around(part: JsonObject): JsonObject {
  const { properties } = JSON.parse(read('schemas/task-template.schema.json')) as { properties: object };
  const step = { name: 'process_payment', handler: 'ecommerce.process_payment' };
  const isOfTemplate = Object.keys(part).every((key) => key in properties);
  const steps: JsonValue = isOfTemplate ? [step] : [{ ...step, ...part }];
  return { name: 'process_order', step_templates: steps, ...(isOfTemplate && part) };
}
