import { beforeEach, describe, expect, it } from '@jest/globals';
import { ContextValidator } from '../../../lib/templates/context.validator.js';
import { InvalidContextError } from '../../../lib/templates/invalid-context.error.js';
import type { JsonObject } from '../../../lib/workflow/json.js';
import type { TaskTemplate } from '../../../lib/workflow/task-template.js';

const templateWith = (contextSchema: JsonObject | null): TaskTemplate => ({
  namespace: 'shop',
  name: 'order',
  version: '1.0.0',
  description: '',
  steps: [],
  deadlineSeconds: null,
  contextSchema,
});

const ORDER: JsonObject = {
  type: 'object',
  required: ['order_id', 'lines'],
  properties: {
    order_id: { type: 'string', minLength: 3 },
    lines: {
      type: 'array',
      minItems: 1,
      maxItems: 3,
      items: {
        type: 'object',
        required: ['sku'],
        additionalProperties: false,
        properties: { sku: { type: 'string', pattern: '^[A-Z]+$' }, qty: { type: 'integer', minimum: 1, default: 1 } },
      },
    },
    email: { type: 'string', format: 'email' },
    tier: { enum: ['gold', 1, null] },
    kind: { const: 'web' },
    tags: { type: 'array', uniqueItems: true },
    priority: { type: 'string', default: 'standard' },
    note: { type: ['string', 'null'], maxLength: 5 },
    weight: { type: 'number', exclusiveMaximum: 10, multipleOf: 0.5 },
    extra: { not: { type: 'string' } },
  },
};

let validator: ContextValidator;
beforeEach(() => {
  validator = new ContextValidator();
});

function problemsOf(
  context: unknown,
  schema: JsonObject | null = ORDER,
): readonly { pointer: string; message: string }[] {
  try {
    validator.validate(templateWith(schema), context);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidContextError);
    expect(error).toMatchObject({ code: 'TASKER_INVALID_CONTEXT', httpStatus: 400 });
    return (error as InvalidContextError).problems;
  }
}

describe('a valid context', () => {
  const context = { order_id: 'o-1', lines: [{ sku: 'A' }], unlisted: true };

  it('comes back with its defaults, at every level', () => {
    expect(validator.validate(templateWith(ORDER), context)).toEqual({
      order_id: 'o-1',
      lines: [{ sku: 'A', qty: 1 }],
      unlisted: true,
      priority: 'standard',
    });
  });

  it('is itself left as it was, even when it is frozen', () => {
    const before = structuredClone(context);
    validator.validate(templateWith(ORDER), Object.freeze(context));
    expect(context).toEqual(before);
  });

  it('may be anything that is an object when there is no schema', () => {
    expect(validator.validate(templateWith(null), { any: [1, { thing: null }] })).toEqual({
      any: [1, { thing: null }],
    });
  });

  it('may be an instance of a class, and may have properties that are undefined', () => {
    class OrderDto {
      readonly id = 1;
      readonly coupon = undefined;
    }
    expect(validator.validate(templateWith(null), new OrderDto())).toEqual({ id: 1 });
  });

  it('gets defaults of its own, not shared with other contexts', () => {
    const template = templateWith({ properties: { list: { default: [] } } });
    const first = validator.validate(template, {}) as { list: number[] };
    first.list.push(1);
    expect(validator.validate(template, {})).toEqual({ list: [] });
  });
});

describe('a default', () => {
  const inherited = ['constructor', 'toString', 'hasOwnProperty', '__proto__'];

  it.each(inherited)('applies to a property named %s, which every object inherits', (name) => {
    const property = Object.fromEntries([[name, { type: 'string', default: 'ours' }]]);
    const template = templateWith({ properties: { deep: { type: 'object', properties: property }, ...property } });
    const stored = validator.validate(template, { deep: {} });
    expect(JSON.stringify(stored)).toBe(`{"deep":{"${name}":"ours"},"${name}":"ours"}`);
    expect(Object.getPrototypeOf(stored)).toBe(Object.prototype);
    const given = Object.fromEntries([[name, 'theirs']]) as JsonObject;
    expect(JSON.stringify(validator.validate(template, { deep: given, ...given }))).not.toContain('ours');
  });
});

describe('an amount of money', () => {
  const template = templateWith({ properties: { amount: { type: 'number', multipleOf: 0.01 } } });

  it('is a multiple of a cent whatever floating point makes of it', () => {
    for (let cents = 0; cents <= 100_000; cents++) validator.validate(template, { amount: cents / 100 });
  });

  it.each([19.995, 0.001])('is refused when it is none: %s', (amount) => {
    expect(() => validator.validate(template, { amount })).toThrow(InvalidContextError);
  });
});

