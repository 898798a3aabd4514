import type { FieldMiddleware } from '@nestjs/graphql';
import type { GraphQLResolveInfo, GraphQLSchema } from 'graphql';
import { DEFAULT_LIMITS } from './query.limits.js';
import { QueryLimitError } from './query-limit.error.js';

/** The limit of each API, by schema, because decorators of fields cannot inject it. */
const allowedBy = new WeakMap<GraphQLSchema, number>();
/** By the object of the variables, because each execution has its own. */
const spentBy = new WeakMap<object, number>();
/** The sizes of values, which may be in an answer several times under different names. */
const sizes = new WeakMap<object, number>();

/** @param bytes the maximum size of all JSON values of one answer together */
export function answersWithin(schema: GraphQLSchema, bytes: number): void {
  allowedBy.set(schema, bytes);
}

/**
 * Counts the bytes that a JSON field adds to the answer, and refuses the field if they exceed the limit.
 * @throws QueryLimitError
 */
export const withinAnswer: FieldMiddleware = async ({ info }, next) => {
  const value: unknown = await next();
  if (info) spend(info, sizeOf(value));
  return value;
};

function spend({ schema, variableValues }: GraphQLResolveInfo, bytes: number): void {
  const allowed = allowedBy.get(schema) ?? DEFAULT_LIMITS.maxAnswerBytes;
  const spent = (spentBy.get(variableValues) ?? 0) + bytes;
  spentBy.set(variableValues, spent);
  if (spent > allowed) throw new QueryLimitError('maxAnswerBytes', spent, allowed);
}

function sizeOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return textSize(value);
  const known = sizes.get(value) ?? textSize(value);
  sizes.set(value, known);
  return known;
}

function textSize(value: unknown): number {
  return value === undefined ? 0 : Buffer.byteLength(JSON.stringify(value));
}
