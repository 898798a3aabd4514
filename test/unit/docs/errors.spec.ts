import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import * as graphql from '../../../lib/graphql/index.js';
import * as main from '../../../lib/index.js';
import * as passport from '../../../lib/passport/index.js';
import * as testing from '../../../lib/testing/index.js';
import { TASKER_ERROR_CODES } from '../../../lib/workflow/error.codes.js';
import { fullStop, inLines, inSentences } from '../../../lib/workflow/sentence.js';
import { read, ROOT, tableBelow, type Row } from './pages.js';

interface ErrorClass {
  readonly name: string;
  readonly parent: string;
  /** Undefined when only its children have one. */
  readonly code: string | undefined;
  /** Undefined when it is that of its parent. */
  readonly status: string | undefined;
  readonly hasConstructor: boolean;
}

const PAGE = 'docs/errors.md';
const SECTIONS = ['At start', 'Refused requests', 'In steps', 'In tests', 'On the command line'];
const documented = SECTIONS.flatMap((section) => tableBelow(PAGE, section).map((row): Row => ({ ...row, section })));
const sources = parsedSources();
const errors = errorClasses();
const withoutConstructor = new Set(errors.filter((each) => !each.hasConstructor).map(({ name }) => name));

describe('the tables of errors', () => {
  it('have each class with its code and HTTP status', () => {
    const written = documented.map(({ error, code, status = '' }) => [error, code, status].join(' ').trim());
    const inCode = errors.map(({ name, code, status }) => [name, code, status].join(' ').trim());
    expect(withoutDefault(written)).toEqual(withoutDefault(inCode));
  });

  it.each([
    ['nestjs-tasker', main],
    ['nestjs-tasker/graphql', graphql],
    ['nestjs-tasker/passport', passport],
    ['nestjs-tasker/testing', testing],
  ])('name every class of an error that %s exports', (_, entry) => {
    const names = documented.map(({ error }) => error!);
    const exported = Object.keys(entry).filter((name) => name.endsWith('Error') && name !== 'TaskerError');
    expect(exported.filter((name) => !names.includes(name))).toEqual([]);
  });
});

/** Code cannot catch them; programs that read the output or an answer have the code. */
describe('the main entry', () => {
  it.each(['At start', 'In tests', 'On the command line'])('exports no class of the section "%s"', (section) => {
    const names = documented.filter((row) => row.section === section).map(({ error }) => error!);
    expect(names.filter((name) => name in main)).toEqual([]);
  });
});

describe('the type of the codes', () => {
  it('has the code of each class, in the order of the alphabet, and no other', () => {
    const codes = [...new Set(errors.map(({ code }) => code!))].sort();
    expect(TASKER_ERROR_CODES).toEqual(codes);
    expect([...new Set(documented.map(({ code }) => code!))].sort()).toEqual(codes);
  });
});

