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
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';
import { aReference } from './references.js';
import { aPage, sparse, usualIn, valueNamed, type Use } from './values.js';

type Value = fc.Arbitrary<unknown>;
type Fields = readonly GraphQLField<unknown, unknown>[];

/** A field with what is asked of it. */
interface Asked {
  readonly name: string;
  readonly args: readonly { readonly name: string; readonly type: string; readonly value: unknown }[];
  readonly below: readonly Asked[] | null;
}

export interface GraphqlRequest {
  readonly face: 'GraphQL';
  readonly name: string;
  readonly query: string;
  /** Its values may be references. */
  readonly variables: Readonly<Record<string, unknown>>;
}

type Kind = 'query' | 'mutation' | 'subscription';

const DEEPEST = 5;

/** Operations of whatever the schema has, nested at random, each field under an alias: `a3_name`. */
export function aGraphqlRequest(schema: GraphQLSchema): fc.Arbitrary<GraphqlRequest> {
  const roots: readonly [Kind, GraphQLObjectType][] = [
    ['query', schema.getQueryType()!],
    ['mutation', schema.getMutationType()!],
  ];
  const of = ([kind, type]: (typeof roots)[number]): fc.Arbitrary<GraphqlRequest> =>
    fc
      .array(aField(Object.values(type.getFields()), 0), { minLength: 1, maxLength: kind === 'query' ? 3 : 1 })
      .map((fields) => requestOf(kind, fields));
  return fc.oneof({ weight: 3, arbitrary: of(roots[0]!) }, { weight: 2, arbitrary: of(roots[1]!) });
}

/** A subscription, and the filter that it has. */
export interface SubscriptionRequest extends Omit<GraphqlRequest, 'face'> {
  readonly face: 'subscription';
  readonly filter: Readonly<Record<string, unknown>>;
}

export function aSubscription(schema: GraphQLSchema): fc.Arbitrary<SubscriptionRequest> {
  const leaf = (name: string): Asked => ({ name, args: [], below: null });
  return fc.constantFrom(...Object.values(schema.getSubscriptionType()!.getFields())).chain((field) => {
    const types = new Map(field.args.map((arg) => [arg.name, String(arg.type)]));
    const args = field.args.filter(({ name }) => name !== 'after');
    const values = Object.fromEntries(args.map((arg) => [arg.name, valueOf(arg.name, arg.type, 'filter')]));
    const known = ['taskId', 'event', 'stepName'].filter((name) => name in updatesOf(field).getFields());
    const after = aReference('endOfHistory', 'endOfHistory', 'positions');
    return fc.tuple(sparse(values, 2), after, aSelection(field.type, 2)).map(([filter, position, below]) => {
      const given = Object.entries({ ...filter, after: position });
      const asked = {
        name: field.name,
        args: given.map(([name, value]) => ({ name, type: types.get(name)!, value })),
        below: [...known.map(leaf), ...(below ?? [])],
      };
      return { ...requestOf('subscription', [asked]), face: 'subscription', filter };
    });
  });
}

const updatesOf = (field: GraphQLField<unknown, unknown>): GraphQLObjectType =>
  getNamedType(field.type) as GraphQLObjectType;

/** The name that a key of an answer stands for. */
export const withoutAlias = (key: string): string => key.replace(/^a\d+_/, '');

function requestOf(kind: Kind, fields: readonly Asked[]): GraphqlRequest {
  const declared: string[] = [];
  const variables: Record<string, unknown> = {};
  let aliases = 0;
  const textOf = ({ name, args, below }: Asked): string => {
    const given = args.map((arg) => {
      const variable = `v${declared.length}`;
      declared.push(`$${variable}: ${arg.type}`);
      variables[variable] = arg.value;
      return `${arg.name}: $${variable}`;
    });
    const alias = `a${aliases++}_${name}`;
    const selection = below === null ? '' : ` { __typename ${below.map(textOf).join(' ')} }`;
    return `${alias}: ${name}${given.length > 0 ? `(${given.join(', ')})` : ''}${selection}`;
  };
  const selection = fields.map(textOf).join(' ');
  const head = declared.length > 0 ? `${kind} (${declared.join(', ')})` : kind;
  return { face: 'GraphQL', name: `${kind} ${fields[0]?.name ?? ''}`, query: `${head} { ${selection} }`, variables };
}

