import {
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  valueFromASTUntyped,
  type FieldNode,
  type GraphQLArgument,
  type GraphQLInputField,
} from 'graphql';
import { PAGE_BOUNDS } from '../../workflow/list.bounds.js';

/** The arguments of a field, or the fields of an input object. */
export type Arguments = Readonly<Record<string, unknown>>;

type Definition = GraphQLArgument | GraphQLInputField;

/** Stands for the value of a variable that is not known yet. */
const UNKNOWN = Symbol('unknown');
const ALL_UNKNOWN = new Proxy<Record<string, unknown>>({}, { get: () => UNKNOWN });
const SIZES: ReadonlySet<string> = new Set(['first', 'last', 'limit']);

/** The number of elements that an argument requests, and the number without it. */
interface AskedSize {
  readonly said: number | undefined;
  readonly otherwise: number;
}

/** @param variables undefined if they are not known yet */
export function argumentsOf({ arguments: given = [] }: FieldNode, variables: Arguments | undefined): Arguments {
  const known = variables ?? ALL_UNKNOWN;
  return Object.fromEntries(given.map(({ name, value }) => [name.value, valueFromASTUntyped(value, known)]));
}

/**
 * The number of elements that the arguments of a field request: by `first`, `last` or `limit`, or by the `ids` of an
 * input object; for a mutation also by a list of input objects. Undefined if the arguments have no such number. Unknown
 * values count as one.
 */
export function elementsAsked(
  definitions: readonly Definition[],
  given: Arguments,
  isMutation: boolean,
): number | undefined {
  const sizes = sizesAmong(definitions, given, isMutation);
  if (sizes.length === 0) return undefined;
  const said = sizes.flatMap((size) => size.said ?? []);
  return said.length > 0 ? Math.max(...said) : Math.max(...sizes.map(({ otherwise }) => otherwise));
}

function sizesAmong(definitions: readonly Definition[], given: Arguments, isMutation: boolean): AskedSize[] {
  return definitions.flatMap((definition) => sizesIn(definition, given[definition.name], isMutation));
}

function sizesIn({ name, type, defaultValue }: Definition, value: unknown, isMutation: boolean): AskedSize[] {
  if (SIZES.has(name)) {
    return [
      { said: sizeSaid(value), otherwise: typeof defaultValue === 'number' ? defaultValue : PAGE_BOUNDS.default },
    ];
  }
  const named = getNamedType(type);
  if (!isInputObjectType(named) || typeof value !== 'object' || value === null) return [];
  if (isListType(getNullableType(type))) return isMutation ? [exactly(Array.isArray(value) ? value.length : 1)] : [];
  const { ids } = value as Arguments;
  if (isMutation && Array.isArray(ids)) return [exactly(ids.length)];
  return sizesAmong(Object.values(named.getFields()), value as Arguments, isMutation);
}

const exactly = (length: number): AskedSize => ({ said: length, otherwise: length });

/** A value that is not a size is ignored here; the reader of the argument refuses it. */
function sizeSaid(value: unknown): number | undefined {
  if (value === UNKNOWN) return 1;
  return typeof value === 'number' && value > 0 ? value : undefined;
}
