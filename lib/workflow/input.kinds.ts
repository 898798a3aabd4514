import {
  booleanProblem,
  countProblem,
  instantProblem,
  isFields,
  jsonProblem,
  MAX_PRIORITY,
  MAX_TEXT_LENGTH,
  objectProblem,
  priorityProblem,
  textProblem,
  textsProblems,
} from './input.checks.js';
import { IS_REQUIRED, mustBeListOf, NOT_EMPTY } from './input.wording.js';
import type { JsonObject } from './json.js';
import type { Problem } from './tasker.error.js';

/** A kind of value that a field accepts, with its description for clients and its check. */
export interface InputKind {
  /** The JSON Schema of the value (draft 2020-12, as in OpenAPI 3.1). */
  readonly schema: JsonObject;
  /** Returns the problems of a given value. */
  readonly problemsOf: (pointer: string, value: unknown) => readonly (Problem | null)[];
  /** Whether the GraphQL type is ID. */
  readonly isId?: true;
}

/** A text of `minLength` to `maxLength` characters. */
export const text = (maxLength = MAX_TEXT_LENGTH, minLength = 0): InputKind => ({
  schema: { type: 'string', ...(minLength > 0 && { minLength }), maxLength },
  problemsOf: (pointer, value) => [
    minLength > 0 && value === '' ? { pointer, message: NOT_EMPTY } : textProblem(pointer, value, maxLength),
  ],
});

/** The name or the id of a step. */
export const stepReference: InputKind = {
  isId: true,
  schema: { type: 'string', minLength: 1, maxLength: MAX_TEXT_LENGTH },
  problemsOf: (pointer, value) => [
    value === '' ? { pointer, message: `${IS_REQUIRED}: the name or the id of a step` } : textProblem(pointer, value),
  ],
};

/** A list of short texts. */
export const texts: InputKind = {
  schema: { type: 'array', items: { type: 'string', maxLength: MAX_TEXT_LENGTH } },
  problemsOf: textsProblems,
};

/** A whole number from `minimum` to `maximum`. */
export const count = (minimum: number, maximum: number): InputKind => ({
  schema: { type: 'integer', minimum, maximum },
  problemsOf: (pointer, value) => [countProblem(pointer, value, minimum, maximum)],
});

export const priority: InputKind = {
  schema: { type: 'integer', minimum: -MAX_PRIORITY, maximum: MAX_PRIORITY },
  problemsOf: (pointer, value) => [priorityProblem(pointer, value)],
};

export const flag: InputKind = {
  schema: { type: 'boolean' },
  problemsOf: (pointer, value) => [booleanProblem(pointer, value)],
};

/** An instant with a time zone. Code may pass a `Date`. */
export const instant: InputKind = {
  schema: { type: 'string', format: 'date-time' },
  problemsOf: (pointer, value) => [instantProblem(pointer, value)],
};

/** Any JSON value. */
export const json: InputKind = {
  schema: { $ref: '#/components/schemas/JsonValue' },
  problemsOf: (pointer, value) => [jsonProblem(pointer, value)],
};

/** An object whose fields are checked elsewhere. @param component the OpenAPI component that describes it */
export const object = (component = 'JsonObject'): InputKind => ({
  schema: { $ref: `#/components/schemas/${component}` },
  problemsOf: (pointer, value) => [objectProblem(pointer, value)],
});

/** A list of objects whose fields are checked elsewhere. @param component the OpenAPI component of the items */
export const objects = (component: string): InputKind => ({
  schema: { type: 'array', items: { $ref: `#/components/schemas/${component}` } },
  problemsOf: (pointer, value) => [
    Array.isArray(value) && value.every(isFields) ? null : { pointer, message: mustBeListOf('objects') },
  ],
});

/** A value of another kind, or null. */
export const orNull = (kind: InputKind): InputKind => ({
  schema: { ...kind.schema, type: [kind.schema.type as string, 'null'] },
  problemsOf: (pointer, value) => (value === null ? [] : kind.problemsOf(pointer, value)),
});
