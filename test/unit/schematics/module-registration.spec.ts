import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { registered } from '../../support/schematics.js';

interface Registration {
  readonly list: string;
  readonly element: string;
  readonly imports: readonly { readonly name: string; readonly from: string }[];
}

const PROVIDER: Registration = {
  list: 'providers',
  element: 'Charge',
  imports: [{ name: 'Charge', from: './charge.js' }],
};

const textOf = (module: string, ...registrations: readonly Registration[]): string => {
  const { text, problem } = registered(ts, module, registrations.length > 0 ? registrations : [PROVIDER]);
  expect(problem).toBeNull();
  return text;
};

describe('registering in a module', () => {
  it.each([
    ['an empty decorator', '@Module({})', '@Module({providers: [Charge]})'],
    ['no such list', '@Module({ imports: [] })', '@Module({ imports: [], providers: [Charge] })'],
    ['an empty list', '@Module({ providers: [] })', '@Module({ providers: [Charge] })'],
    ['a list', '@Module({ providers: [A] })', '@Module({ providers: [A, Charge] })'],
    ['a quoted list', `@Module({ 'providers': [A] })`, `@Module({ 'providers': [A, Charge] })`],
    ['a list from elsewhere', '@Module({ providers: ALL })', '@Module({ providers: [...ALL, Charge] })'],
    ['a list that has its name', '@Module({ providers })', '@Module({ providers: [...providers, Charge] })'],
    [
      'several lines',
      '@Module({\n  providers: [\n    A,\n  ],\n})',
      '@Module({\n  providers: [\n    A,\n    Charge,\n  ],\n})',
    ],
    ['a comment with a bracket', '@Module({ providers: [A /* ] */] })', '@Module({ providers: [A, Charge /* ] */] })'],
  ])('finds its place in %s', (_what, before, after) => {
    expect(textOf(`${before}\nclass M {}`)).toBe(`import { Charge } from './charge.js';\n${after}\nclass M {}`);
  });

  it('leaves what is registered already', () => {
    const module = "import { Charge } from './elsewhere.js';\n@Module({ providers: [Charge] })\nclass M {}";
    expect(textOf(module)).toBe(module);
  });

  it('takes a call for the module that it calls', () => {
    const module = '@Module({ imports: [TaskerModule.forRoot({ templates: [] })] })\nclass M {}';
    expect(textOf(module, { list: 'imports', element: 'TaskerModule.forRoot()', imports: [] })).toBe(module);
  });

  it('tells two providers for tokens apart', () => {
    const first = '{ provide: A, useClass: One }';
    const module = `@Module({ providers: [${first}] })\nclass M {}`;
    expect(textOf(module, { list: 'providers', element: '{ provide: A, useClass: One, }', imports: [] })).toBe(module);
    expect(textOf(module, { list: 'providers', element: '{ provide: B, useClass: Two }', imports: [] })).toContain(
      `[${first}, { provide: B, useClass: Two }]`,
    );
  });

  it('adds to the import that is there, keeps quotes and line ends', () => {
    const module =
      'import type { X } from "./charge.js";\r\nimport { Other } from "./charge.js";\r\n@Module({})\r\nclass M {}';
    expect(textOf(module)).toContain('import { Other, Charge } from "./charge.js";\r\n');
    expect(textOf('import { X } from "x";\r\n@Module({})\r\nclass M {}')).toContain(
      '\r\nimport { Charge } from "./charge.js";\r\n',
    );
  });

  it('keeps packages above files', () => {
    const module = "import { B } from 'b';\nimport { C } from './c.js';\n@Module({})\nclass M {}";
    const element = { list: 'imports', element: 'D', imports: [{ name: 'D', from: 'd' }] } as const;
    expect(textOf(module, element)).toContain(
      "import { B } from 'b';\nimport { D } from 'd';\nimport { C } from './c.js';",
    );
  });

  it.each([
    ['class M {}', 'has no class with @Module()'],
    ['@Module({}) class A {}\n@Module({}) class B {}', 'has several classes with @Module()'],
    ['@Module(metadata) class A {}', 'has a @Module() whose argument is not written as { ... } in place'],
    ['@Module({ ...shared }) class A {}', 'has a @Module() with "...", which may bring providers of its own'],
    ['@Module({ providers: [ )\nclass A {}', expect.stringMatching(/^has a syntax error: .+ \(line 1\)$/)],
  ])('refuses %j', (module, problem) => {
    expect(registered(ts, module, [PROVIDER])).toEqual({ text: module, problem });
  });
});
