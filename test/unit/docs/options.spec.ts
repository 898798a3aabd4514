import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { DEFAULTS } from '../../../lib/options/default.options.js';
import { resolveOptions } from '../../../lib/options/resolve.options.js';
import { programOf } from './program.js';
import { tableBelow } from './pages.js';

/** An option that holds a value, not a group of others. */
interface Option {
  readonly path: string;
  /** The `@default` that editors show; undefined where there is none. */
  readonly comment: string | undefined;
}

const options = optionsOfTheModule();
const defaults = new Map(leavesOf(DEFAULTS));
const documented = tableBelow('docs/operating.md', 'Options');

describe('the table of options', () => {
  it('has each option, in the order of the types', () => {
    expect(documented.map((row) => row.option)).toEqual(options.map(({ path }) => path));
  });

  it('has the default of each', () => {
    const fixed = documented.filter((row) => defaults.has(row.option!));
    expect(fixed.map((row) => [row.option, row.default])).toEqual(
      [...defaults].map(([path, value]) => [path, inWords(value)]),
    );
  });

  it('says which defaults come from the process', () => {
    const others = documented.filter((row) => !defaults.has(row.option!));
    expect(others.map((row) => [row.option, row.default])).toEqual([
      ['templates.environment', '`TASKER_ENV`, else `NODE_ENV`, else `development`'],
      ['templates.variables', 'process.env'],
    ]);
  });
});

describe('the comments at the options', () => {
  it('name the same defaults', () => {
    const fixed = options.filter(({ path, comment }) => defaults.has(path) && comment !== undefined);
    expect(fixed.map(({ path, comment }) => [path, valueOf(comment!)])).toEqual(
      fixed.map(({ path }) => [path, inWords(defaults.get(path))]),
    );
  });

  it('are missing only where a group is described as a whole', () => {
    const without = options.filter(({ comment }) => comment === undefined).map(({ path }) => path);
    expect(without.filter((path) => !path.startsWith('steps.backoff.'))).toEqual([]);
  });
});

describe('the environment of templates', () => {
  const before = { ...process.env };
  beforeEach(() => {
    delete process.env.TASKER_ENV;
    delete process.env.NODE_ENV;
  });
  afterEach(() => {
    Object.assign(process.env, before);
  });
  const environment = (): string => resolveOptions({}).templates.environment;

  it('is TASKER_ENV, else NODE_ENV, else development', () => {
    expect(environment()).toBe('development');
    process.env.NODE_ENV = 'production';
    expect(environment()).toBe('production');
    process.env.TASKER_ENV = 'staging';
    expect(environment()).toBe('staging');
  });

  it('lends its variables', () => {
    expect(resolveOptions({}).templates.variables).toBe(process.env);
  });
});

/** As the table writes a value. */
function inWords(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `'verify'`, `1_000` or `1_048_576 (1 MiB)` as the table writes it. */
function valueOf(comment: string): string {
  return comment
    .replace(/ \(.*\)$/, '')
    .replace(/^'(.*)'$/, '$1')
    .replace(/(?<=\d)_(?=\d)/g, '');
}

/** The values of nested objects by their path, down to those of an option; lists and empty dictionaries are values. */
function leavesOf(group: object, path = ''): [string, unknown][] {
  return Object.entries(group).flatMap(([key, value]: [string, unknown]): [string, unknown][] => {
    const own = `${path}${key}`;
    const isGroup = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isGroup && Object.keys(value).length > 0 && !options.some((option) => option.path === own)
      ? leavesOf(value, `${own}.`)
      : [[own, value]];
  });
}

function optionsOfTheModule(): readonly Option[] {
  const { program, typeNamed } = programOf('lib/options/tasker.options.ts');
  const checker = program.getTypeChecker();
  const below = (type: ts.Type, path: string): Option[] =>
    checker.getPropertiesOfType(type).flatMap((property) => {
      const own = `${path}${property.name}`;
      const group = groupIn(checker.getTypeOfSymbol(property), checker);
      if (group) return below(group, `${own}.`);
      const comment = property.getJsDocTags(checker).find(({ name }) => name === 'default')?.text;
      return [{ path: own, comment: comment && ts.displayPartsToString(comment) }];
    });
  return below(typeNamed('TaskerModuleOptions'), '');
}

/** The object of named properties that an option may be, if any; lists, dictionaries and what may be false are values. */
function groupIn(type: ts.Type, checker: ts.TypeChecker): ts.Type | undefined {
  const parts = type.isUnion() ? type.types : [type];
  if (parts.some((part) => checker.typeToString(part) === 'false')) return undefined;
  return parts.find(
    (part) =>
      (part.flags & ts.TypeFlags.Object) !== 0 &&
      !checker.isArrayType(part) &&
      part.getConstructSignatures().length === 0 && // a class
      part.getCallSignatures().length === 0 &&
      !hasMethods(part, checker) && // an instance of one
      checker.getIndexInfosOfType(part).length === 0,
  );
}

function hasMethods(type: ts.Type, checker: ts.TypeChecker): boolean {
  return checker
    .getPropertiesOfType(type)
    .some((property) => checker.getTypeOfSymbol(property).getCallSignatures().length > 0);
}
