import type { FieldMiddleware } from '@nestjs/graphql';
import type { GraphQLResolveInfo, GraphQLSchema } from 'graphql';
import { DEFAULT_LIMITS } from './query.limits.js';
import { QueryLimitError } from './query-limit.error.js';

/** What answers of an API may hold; decorators of fields have nothing injected. */
const allowedBy = new WeakMap<GraphQLSchema, number>();
/** By the variables, of which each execution has an object of its own. */
const spentBy = new WeakMap<object, number>();
/** Of values that stand in an answer under several names: they are read once, and written as often as they are asked for. */
const sizes = new WeakMap<object, number>();

/** @param bytes that the JSON values of one answer may have together */
export function answersWithin(schema: GraphQLSchema, bytes: number): void {
  allowedBy.set(schema, bytes);
}

/**
 * Counts what a field of JSON adds to the answer, and refuses the field that is too much.
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
