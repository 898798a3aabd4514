import { GraphQLScalarType, valueFromASTUntyped } from 'graphql';
import type { JsonValue } from '../workflow/json.js';

/** Any JSON value, for input and output. */
export const JsonScalar = new GraphQLScalarType<JsonValue, JsonValue>({
  name: 'JSON',
  description: 'Any JSON value.',
  serialize: (value) => value as JsonValue,
  parseValue: (value) => value as JsonValue,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables) as JsonValue,
});