function aField(fields: Fields, depth: number): fc.Arbitrary<Asked> {
  return fc.constantFrom(...fields).chain((field) =>
    fc.record({
      name: fc.constant(field.name),
      args: someArguments(field),
      below: aSelection(field.type, depth + 1),
    }),
  );
}

/** Null for what has no fields. Below the deepest level, only what has none. */
function aSelection(type: GraphQLOutputType, depth: number): fc.Arbitrary<readonly Asked[] | null> {
  const named = getNamedType(type);
  if (!isObjectType(named)) return fc.constant(null);
  const fields = Object.values(named.getFields());
  const leaves = fields.filter((each) => isLeafType(getNamedType(each.type)));
  const usable = depth < DEEPEST ? fields : leaves;
  // Pages are asked for what is on them.
  const nodes = fields.filter(({ name }) => depth < DEEPEST && (name === 'nodes' || name === 'edges'));
  const some = usable.length === 0 ? fc.constant([]) : fc.array(aField(usable, depth), { minLength: 1, maxLength: 5 });
  return nodes.length === 0 ? some : fc.tuple(aField(nodes, depth), some).map(([node, more]) => [node, ...more]);
}

/** Of a list, often a page by a cursor. */
function someArguments({ args }: GraphQLField<unknown, unknown>): fc.Arbitrary<Asked['args']> {
  const types = new Map(args.map(({ name, type }) => [name, String(type)]));
  const any = fc
    .tuple(...args.map((arg) => anArgument(arg.name, arg.type)))
    .map((given) => given.filter((arg) => arg !== null));
  if (!types.has('sort') || !types.has('after')) return any;
  const page = aPage('GraphQL').map((given) =>
    Object.entries(given).map(([name, value]) => ({ name, type: types.get(name)!, value })),
  );
  return fc.oneof(any, page);
}

function anArgument(name: string, type: GraphQLInputType): fc.Arbitrary<Asked['args'][number] | null> {
  const given = valueOf(name, type, name === 'input' ? 'kept' : 'filter').map((value) => ({
    name,
    type: String(type),
    value,
  }));
  return isNonNullType(type) ? given : fc.option(given, { freq: 1 });
}

function valueOf(name: string, type: GraphQLInputType, use: Use): Value {
  if (isNonNullType(type)) return valueOf(name, type.ofType, use);
  const named = getNamedType(type);
  const isList = isListType(type);
  const inList = (value: Value): Value => (isList ? fc.array(value, { minLength: 1, maxLength: 3 }) : value);
  if (isEnumType(named)) return inList(fc.constantFrom(...named.getValues().map((value) => value.name)));
  if (isInputObjectType(named)) {
    const within: Use = named.name.includes('Filter') ? 'filter' : use;
    const fields = Object.values(named.getFields());
    const required = fields.filter((field) => isNonNullType(field.type)).map((field) => field.name);
    const optional = fields.filter((field) => !isNonNullType(field.type)).map((field) => field.name);
    const always = [...required, ...usualIn(required, optional)];
    const all = Object.fromEntries(fields.map((field) => [field.name, valueOf(field.name, field.type, within)]));
    const some = (isAlways: boolean): Readonly<Record<string, Value>> =>
      Object.fromEntries(Object.entries(all).filter(([each]) => always.includes(each) === isAlways));
    return inList(
      fc.tuple(fc.record(some(true)), sparse(some(false))).map(([needed, more]) => ({ ...needed, ...more })),
    );
  }
  const value = valueNamed(name, use);
  if (value) return value;
  if (named.name === 'Int' || named.name === 'Float') return inList(fc.integer({ min: 0, max: 9 }));
  if (named.name === 'Boolean') return inList(fc.boolean());
  return inList(fc.constantFrom('leaf', 'order', 'other'));
}
