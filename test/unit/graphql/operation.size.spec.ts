import { describe, expect, it } from '@jest/globals';
import {
  buildSchema,
  getIntrospectionQuery,
  Kind,
  parse,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
} from 'graphql';
import { OperationMeasure, type OperationSize } from '../../../lib/graphql/limits/operation.size.js';

const SCHEMA = buildSchema(`
  type Query { node: Node  nodes(first: Int, last: Int, order: [Order!], filter: Ids): Page  plain: [Node!]!  named: Named }
  type Mutation { act: Node  actMany(input: Many!): Acts  startMany(input: Starts!): Acts }
  input Many { filter: Filter!  reason: String }
  input Filter { limit: Int = 1000  states: [String!]  ids: [ID!] }
  input Order { by: String! }
  input Ids { ids: [ID!] }
  input Starts { tasks: [Start!]! }
  input Start { name: String! }
  type Acts { items: [Node!]! }
  scalar JSON
  type Page { nodes: [Node!]!  info: Node }
  type Node implements Named { name: String  data: JSON  tags: [String!]  node: Node  others: [Node!] }
  interface Named { name: String }
`);

function measured(text: string, variables?: Readonly<Record<string, unknown>>): OperationSize {
  const { definitions } = parse(text);
  const operation = definitions.find(
    (node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION,
  )!;
  const fragments = Object.fromEntries(
    definitions
      .filter((node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
  return new OperationMeasure({ fragments, schema: SCHEMA, variables }).sizeOf(operation);
}

describe('the size of an operation', () => {
  it.each<[string, number, number]>([
    ['{ node { name } }', 2, 500 + 2],
    ['{ node { name tags } }', 2, 500 + 3],
    ['{ a: node { name } b: node { name } }', 2, 1_000 + 4],
    ['{ plain { name } }', 2, 500 + 10 * 2],
    ['{ node { others { others { name } } } }', 4, 500 + 1 + 10 * (1 + 10 * 2)],
    ['{ nodes { nodes { name } info { name } } }', 3, 500 + 1 + 20 * 2 + 2],
    ['{ nodes(first: 3) { nodes { name } } }', 3, 500 + 1 + 3 * 2],
    ['{ nodes(last: 4) { nodes { name } } }', 3, 500 + 1 + 4 * 2],
    ['{ nodes(first: -1) { nodes { name } } }', 3, 500 + 1 + 20 * 2],
    ['mutation { act { name } }', 2, 520 + 2],
    ['mutation { actMany(input: { filter: {} }) { items { name } } }', 3, 500 + 1_000 * 20 + 1 + 1_000 * 2],
    ['mutation { actMany(input: { filter: { limit: 5 } }) { items { name } } }', 3, 500 + 5 * 20 + 1 + 5 * 2],
    ['mutation { actMany(input: { filter: { ids: ["7", "8"] } }) { items { name } } }', 3, 500 + 2 * 20 + 1 + 2 * 2],
    ['{ nodes(order: [{ by: "x" }]) { nodes { name } } }', 3, 500 + 1 + 20 * 2],
    ['{ nodes(first: 2, filter: { ids: ["7", "8", "9"] }) { nodes { name } } }', 3, 500 + 1 + 2 * 2],
    ['mutation { startMany(input: { tasks: [{ name: "a" }, { name: "b" }] }) { items { name } } }', 3, 545],
    ['mutation { startMany(input: { tasks: { name: "a" } }) { items { name } } }', 3, 523],
    ['{ node { data } }', 2, 500 + 1 + 10],
    ['{ named { ... on Node { node { name } } } }', 3, 500 + 3],
    ['{ node { ... { others { name } } } }', 3, 500 + 1 + 10 * 2],
    ['{ node { ...F } } fragment F on Node { others { name } }', 3, 500 + 1 + 10 * 2],
    [
      '{ a: nodes(first: 2) { ...F } b: nodes(first: 9) { ...F } } fragment F on Page { nodes { name } }',
      3,
      1_002 + 22,
    ],
    ['{ nodes(first: 2, last: 9) { nodes { name } } }', 3, 500 + 1 + 9 * 2],
    ['{ node { ...F } } fragment F on Node { node { ...F } }', Infinity, Infinity],
    ['{ node { ...Unknown } }', 1, 500 + 1],
    ['{ unknown { fields } }', 2, 500 + 2],
    ['{ __typename node { __typename name } }', 2, 1 + 500 + 3],
  ])('%s is %d deep and costs %d', (text, depth, cost) => {
    expect(measured(text)).toEqual({ depth, cost, introspections: 0 });
  });

  it('of what is about the schema is told against the usual introspection of that schema', () => {
    const everything = { specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true, oneOf: true };
    const usual = getIntrospectionQuery({ ...everything, inputValueDeprecation: true });
    expect(measured(usual)).toEqual({ depth: 0, cost: 0, introspections: 1 });
    expect(measured(getIntrospectionQuery()).introspections).toBeLessThan(1);
    const twice = `{ a: __schema { ...S } b: __schema { ...S } } fragment S on __Schema { types { name fields { name } } }`;
    const once = `{ __schema { types { name fields { name } } } }`;
    const part = measured(once).introspections;
    expect(part).toBeGreaterThan(0.05);
    expect(part).toBeLessThan(1);
    expect(measured(twice).introspections).toBeCloseTo(2 * part, 1);
    expect(measured('{ __schema { queryType { name } } }').introspections).toBeLessThan(0.05);
    expect(measured('{ __type(name: "Node") { fields { name } } }').introspections).toBeGreaterThan(0);
  });

  it('takes page sizes from variables, and counts what they do not know yet as one', () => {
    const text = 'query ($n: Int) { nodes(first: $n) { nodes { name } } }';
    expect(measured(text, { n: 50 }).cost).toBe(500 + 1 + 50 * 2);
    expect(measured(text, {}).cost).toBe(500 + 1 + 20 * 2);
    expect(measured(text).cost).toBe(500 + 1 + 2);
  });

  it('takes the tasks that a mutation is about from variables as well', () => {
    const text =
      'mutation ($input: Many!, $filter: Filter!) { a: actMany(input: $input) { items { name } } b: actMany(input: { filter: $filter }) { items { name } } }';
    const each = (tasks: number): number => 500 + tasks * 20 + 1 + tasks * 2;
    expect(measured(text, { input: { filter: {} }, filter: { limit: 7 } }).cost).toBe(each(1_000) + each(7));
    expect(measured(text, { input: { filter: { limit: null } }, filter: {} }).cost).toBe(2 * each(1_000));
    expect(measured(text).cost).toBe(2 * (500 + 20 + 1 + 10 * 2));
  });

  it('of many fields beside each other is no deeper than one of them', () => {
    expect(measured(`{ ${Array.from({ length: 300 }, (_, i) => `a${i}: node { name }`).join(' ')} }`).depth).toBe(2);
  });

  it('of a document that is nested a thousand times is told without exhausting the stack', () => {
    const text = `{ node ${'{ node '.repeat(1_000)} { name } ${'}'.repeat(1_000)} }`;
    expect(measured(text).depth).toBeGreaterThan(100);
  });
});
