import { describe, expect, it } from '@jest/globals';
import { buildSchema, Kind, parse, type FragmentDefinitionNode, type OperationDefinitionNode } from 'graphql';
import { sizeOf, type OperationSize } from '../../../lib/graphql/limits/operation.size.js';

const SCHEMA = buildSchema(`
  type Query { node: Node  nodes(first: Int, last: Int): Page  plain: [Node!]!  named: Named }
  type Mutation { act: Node }
  type Page { nodes: [Node!]!  info: Node }
  type Node implements Named { name: String  tags: [String!]  node: Node  others: [Node!] }
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
  return sizeOf({ operation, fragments, schema: SCHEMA, variables });
}

describe('the size of an operation', () => {
  it.each<[string, number, number]>([
    ['{ node { name } }', 2, 20 + 2],
    ['{ node { name tags } }', 2, 20 + 3],
    ['{ a: node { name } b: node { name } }', 2, 44],
    ['{ plain { name } }', 2, 20 + 10 * 2],
    ['{ node { others { others { name } } } }', 4, 20 + 1 + 10 * (1 + 10 * 2)],
    ['{ nodes { nodes { name } info { name } } }', 3, 20 + 1 + 20 * 2 + 2],
    ['{ nodes(first: 3) { nodes { name } } }', 3, 20 + 1 + 3 * 2],
    ['{ nodes(last: 4) { nodes { name } } }', 3, 20 + 1 + 4 * 2],
    ['{ nodes(first: -1) { nodes { name } } }', 3, 20 + 1 + 20 * 2],
    ['mutation { act { name } }', 2, 500 + 2],
    ['{ named { ... on Node { node { name } } } }', 3, 20 + 3],
    ['{ node { ...F } } fragment F on Node { others { name } }', 3, 20 + 1 + 10 * 2],
    ['{ node { ...F } } fragment F on Node { node { ...F } }', Infinity, Infinity],
    ['{ node { ...Unknown } }', 1, 20 + 1],
    ['{ unknown { fields } }', 2, 20 + 2],
    ['{ __schema { types { fields { name } } } }', 0, 0],
  ])('%s is %d deep and costs %d', (text, depth, cost) => {
    expect(measured(text)).toEqual({ depth, cost });
  });

  it('takes page sizes from variables, and counts what they do not know yet as one', () => {
    const text = 'query ($n: Int) { nodes(first: $n) { nodes { name } } }';
    expect(measured(text, { n: 50 }).cost).toBe(20 + 1 + 50 * 2);
    expect(measured(text, {}).cost).toBe(20 + 1 + 20 * 2);
    expect(measured(text).cost).toBe(20 + 1 + 2);
  });

  it('of a document that is nested a thousand times is told without exhausting the stack', () => {
    const text = `{ node ${'{ node '.repeat(1_000)} { name } ${'}'.repeat(1_000)} }`;
    expect(measured(text).depth).toBeGreaterThan(100);
  });
});
