import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import * as main from '../../../lib/index.js';
import * as testing from '../../../lib/testing/index.js';
import { read, ROOT, tableBelow, type Row } from './pages.js';

interface ErrorClass {
  readonly name: string;
  readonly parent: string;
  /** Undefined when only its children have one. */
  readonly code: string | undefined;
  readonly status: string;
}

const PAGE = 'docs/errors.md';
const SECTIONS = ['At start', 'Refused requests', 'In steps', 'In tests', 'On the command line'];
const documented = SECTIONS.flatMap((section) => tableBelow(PAGE, section).map((row): Row => ({ ...row, section })));
const errors = errorClasses();

describe('the tables of errors', () => {
  it('have each class with its code and HTTP status', () => {
    const written = documented.map(({ error, code, status = '' }) => [error, code, status].join(' ').trim());
    const inCode = errors.map(({ name, code, status }) => [name, code, status].join(' ').trim());
    expect(withoutDefault(written)).toEqual(withoutDefault(inCode));
  });

  it.each([
    ['nestjs-tasker', main, SECTIONS.slice(0, 3)],
    ['nestjs-tasker/testing', testing, ['In tests']],
  ])('name classes that %s exports', (_, entry, sections) => {
    const names = documented.filter(({ section }) => sections.includes(section!)).map(({ error }) => error!);
    expect(names.filter((name) => !(name in entry))).toEqual([]);
  });
});

describe('a code', () => {
  it('means one thing', () => {
    const names = new Map(errors.map(({ code, name }) => [code, name]));
    expect(errors.filter(({ code, name }) => names.get(code) !== name)).toEqual([]);
  });
});

/** 500 is what everything has that no caller can mend; a table need not say so. */
function withoutDefault(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.replace(/ 500$/, '')).sort();
}

/** Every class with a code that has `TaskerError` among its ancestors, read from the source: to make one needs arguments. */
function errorClasses(): readonly ErrorClass[] {
  const files = readdirSync(join(ROOT, 'lib'), { recursive: true, encoding: 'utf8' });
  const classes = files.filter((file) => file.endsWith('.ts')).flatMap((file) => classesIn(`lib/${file}`));
  const isError = ({ parent }: ErrorClass): boolean =>
    parent === 'TaskerError' || classes.some((other) => other.name === parent && isError(other));
  return classes.filter((each) => each.code !== undefined && isError(each));
}

function classesIn(path: string): ErrorClass[] {
  const source = ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true);
  return source.statements.filter(ts.isClassDeclaration).map((declaration) => ({
    name: declaration.name!.text,
    parent: declaration.heritageClauses?.[0]?.types[0]?.expression.getText() ?? '',
    code: initialiser(declaration, 'code')?.slice(1, -1),
    status: initialiser(declaration, 'httpStatus') ?? '',
  }));
}

function initialiser(declaration: ts.ClassDeclaration, field: string): string | undefined {
  const member = declaration.members.find((each) => each.name?.getText() === field);
  return member && ts.isPropertyDeclaration(member) ? member.initializer?.getText() : undefined;
}
