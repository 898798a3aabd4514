import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { putBack, REDACTED, secretsIn, takeOut } from '../../../lib/protection/taken.values.js';
import { isWithin, jsonPath, jsonPaths, valueAt, type JsonLocation } from '../../../lib/templates/json.path.js';
import { findJsonFault, MAX_DEPTH } from '../../../lib/workflow/json.check.js';
import type { JsonValue } from '../../../lib/workflow/json.js';
import { amount } from '../../support/amount.js';

/** Names that JavaScript treats in a special way, that JSON path writes in a special way, and plain ones. */
const NAMES = ['a', 'b', '0', '1', '__proto__', 'constructor', 'toString', '', "it's", 'a"b', '~', '$', 'ü', '[0]'];

const name = fc.constantFrom(...NAMES);
const scalar = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer(),
  fc.string(),
  fc.constantFrom(REDACTED, '', 'canary'),
);

const { value: json } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(fc.tuple(name, tie('value')), { maxLength: 4 })
      .map((entries) => Object.fromEntries(entries) as unknown as JsonValue),
  ),
}));

const quoted = (text: string): string => `['${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}']`;

const segment = fc.oneof(
  name.map(quoted),
  fc.integer({ min: -2, max: 3 }).map((index) => `[${index}]`),
  fc.constantFrom('[*]', '..[*]', '..a', "..['__proto__']", '[0,1]', "['a','b']", '[::2]', '[?@.a]', '[?@ == $.a]'),
);
const path = fc.array(segment, { maxLength: 3 }).map((segments) => `$${segments.join('')}`);
const paths = fc.uniqueArray(path, { minLength: 1, maxLength: 4 });

/** All parts of a value, without any of this project's code. */
function partsOf(value: JsonValue, at: JsonLocation = []): readonly (readonly [JsonLocation, JsonValue])[] {
  if (typeof value !== 'object' || value === null) return [[at, value]];
  const inner = Object.entries(value as object) as [string, JsonValue][];
  const isList = Array.isArray(value);
  return [[at, value], ...inner.flatMap(([key, each]) => partsOf(each, [...at, isList ? Number(key) : key]))];
}

const sorted = (locations: readonly JsonLocation[]): string[] => locations.map((at) => JSON.stringify(at)).sort();

