import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { amount } from '../support/amount.js';
import { anyCharacter } from '../support/any.character.js';
import { startGraphqlHost, startOwnGraphqlHost, type GraphqlHost } from '../support/graphql.host.js';

const RUNS = amount({ short: 60, full: 600 });

/** Texts that have broken parsers, casts and queries before. */
const TRAPS = fc.constantFrom(
  '',
  '0',
  '-1',
  '9223372036854775807',
  '9223372036854775808',
  'null',
  "'; drop table tasker.tasks; --",
  '\\',
  '\u0000',
  '\ud800',
  '__proto__',
  'constructor',
  '$ ? (@ == ',
  'infinity',
  '2026-02-30T00:00:00Z',
  '294277-01-01T00:00:00Z',
  'bill',
  'delivery',
  'warehouse',
  Buffer.from('["createdAt","0"]').toString('base64url'),
  Buffer.from('["updatedAt","1","9999-99-99 99:99:99+99"]').toString('base64url'),
);
const TEXT = fc.oneof(TRAPS, fc.string({ unit: anyCharacter, maxLength: 40 }), fc.string({ maxLength: 300 }));
const JSON_VALUE = fc.jsonValue({ maxDepth: 6 });

/** A value that fits the type, mostly. */
function valueOf(type: GraphQLInputType, taskId: string, depth = 0): fc.Arbitrary<unknown> {
  if (isNonNullType(type)) return valueOf(type.ofType, taskId, depth);
  const value = fittingValueOf(type, taskId, depth);
  return fc.oneof(
    { weight: 12, arbitrary: value },
    { weight: 2, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: JSON_VALUE },
  );
}

function fittingValueOf(type: GraphQLInputType, taskId: string, depth: number): fc.Arbitrary<unknown> {
  if (isListType(type)) return fc.array(valueOf(type.ofType, taskId, depth + 1), { maxLength: 3 });
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map(({ name }) => name));
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    const required = fields.filter((field) => isNonNullType(field.type)).map(({ name }) => name);
    const record = Object.fromEntries(fields.map((field) => [field.name, valueOf(field.type, taskId, depth + 1)]));
    return fc.record(record, { requiredKeys: required });
  }
  const { name } = getNamedType(type);
  if (name === 'Int') return fc.oneof(fc.integer({ min: -2, max: 110 }), fc.integer(), fc.double());
  if (name === 'Boolean') return fc.boolean();
  if (name === 'ID') return fc.oneof(fc.constant(taskId), TEXT);
  return name === 'JSON' ? JSON_VALUE : TEXT;
}

/** All leaves, and what is nested, two levels down. */
function selectionOf(field: GraphQLField<unknown, unknown>, depth = 2): string {
  const type = getNamedType(field.type);
  if (!isObjectType(type)) return field.name;
  const below = Object.values(type.getFields()).filter(
    (each) => each.args.length === 0 && (depth > 0 || isLeafType(getNamedType(each.type))),
  );
  return `${field.name} { __typename ${below.map((each) => selectionOf(each, depth - 1)).join(' ')} }`;
}

function operationOf(kind: 'query' | 'mutation', field: GraphQLField<unknown, unknown>): string {
  const { name, args } = field;
  const declared = args.map((arg) => `$${arg.name}: ${String(arg.type)}`).join(', ');
  const given = args.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
  const [, selection = ''] = /^\w+(.*)$/s.exec(selectionOf(field))!;
  return `${kind} ${declared && `(${declared})`} { ${name}${given && `(${given})`}${selection} }`;
}

describe.each(['apollo', 'mercurius'] as const)('whatever is sent over GraphQL, on %s', (driver) => {
  let host: GraphqlHost;
  let schema: GraphQLSchema;
  let id: string;
  beforeAll(async () => {
    host = driver === 'apollo' ? await startGraphqlHost() : await startOwnGraphqlHost(driver);
    ({ schema } = host.app.get(GraphQLSchemaHost, { strict: false }));
    id = await host.deliver(13);
    await host.kit.runUntilIdle();
  });
  afterAll(() => host.close());

  const check = async (body: object): Promise<void> => {
    const { status, text } = await host.raw(body);
    const { data, errors = [] } = JSON.parse(text) as {
      data?: unknown;
      errors?: { path?: unknown; extensions?: any }[];
    };
    // What a resolver refuses has a path, and a code of ours; anything else there has escaped us.
    const escaped = errors.filter(({ path, extensions }) => path && !String(extensions?.code).startsWith('TASKER_'));
    const isFine = escaped.length === 0 && (status === 400 || (status === 200 && data !== undefined));
    if (!isFine) throw new Error(`${JSON.stringify(body)}: ${status} ${text}`);
  };

  it(`is answered by data or by what was wrong: ${RUNS} times values of all kinds for any query or mutation`, async () => {
    const all = [
      ...Object.values(schema.getQueryType()!.getFields()).map((field) => ['query', field] as const),
      ...Object.values(schema.getMutationType()!.getFields()).map((field) => ['mutation', field] as const),
    ];
    const operation = fc
      .constantFrom(...all)
      .chain(([kind, field]) =>
        fc
          .record(Object.fromEntries(field.args.map((arg) => [arg.name, valueOf(arg.type, id)])))
          .map((variables) => ({ query: operationOf(kind, field), variables })),
      );
    await fc.assert(fc.asyncProperty(operation, check), { numRuns: RUNS });
  }, 120_000);

  it.each(['', ', "requestKey": "k"'])('is refused when it is nested too deeply for anybody%s', async (more) => {
    const deep = `${'['.repeat(40_000)}${']'.repeat(40_000)}`;
    const query = 'mutation ($input: StartTaskInput!) { startTask(input: $input) { userErrors { code field } } }';
    const task = '"namespace": "warehouse", "name": "delivery", "version": "1.2.0"';
    const input = `{ ${task}, "context": { "order_id": 1, "deep": ${deep} }${more} }`;
    const { text } = await host.raw(`{ "query": "${query}", "variables": { "input": ${input} } }`);
    const [error] = JSON.parse(text).data.startTask.userErrors;
    expect(error.field.slice(0, 3)).toEqual(['input', 'context', 'deep']);
    await check({
      query: `mutation { startTask(input: { name: "delivery", context: { deep: ${deep} } }) { created } }`,
    });
    await check({ query: `{ task(id: "1") ${'{ steps { task '.repeat(5_000)} { id } ${'} }'.repeat(5_000)} }` });
  });

  it(`is answered by data or by what was wrong: ${RUNS} times any text`, async () => {
    const words = fc.constantFrom(
      ...[
        '{',
        '}',
        '(',
        ')',
        ':',
        '$',
        '...',
        'query',
        'mutation',
        'fragment F on Task',
        '@skip(if: true)',
        '[',
        ']',
        '"',
        '!',
      ],
      ...[
        'task(id: "1")',
        'tasks',
        'nodes',
        'steps',
        'parents',
        'name',
        'id',
        'first: 3',
        '__typename',
        '__schema',
        'null',
      ],
    );
    const document = fc.oneof(
      TEXT,
      fc.array(words, { maxLength: 20 }).map((tokens) => tokens.join(' ')),
    );
    const body = fc.record({ query: fc.oneof(document, JSON_VALUE), variables: fc.oneof(JSON_VALUE, fc.constant({})) });
    await fc.assert(fc.asyncProperty(body, check), { numRuns: RUNS });
  }, 120_000);
});
