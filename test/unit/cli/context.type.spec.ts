import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { contextType } from '../../../lib/cli/types/context.type.js';
import { compileContextSchema } from '../../../lib/templates/context-schema.compiler.js';
import type { JsonObject, JsonValue } from '../../../lib/workflow/json.js';
import { typeProblems } from '../../support/compiled.types.js';

const JSON_TYPES = `
type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
interface JsonObject { readonly [key: string]: JsonValue }
`;

/** Values of JSON have no need of more, and most of the time goes into reading declarations. */
const LEAST = { types: [], lib: ['lib.es5.d.ts'] };

/** What the compiler says of each value that is given a type, by their numbers. */
function refused(pairs: readonly (readonly [type: string, value: JsonValue])[]): readonly number[] {
  const folder = mkdtempSync(join(tmpdir(), 'tasker-types-'));
  const file = join(folder, 'values.mts');
  // One line for each, so that the line is its number.
  const lines = pairs.map(
    ([type, value], index) => `export const v${index}: ${type.replaceAll('\n', ' ')} = ${JSON.stringify(value)};`,
  );
  try {
    writeFileSync(file, `${lines.join('\n')}\n${JSON_TYPES}`);
    return typeProblems([file], LEAST).map((problem) => Number(/:(\d+) /.exec(problem)![1]) - 1);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A schema with a value that may or may not fit it. */
interface Sample {
  readonly schema: JsonValue;
  readonly value: JsonValue;
}

const scalar: fc.Arbitrary<JsonValue> = fc.constantFrom('a', 'b', '', 1, 2, -0.5, true, false, null);

const leaf: fc.Arbitrary<Sample> = fc.oneof(
  fc.string({ maxLength: 4 }).map((value) => ({ schema: { type: 'string' }, value })),
  fc.integer().map((value) => ({ schema: { type: 'integer' }, value })),
  fc.boolean().map((value) => ({ schema: { type: ['boolean', 'null'] }, value })),
  fc
    .uniqueArray(scalar, { minLength: 1, maxLength: 3 })
    .map((values) => ({ schema: { enum: values }, value: values[0]! })),
  scalar.map((value) => ({ schema: { const: value }, value })),
  scalar.map((value) => ({ schema: {}, value })),
  fc.constant({ schema: { $ref: '#/definitions/name' }, value: 'a' }),
  fc.constant({ schema: { $ref: '#/definitions/tree' }, value: { child: { child: {} } } }),
);

const sample = fc.letrec<{ any: Sample; object: Sample }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    tie('object'),
    fc.array(tie('any'), { maxLength: 2 }).map((items) => ({
      schema: { type: 'array', items: items[0]?.schema ?? true },
      value: items.map(({ value }) => value),
    })),
    fc.tuple(tie('any'), tie('any'), fc.constantFrom('anyOf', 'oneOf', 'allOf')).map(([one, other, keyword]) => ({
      schema: { [keyword]: [one.schema, other.schema] },
      value: one.value,
    })),
  ),
  object: fc
    .record({
      members: fc.dictionary(fc.constantFrom('a', 'b', 'c-d', 'e\'"', '1'), tie('any'), { maxKeys: 3 }),
      required: fc.subarray(['a', 'b', 'c-d', 'z']),
      rest: fc.constantFrom<JsonValue | undefined>(undefined, false, true, { type: 'string' }),
      left: fc.subarray(['a', 'b', 'c-d']),
      more: fc.option(scalar, { nil: undefined }),
    })
    .map(({ members, required, rest, left, more }) => ({
      schema: {
        type: 'object',
        properties: Object.fromEntries(Object.entries(members).map(([name, { schema }]) => [name, schema])),
        required,
        ...(rest !== undefined && { additionalProperties: rest }),
      },
      value: Object.fromEntries([
        ...Object.entries(members).flatMap(([name, { value }]) => (left.includes(name) ? [] : [[name, value]])),
        ...(rest !== undefined && more !== undefined ? [['y', more]] : []),
        ...(required.includes('z') ? [['z', 1]] : []),
      ]) as JsonObject,
    })),
}));

const DEFINITIONS = {
  name: { type: 'string' },
  tree: { type: 'object', properties: { child: { $ref: '#/definitions/tree' } } },
};