describe('an invalid context', () => {
  it('has everything that is wrong listed, by pointer, without quoting its texts', () => {
    expect(
      problemsOf({
        order_id: 7,
        email: 'secret',
        tier: 'x',
        kind: 'secret',
        tags: [1, 1],
        note: 'secret',
        weight: 10.2,
        extra: 'secret',
        lines: [{ sku: 'secret', qty: 0, colour: 'red' }, { sku: 'A', qty: 'many' }, {}],
      }),
    ).toEqual(
      expect.arrayContaining([
        { pointer: '/order_id', message: 'must be a string, got a number' },
        { pointer: '/email', message: 'must be in the format "email"' },
        { pointer: '/tier', message: 'must be one of gold, 1, null' },
        { pointer: '/kind', message: 'must be web' },
        { pointer: '/tags', message: 'must not repeat an item, but items 0 and 1 are equal' },
        { pointer: '/note', message: 'must have at most 5 characters, got 6' },
        { pointer: '/weight', message: 'must be less than 10, got 10.2' },
        { pointer: '/weight', message: 'must be multiple of 0.5' },
        { pointer: '/extra', message: 'must not match a schema that is excluded here' },
        { pointer: '/lines/0/sku', message: 'must match the pattern ^[A-Z]+$' },
        { pointer: '/lines/0/qty', message: 'must be at least 1, got 0' },
        { pointer: '/lines/0/colour', message: 'is not a known key; known: sku, qty' },
        { pointer: '/lines/1/qty', message: 'must be a whole number, got a string' },
        { pointer: '/lines/2/sku', message: 'is required' },
      ]),
    );
  });

  it('has its lengths and counts told', () => {
    expect(problemsOf({ order_id: 'o', lines: [], note: 5 })).toEqual(
      expect.arrayContaining([
        { pointer: '/order_id', message: 'must have at least 3 characters' },
        { pointer: '/lines', message: 'must have at least 1 item' },
        { pointer: '/note', message: 'must be a string or null, got a number' },
      ]),
    );
    expect(problemsOf({ order_id: 'o-1', lines: Array(4).fill({ sku: 'A' }) })).toEqual([
      { pointer: '/lines', message: 'must have at most 3 items' },
    ]);
  });

  const keywords: readonly (readonly [string, JsonObject, unknown, readonly string[]])[] = [
    ['a lower limit', { minimum: 1 }, 0, ['must be at least 1, got 0']],
    ['an upper limit', { maximum: 1 }, 2, ['must be at most 1, got 2']],
    ['a lower bound', { exclusiveMinimum: 1 }, 1, ['must be greater than 1, got 1']],
    ['an upper bound', { exclusiveMaximum: 1 }, 1, ['must be less than 1, got 1']],
    ['an empty text', { minLength: 1 }, '', ['must not be empty']],
    ['a text of two characters', { maxLength: 1 }, '😀x', ['must have at most 1 character, got 2']],
    ['too few items', { minItems: 2 }, [], ['must have at least 2 items']],
    ['too many items', { maxItems: 1 }, [1, 2], ['must have at most 1 item']],
    ['too few keys', { minProperties: 1 }, {}, ['must have at least 1 key']],
    ['too many keys', { maxProperties: 2 }, { a: 1, b: 2, c: 3 }, ['must have at most 2 keys']],
    ['a value that nothing may be', false as never, 1, ['is not allowed here']],
    [
      'no alternative',
      { anyOf: [{ const: 1 }, { const: 2 }] },
      3,
      ['must be 1', 'must be 2', 'must match a schema in anyOf'],
    ],
    ['two alternatives', { oneOf: [true, true] as never }, 3, ['must match exactly one schema in oneOf']],
    ['nothing that must be in it', { contains: { const: 1 } }, [], ['must contain at least 1 valid item(s)']],
  ];
  it.each(keywords)('is told what is wrong: %s', (_, schema, value, messages) => {
    expect(problemsOf({ value }, { properties: { value: schema } })).toEqual(
      messages.map((message) => ({ pointer: '/value', message })),
    );
  });

  it('is told of keys that are wrong in themselves, or that others demand', () => {
    expect(
      problemsOf({ tags: { 'A b': 1 } }, { properties: { tags: { propertyNames: { pattern: '^[a-z]+$' } } } }),
    ).toEqual([{ pointer: '/tags/A b', message: 'has a name that must match the pattern ^[a-z]+$' }]);
    expect(problemsOf({ card: 1 }, { dependencies: { card: ['expiry'] } })).toEqual([
      { pointer: '/expiry', message: 'is required' },
    ]);
    expect(problemsOf({ card: 1 }, { if: { required: ['card'] }, then: { required: ['expiry'] } })).toEqual([
      { pointer: '/expiry', message: 'is required' },
    ]);
  });

  it('is told in one message', () => {
    expect(() => validator.validate(templateWith(ORDER), { order_id: 7 })).toThrow(
      'The context is not valid for shop/order@1.0.0: /lines is required. /order_id must be a string, got a number.',
    );
    expect(() => validator.validate(templateWith(null), 'text')).toThrow(
      'The context is not valid for shop/order@1.0.0: it must be an object, got a string.',
    );
  });

  it('does not find what every object has', () => {
    expect(problemsOf({}, { required: ['constructor', 'toString'] })).toEqual([
      { pointer: '/constructor', message: 'is required' },
      { pointer: '/toString', message: 'is required' },
    ]);
  });
});

