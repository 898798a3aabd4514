import {
  getNamedType,
  isCompositeType,
  isInputObjectType,
  isNonNullType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLObjectType,
} from 'graphql';
import { isDeclared, type FieldRow } from './rows.js';
import type { Target } from './samples.js';
import { SCHEMA } from './schema.js';

type Field = GraphQLField<unknown, unknown>;
type Values = Readonly<Record<string, unknown>>;

/** Levels of objects that a selection has. */
const DEPTH = 4;

/** What to send for a row. */
export function documentOf(row: FieldRow, target: Target): { readonly query: string; readonly variables: object } {
  const variables: Record<string, unknown> = {};
  const declarations: string[] = [];
  const asked = fieldsOn(row).map((field, index) => {
    const given = Object.entries(argumentsOf(field, row, target));
    for (const [name, value] of given) {
      variables[`${name}${index}`] = value;
      declarations.push(`$${name}${index}: ${String(field.args.find((arg) => arg.name === name)!.type)}`);
    }
    const passed = given.map(([name]) => `${name}: $${name}${index}`).join(', ');
    return `${field.name}${passed === '' ? '' : `(${passed})`}`;
  });
  const innermost = selectionOf(fieldsOn(row).at(-1)!, DEPTH, row.operation === 'mutation');
  const selection = asked.reduceRight((inner, field) => `{ ${field} ${inner} }`, innermost);
  const declared = declarations.length === 0 ? '' : `(${declarations.join(', ')})`;
  return { query: `${row.operation} ${declared} ${selection}`, variables };
}

/** For each field on the way of a row, whether it may be null. */
export function nullability(row: FieldRow): readonly boolean[] {
  return fieldsOn(row).map(({ type }) => !isNonNullType(type));
}

function fieldsOn({ operation, chain }: FieldRow): readonly Field[] {
  const roots = {
    query: SCHEMA.getQueryType,
    mutation: SCHEMA.getMutationType,
    subscription: SCHEMA.getSubscriptionType,
  };
  let type = roots[operation].call(SCHEMA)!;
  return chain.map(({ path }) => {
    const field = type.getFields()[path.at(-1)!]!;
    type = getNamedType(field.type) as GraphQLObjectType;
    return field;
  });
}

function argumentsOf({ args }: Field, { sample, operation, step }: FieldRow, target: Target): Values {
  const about = { ...target, step };
  if (operation === 'subscription') return args.length === 0 ? {} : { after: target.position };
  const filled = args.flatMap((arg): [string, unknown][] => {
    if (arg.name === 'filter' && sample?.input) return [[arg.name, sample.input(about)]];
    if (arg.name === 'input') return [[arg.name, inputOf(arg, about, sample?.input?.(about) ?? {})]];
    const value = FILLED[arg.name]?.(about);
    return value === undefined ? [] : [[arg.name, value]];
  });
  return Object.fromEntries(filled);
}

function inputOf({ type }: GraphQLArgument, target: Target, given: object): Values {
  const input = getNamedType(type);
  const fields = isInputObjectType(input) ? Object.keys(input.getFields()) : [];
  const filled = ['taskId', 'step', 'filter'].filter((name) => fields.includes(name));
  return { ...Object.fromEntries(filled.map((name) => [name, FILLED[name]!(target)])), ...given };
}

/** The values of arguments, by their names. */
const FILLED: Readonly<Record<string, (target: Target) => unknown>> = {
  id: ({ task }) => task,
  taskId: ({ task }) => task,
  step: ({ step }) => step,
  filter: ({ task }) => ({ ids: [task] }),
  namespace: ({ namespace }) => namespace,
  name: ({ name }) => name,
};

/** Everything below a field but what has a row of its own. */
function selectionOf({ type }: Field, depth: number, isPayload: boolean): string {
  const named = getNamedType(type);
  if (!isCompositeType(named)) return '';
  const inner = Object.values((named as GraphQLObjectType).getFields()).flatMap((field) => {
    if (isDeclared(named.name, field.name) || field.name === 'edges') return []; // the same nodes once more
    const isLeaf = !isCompositeType(getNamedType(field.type));
    if (isLeaf) return [field.name];
    const isPart = isPayload && field.description?.includes('Needs ') === true;
    if (depth === 1) return [];
    const selection = selectionOf(field, isPart ? 1 : depth - 1, isPayload && !isPart);
    return selection === EMPTY ? [] : [`${field.name} ${selection}`];
  });
  return inner.length === 0 ? EMPTY : `{ ${inner.join(' ')} }`;
}

const EMPTY = '{ __typename }';