/** The schema as the type takes it: objects have no properties but those described, unless it says that they may. */
function closed(schema: JsonValue): JsonValue {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const parts = Object.entries(schema).map(([key, part]) => [
    key,
    key === 'enum' || key === 'const' ? part : closed(part),
  ]);
  const isOpen = !('properties' in schema) || 'additionalProperties' in schema;
  return { ...Object.fromEntries(parts), ...(!isOpen && { additionalProperties: false }) } as JsonObject;
}

describe('the type of a context', () => {
  it('allows what its schema allows', () => {
    fc.assert(
      fc.property(fc.array(sample.any, { minLength: 150, maxLength: 150 }), (samples) => {
        const fitting = samples.flatMap(({ schema, value }): [string, JsonValue][] => {
          const whole = { type: 'object', required: ['v'], properties: { v: schema }, definitions: DEFINITIONS };
          return compileContextSchema(closed(whole) as JsonObject)({ v: structuredClone(value) })
            ? [[contextType(whole), { v: value }]]
            : [];
        });
        expect(fitting.length).toBeGreaterThan(40);
        const numbers = refused(fitting);
        expect(numbers.map((number) => fitting[number])).toEqual([]);
      }),
      { numRuns: 1, endOnFailure: true },
    );
  }, 180_000);

  it('refuses what its schema refuses, as far as a type can say it', () => {
    const item = { type: 'object', required: ['sku'], properties: { sku: { type: 'string' } } };
    const cases: readonly (readonly [JsonObject, JsonValue])[] = [
      [{ type: 'object', required: ['a'] }, {}],
      [{ properties: { a: { type: 'string' } } }, { a: 1 }],
      [{ properties: { a: { type: ['string', 'null'] } } }, { a: true }],
      [{ properties: { a: { enum: ['x', 'y'] } } }, { a: 'z' }],
      [{ properties: { a: { const: 3 } } }, { a: 4 }],
      [{ properties: { a: { type: 'array', items: item } } }, { a: [{}] }],
      [{ properties: { a: false } }, { a: 1 }],
      [{ additionalProperties: { type: 'number' } }, { a: 'b' }],
      [
        { properties: { a: { type: 'number' } }, additionalProperties: { type: 'number' } },
        { a: 1, b: 'c' },
      ],
      [{ properties: { a: { type: 'number' } }, additionalProperties: false }, { b: 1 }],
      [{ allOf: [item, { required: ['a'], properties: { a: { type: 'number' } } }] }, { sku: 'b' }],
      [{ oneOf: [item, { type: 'object', required: ['a'], properties: { a: { type: 'number' } } }] }, { a: 'b' }],
      [{ $ref: '#/definitions/item', definitions: { item } }, { sku: 1 }],
      [{ type: 'object', properties: {}, additionalProperties: false }, { a: 1 }],
    ];
    for (const [schema, value] of cases) {
      expect([schema, compileContextSchema({ type: 'object', ...schema })(structuredClone(value))]).toEqual([
        schema,
        false,
      ]);
    }
    const types = cases.map(([schema, value]) => [contextType(schema), value] as const);
    expect(refused(types)).toEqual(cases.map((_, index) => index));
  });

  it('is any JSON where a type cannot say what the schema does', () => {
    expect(contextType({})).toBe('JsonObject');
    expect(contextType({ type: 'object', not: { required: ['a'] } })).toBe('JsonObject');
    const { properties: a } = { properties: { a: { type: 'array', items: [{ type: 'string' }, true] } } };
    expect(contextType({ properties: a }).replaceAll(/\s+/g, ' ')).toBe('{ readonly a?: readonly JsonValue[]; }');
    const tree = { type: 'object', required: ['of'], properties: { of: { $ref: '#' } } };
    expect(contextType(tree).replaceAll(/\s+/g, ' ')).toBe('{ readonly of: { readonly of: JsonValue; }; }');
  });

  it('has comments that end where they should, and a place for what has a default', () => {
    const schema = {
      required: ['a'],
      properties: { a: { type: 'string', default: 'x', description: 'Ends */ here\n  and there' } },
    };
    expect(contextType(schema)).toBe('{\n  /** Ends *\\/ here and there */\n  readonly a?: string;\n}');
  });
});