describe('a context that is not a JSON object', () => {
  const kinds: readonly (readonly [unknown, string])[] = [
    [undefined, 'undefined'],
    [null, 'null'],
    ['{}', 'a string'],
    [1, 'a number'],
    [[], 'a list'],
    [() => 1, 'a function'],
  ];
  it.each(kinds)('is refused: %p', (context, kind) => {
    expect(problemsOf(context)).toEqual([{ pointer: '', message: `must be an object, got ${kind}` }]);
  });

  const looped: Record<string, unknown> = {};
  looped.deep = { loop: looped };
  const values: readonly (readonly [string, unknown, string, string])[] = [
    ['a function', { a: { b: () => 1 } }, '/a/b', 'must be a JSON value, got a function'],
    ['a date', { at: new Date() }, '/at', 'must be a JSON value, got a Date'],
    ['a map', { map: new Map() }, '/map', 'must be a JSON value, got a Map'],
    ['a bigint', { n: 1n }, '/n', 'must be a JSON value, got a bigint'],
    ['a symbol', { s: Symbol('x') }, '/s', 'must be a JSON value, got a symbol'],
    ['undefined in a list', { list: [1, undefined] }, '/list/1', 'must be a JSON value, got undefined'],
    ['a hole in a list', { list: Array(1) }, '/list/0', 'must be a JSON value, got undefined'],
    [
      'an object with a JSON form of its own',
      { big: { toJSON: () => '1' } },
      '/big',
      'must be a JSON value, got an object with a toJSON',
    ],
    ['NaN', { n: [Number.NaN] }, '/n/0', 'must be a finite number, got NaN'],
    ['infinity', { n: -Infinity }, '/n', 'must be a finite number, got -Infinity'],
    [
      'a number that may have lost digits',
      { ids: [2 ** 63] },
      '/ids/0',
      'must not be a whole number beyond 2^53, which loses digits (9223372036854776000); write long ids as text',
    ],
    ['a cycle', looped, '/deep/loop', 'must be a JSON value, but contains itself'],
    ['U+0000', { text: 'a\0b' }, '/text', 'must not contain the character U+0000'],
    ['half a surrogate pair', { text: '\ud83d' }, '/text', 'must not contain half of a surrogate pair'],
    ['U+0000 in a key', { 'a\0': 1 }, '', 'a key must not contain the character U+0000'],
  ];
  it.each(values)('is refused for %s in it', (_, context, pointer, message) => {
    expect(problemsOf(context, null)).toEqual([{ pointer, message }]);
  });

  it('is refused when it is nested too deeply', () => {
    const deep = JSON.parse(`{"a":${'['.repeat(250)}${']'.repeat(250)}}`);
    expect(problemsOf(deep, null)).toEqual([
      { pointer: `/a${'/0'.repeat(199)}`, message: 'must not be nested deeper than 200 levels' },
    ]);
  });

  it('is not mistaken for one because a value is used twice, or because of an odd key', () => {
    const shared = { x: 1 };
    const context = JSON.parse('{"__proto__":{"a":1},"emoji":"😀"}');
    expect(problemsOf({ a: shared, b: shared }, null)).toEqual([]);
    expect(JSON.stringify(validator.validate(templateWith(null), context))).toBe('{"__proto__":{"a":1},"emoji":"😀"}');
  });
});

describe('a schema', () => {
  it('is draft-07 by default', () => {
    const tuple = { properties: { pair: { items: [{ type: 'string' }, { type: 'number' }] } } };
    expect(problemsOf({ pair: ['a', 'b'] }, tuple)).toEqual([
      { pointer: '/pair/1', message: 'must be a number, got a string' },
    ]);
  });

  it('is 2020-12 when it says so', () => {
    const tuple = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      properties: { pair: { prefixItems: [{ type: 'string' }, { type: 'number' }] }, a: true },
      unevaluatedProperties: false,
    };
    expect(problemsOf({ pair: ['a', 'b'], other: 1 }, tuple)).toEqual([
      { pointer: '/pair/1', message: 'must be a number, got a string' },
      { pointer: '/other', message: 'is not a known key; known: pair, a' },
    ]);
  });

  it('may have the same $id as that of another template', () => {
    expect(problemsOf({}, { $id: 'https://example.com/order', required: ['a'] })).toHaveLength(1);
    expect(problemsOf({}, { $id: 'https://example.com/order', required: ['b'] })).toEqual([
      { pointer: '/b', message: 'is required' },
    ]);
  });
});
