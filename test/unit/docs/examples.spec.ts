import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { parse } from 'yaml';
import { loadTemplates } from '../../../lib/templates/template.loader.js';
import { formatProblem } from '../../../lib/templates/template.problem.js';
import type { JsonObject, JsonValue } from '../../../lib/workflow/json.js';
import { compilerProblems } from '../../support/compiled.types.js';
import { SETTINGS, withFiles } from '../templates/loading.support.js';
import { codeBlocks, PAGES, read, ROOT, type CodeBlock } from './pages.js';

const blocks = PAGES.flatMap(codeBlocks);
const written = (language: string, isComplete: (text: string) => boolean): (readonly [string, CodeBlock])[] =>
  blocks.filter((block) => block.language === language && isComplete(block.text)).map((block) => [block.place, block]);

describe('examples in TypeScript', () => {
  // What does not import anything is a fragment. A file of the application that Getting started makes is compiled there, when
  // the page is followed: `npm run acceptance -- pages`.
  const modules = written('ts', (text) => /^import /m.test(text) && !text.startsWith('// src/'));
  let problems: readonly string[];

  // Once for all, as most of the time goes into the declarations of what they import.
  beforeAll(() => {
    problems = problemsOf(modules.map(([place, { text }]) => [fileOf(place), text]));
  }, 120_000);

  it.each(modules)('at %s compile', (place) => {
    expect(problems.filter((line) => line.startsWith(fileOf(place)))).toEqual([]);
  });

  it('leave nothing else to be said', () => {
    const own = modules.map(([place]) => fileOf(place));
    expect(problems.filter((line) => !own.some((file) => line.startsWith(file)))).toEqual([]);
  });
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

/** A page's block as a module. */
function fileOf(place: string): string {
  return `${place.replaceAll(/\W/g, '_')}.ts`;
}

/** What the compiler has to say, with the options that Getting started gives its readers and our sources as the package. */
function problemsOf(files: readonly (readonly [string, string])[]): readonly string[] {
  const folder = mkdtempSync(join(ROOT, 'node_modules/.docs-')); // where the packages of the imports are found
  try {
    for (const [name, text] of files) writeFileSync(join(folder, name), text);
    return compilerProblems(
      files.map(([name]) => join(folder, name)),
      optionsOfReaders(),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function optionsOfReaders(): ts.CompilerOptions {
  const block = codeBlocks('docs/getting-started.md').find(({ text }) => text.includes('compilerOptions'))!;
  const { rootDir: _rootDir, outDir: _outDir, ...written } = (JSON.parse(block.text) as Config).compilerOptions;
  const { options, errors } = ts.convertCompilerOptionsFromJson(written, ROOT);
  expect(errors).toEqual([]);
  return options;
}

interface Config {
  readonly compilerOptions: JsonObject;
}

/** The least that makes a part of a template whole: keys of a template stand in one, keys of a step in one of its steps. */
function around(part: JsonObject): JsonObject {
  const { properties } = JSON.parse(read('schemas/task-template.schema.json')) as { properties: object };
  const name = 'process_payment';
  const step = 'http' in part ? { name } : { name, handler: 'ecommerce.process_payment' };
  const isOfTemplate = Object.keys(part).every((key) => key in properties);
  const steps: JsonValue = isOfTemplate ? [step] : [{ ...step, ...part }];
  return { name: 'process_order', step_templates: steps, ...(isOfTemplate && part) };
}