describe('a name', () => {
  it('means one class', () => {
    const names = errors.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});

describe('a message', () => {
  /** Handlers of hosts say what these say. */
  const others = ['PermanentError', 'RetryableError'];

  it('ends with a full stop, whether its class or the caller makes it', () => {
    const names = new Set(errors.map(({ name }) => name).filter((name) => !others.includes(name)));
    expect(
      messages(names)
        .filter(({ text, file }) => !isSentence(text, file))
        .map(({ text }) => text.getText()),
    ).toEqual([]);
  });

  it('that is made of parts ends with one, too', () => {
    expect(fullStop('it is wrong')).toBe('it is wrong.');
    expect(fullStop('Did you mean "a"?')).toBe('Did you mean "a"?');
    expect(
      inSentences([
        { pointer: '', message: 'must be' },
        { pointer: '/a', message: 'is b' },
      ]),
    ).toBe('it must be. /a is b.');
    expect(inLines(['one', 'two.'])).toBe('  - one.\n  - two.');
  });
});

describe('a code', () => {
  it('means one thing', () => {
    const names = new Map(errors.map(({ code, name }) => [code, name]));
    expect(errors.filter(({ code, name }) => names.get(code) !== name)).toEqual([]);
  });
});

interface Message {
  readonly text: ts.Expression;
  readonly file: ts.SourceFile;
}

/** What classes of these names give to `super`, or, without a constructor of their own, are given by `new`. */
function messages(names: ReadonlySet<string>): readonly Message[] {
  const found: Message[] = [];
  for (const file of sources) {
    const visit = (node: ts.Node, inside: ts.ClassDeclaration | undefined): void => {
      if (ts.isClassDeclaration(node)) inside = node;
      const isSuper = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.SuperKeyword;
      const isNew = ts.isNewExpression(node) && withoutConstructor.has(node.expression.getText());
      if ((isSuper && inside && names.has(inside.name!.text)) || isNew) found.push({ text: node.arguments![0]!, file });
      ts.forEachChild(node, (child) => visit(child, inside));
    };
    visit(file, undefined);
  }
  return found;
}

/** Whether the text ends with a full stop, as far as it can be read off: helpers that see to it count, and so do tables of texts. */
function isSentence(text: ts.Expression, file: ts.SourceFile): boolean {
  if (ts.isStringLiteralLike(text)) return /[.?]$/.test(text.text);
  if (ts.isBinaryExpression(text)) return isSentence(text.right, file);
  if (ts.isParenthesizedExpression(text)) return isSentence(text.expression, file);
  if (ts.isConditionalExpression(text)) return isSentence(text.whenTrue, file) && isSentence(text.whenFalse, file);
  if (ts.isTemplateExpression(text)) {
    const { literal, expression } = text.templateSpans.at(-1)!;
    return literal.text === '' ? isSentence(expression, file) : /[.?]$/.test(literal.text);
  }
  if (ts.isElementAccessExpression(text))
    return tableOf(text.expression.getText(), file).every((each) => isSentence(each, file));
  if (ts.isArrowFunction(text)) return !ts.isBlock(text.body) && isSentence(text.body, file);
  if (!ts.isCallExpression(text)) return false;
  const called = text.expression;
  if (ts.isElementAccessExpression(called)) return isSentence(called, file); // a table of functions
  if (!ts.isPropertyAccessExpression(called)) return ['fullStop', 'inSentences', 'inLines'].includes(called.getText());
  // `[first, ...more].join('\n')`: its last element.
  const { expression: list, name } = called;
  if (name.text !== 'join' || !ts.isArrayLiteralExpression(list)) return false;
  const last = list.elements.at(-1)!;
  return ts.isSpreadElement(last) ? last.getText().includes('fullStop(') : isSentence(last, file);
}

/** The texts of a constant `{ key: 'text', … } as const`. */
function tableOf(name: string, file: ts.SourceFile): readonly ts.Expression[] {
  const declarations = file.statements
    .filter(ts.isVariableStatement)
    .flatMap((each) => [...each.declarationList.declarations]);
  let table = declarations.find((each) => each.name.getText() === name)!.initializer!;
  while (ts.isAsExpression(table) || ts.isSatisfiesExpression(table)) table = table.expression;
  return (table as ts.ObjectLiteralExpression).properties.map((each) => (each as ts.PropertyAssignment).initializer);
}

/** 500 is what everything has that no caller can mend; a table need not say so. */
function withoutDefault(lines: readonly string[]): readonly string[] {
  return lines.map((line) => line.replace(/ 500$/, '')).sort();
}

/** Every class with a code that has `TaskerError` among its ancestors, read from the source: to make one needs arguments. */
function errorClasses(): readonly ErrorClass[] {
  const classes = sources.flatMap((file) => classesIn(file));
  const isError = ({ parent }: ErrorClass): boolean =>
    parent === 'TaskerError' || classes.some((other) => other.name === parent && isError(other));
  const statusOf = ({ status, parent }: ErrorClass): string => {
    const inherited = classes.find(({ name }) => name === parent);
    return status ?? (inherited ? statusOf(inherited) : '');
  };
  const withCode = classes.filter((each) => each.code !== undefined && isError(each));
  return withCode.map((each) => ({ ...each, status: statusOf(each) }));
}

function parsedSources(): readonly ts.SourceFile[] {
  const files = readdirSync(join(ROOT, 'lib'), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ts.createSourceFile(file, read(`lib/${file}`), ts.ScriptTarget.Latest, true));
}

function classesIn(source: ts.SourceFile): ErrorClass[] {
  return source.statements.filter(ts.isClassDeclaration).map((declaration) => ({
    name: declaration.name!.text,
    parent: declaration.heritageClauses?.[0]?.types[0]?.expression.getText() ?? '',
    code: initialiser(declaration, 'code')?.slice(1, -1),
    status: initialiser(declaration, 'httpStatus'),
    hasConstructor: declaration.members.some(ts.isConstructorDeclaration),
  }));
}

function initialiser(declaration: ts.ClassDeclaration, field: string): string | undefined {
  const member = declaration.members.find((each) => each.name?.getText() === field);
  return member && ts.isPropertyDeclaration(member) ? member.initializer?.getText() : undefined;
}