describe('values that are taken out of a document', () => {
  it('go back into their places, whatever the document and the paths', () => {
    fc.assert(
      fc.property(json, paths, (value, texts) => {
        const before = JSON.stringify(value);
        const { document, taken } = takeOut(value, jsonPaths(texts));
        const stored = JSON.parse(JSON.stringify({ document, taken })) as ReturnType<typeof takeOut>;
        expect(JSON.stringify(putBack(stored.document, stored.taken))).toBe(before);
        expect(JSON.stringify(value)).toBe(before); // neither changes what it was given
      }),
      { numRuns: amount({ short: 100, full: 500 }) },
    );
  });

  it('are exactly those that any of the paths selects, and leave a placeholder', () => {
    fc.assert(
      fc.property(json, paths, (value, texts) => {
        const { document, taken } = takeOut(value, jsonPaths(texts));
        const selected = texts.flatMap((text) => [...jsonPath(text).in(value)]);
        const outer = selected.filter(
          (at) => !selected.some((other) => other.length < at.length && isWithin(at, other)),
        );
        expect(sorted(taken.map(([at]) => at))).toEqual(
          sorted([...new Map(outer.map((at) => [JSON.stringify(at), at])).values()]),
        );
        for (const [at] of taken) expect(valueAt(document, at)).toBe(REDACTED);
        const rest = partsOf(value).filter(
          ([at]) => !taken.some(([hidden]) => isWithin(at, hidden) || isWithin(hidden, at)),
        );
        for (const [at, part] of rest) expect(valueAt(document, at)).toEqual(part);
      }),
      { numRuns: amount({ short: 100, full: 500 }) },
    );
  });

  it.each<[string, readonly string[], JsonValue, JsonValue]>([
    [
      'a key named __proto__',
      ["$['__proto__']"],
      JSON.parse('{"__proto__": "x", "a": 1}') as JsonValue,
      JSON.parse('{"__proto__": "[redacted]", "a": 1}') as JsonValue,
    ],
    [
      'a value below such a key',
      ["$['__proto__'].b"],
      JSON.parse('{"__proto__": {"b": 1}}') as JsonValue,
      JSON.parse('{"__proto__": {"b": "[redacted]"}}') as JsonValue,
    ],
    ['the last item of a list', ['$.a[-1]'], { a: [1, 2] }, { a: [1, REDACTED] }],
    ['items of nested lists', ['$[*][0]'], [[1, 2], [3]], [[REDACTED, 2], [REDACTED]]],
    ['a part, and the whole of which it is a part', ['$.a.b', '$.a'], { a: { b: 1 } }, { a: REDACTED }],
    ['the whole, and a part of it', ['$.a', '$.a.b'], { a: { b: 1 } }, { a: REDACTED }],
    ['the same value by two paths', ['$.a', "$['a']"], { a: 1 }, { a: REDACTED }],
    [
      'a value that stands within another of the same name',
      ['$..a'],
      { a: { a: 1 }, b: { a: 2 } },
      { a: REDACTED, b: { a: REDACTED } },
    ],
    ['the whole document', ['$'], { a: 1 }, REDACTED],
    ['a document that is null', ['$'], null, REDACTED],
    ['null', ['$.a'], { a: null }, { a: REDACTED }],
    ['a key that is a number only in a list', ["$['0']"], ['a'], ['a']],
    ['nothing', ['$.b'], { a: 1 }, { a: 1 }],
  ])('may be %s', (_, texts, value, redacted) => {
    const { document, taken } = takeOut(value, jsonPaths(texts));
    expect(document).toEqual(redacted);
    expect(putBack(document, taken)).toEqual(value);
  });

  it('may lie as deep as a document can be', () => {
    let value: JsonValue = { secret: 'canary' };
    for (let depth = 1; depth < MAX_DEPTH; depth++) value = { inner: value };
    expect(findJsonFault(value)).toBeNull();
    expect(findJsonFault({ inner: value })).not.toBeNull();
    const { document, taken } = takeOut(value, jsonPath('$..secret'));
    expect(JSON.stringify(document)).not.toContain('canary');
    expect(putBack(document, taken)).toEqual(value);
  });

  it('may be the values of a long list', () => {
    const items = Array.from({ length: 150_000 }, (_, index) => ({ serial: index }));
    const { document, taken } = takeOut({ items }, jsonPath('$.items[*].serial'));
    expect(taken).toHaveLength(items.length);
    expect(JSON.stringify(document)).not.toMatch(/\d/);
    expect(JSON.stringify(putBack(document, taken))).toBe(JSON.stringify({ items }));
  });

  it('are not shared with those who receive them', () => {
    const { document, taken } = takeOut({ a: { b: [1] } }, jsonPath('$.a'));
    const [first, second] = [putBack(document, taken), putBack(document, taken)] as { a: { b: number[] } }[];
    first!.a.b.push(2);
    expect(second).toEqual({ a: { b: [1] } });
  });

  it('do not go back into places that have something else by now', () => {
    const { taken } = takeOut({ a: { b: 'old' }, c: ['old'] }, jsonPaths(['$.a.b', '$.c[0]']));
    expect(putBack({ a: { b: 'new' }, c: [] }, taken)).toEqual({ a: { b: 'new' }, c: [] });
    expect(putBack({ a: null, c: [REDACTED] }, taken)).toEqual({ a: null, c: ['old'] });
    expect(putBack(null, taken)).toBeNull();
  });
});

describe('the part of a value at a location', () => {
  it('is none that the value only inherits', () => {
    expect(valueAt({}, ['toString'])).toBeUndefined();
    expect(valueAt({ a: [] }, ['a', 'push'])).toBeUndefined();
    expect(valueAt('text', ['length'])).toBeUndefined();
    expect(valueAt({ a: { toString: 1 } }, ['a', 'toString'])).toBe(1);
  });
});

describe('the secrets in values', () => {
  it('are their texts and numbers at any depth, once, the longest first, without short ones', () => {
    const values: JsonValue = {
      a: ['four', 'long', { b: 'longer text' }],
      c: 12345,
      d: 12,
      e: 'abc',
      f: null,
      g: true,
    };
    expect(
      secretsIn([
        [['x'], values],
        [['y'], 'longer text'],
        [['z'], 12345],
      ]),
    ).toEqual(['longer text', '12345', 'four', 'long']);
  });
});
