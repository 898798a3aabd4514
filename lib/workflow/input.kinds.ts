import {
  booleanProblem,
  countProblem,
  instantProblem,
  isFields,
  isRowId,
  jsonProblem,
  MAX_PRIORITY,
  MAX_TEXT_LENGTH,
  objectProblem,
  priorityProblem,
  rowIdProblem,
  someOfProblem,
  textProblem,
  textsProblems,
  unknownFieldProblems,
} from './input.checks.js';
import { inputNames, inputProblems, type InputClass } from './input.fields.js';
import { IS_REQUIRED, mustBeListOf, NOT_EMPTY } from './input.wording.js';
import type { JsonObject } from './json.js';
import type { Bounds } from './list.bounds.js';
import type { Problem } from './tasker.error.js';

/** A kind of value that a field accepts, with its description for clients and its check. */
export interface InputKind {
  /** The JSON Schema of the value (draft 2020-12, as in OpenAPI 3.1). */
  readonly schema: JsonObject;
  /** Returns the problems of a given value. */
  readonly problemsOf: (pointer: string, value: unknown) => readonly (Problem | null)[];
  /** Whether it is an id or a list of ids, for which GraphQL has a type. */
  readonly isId?: true;
  /** Of a choice: the allowed values, and the name of their type. */
  readonly choice?: Choice;
}

/** A named set of words. */
export interface Choice {
  /** The name of the OpenAPI component and of the GraphQL enum. */
  readonly name: string;
  readonly values: readonly string[];
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

/** The id of a row. @param of what the row is, such as `task` */
export const rowId = (of: string): InputKind => ({
  isId: true,
  schema: { type: 'string' },
  problemsOf: (pointer, value) => [rowIdProblem(pointer, value, of)],
});

/** A list of at most so many ids of tasks. */
export const taskIds = (maxItems: number): InputKind => ({
  isId: true,
  schema: { type: 'array', items: { type: 'string' }, maxItems },
  problemsOf: (pointer, value) => {
    const fits = Array.isArray(value) && value.length <= maxItems && value.every(isRowId);
    return [fits ? null : { pointer, message: mustBeListOf(`at most ${maxItems} ids of tasks, as strings`) }];
  },
});

/** A list of some of the values of a choice. */
export const someOf = (choice: Choice): InputKind => ({
  choice,
  schema: { type: 'array', items: { $ref: `#/components/schemas/${choice.name}` } },
  problemsOf: (pointer, value) => [someOfProblem(pointer, value, choice.values)],
});

/** A list of short texts. */
export const texts: InputKind = {
  schema: { type: 'array', items: { type: 'string', maxLength: MAX_TEXT_LENGTH } },
  problemsOf: textsProblems,
};

/**
 * A list of 1 to `maxItems` things; an empty one would match nothing.
 * @param of what they are, in the plural
 */
export const someThings = (list: InputKind, maxItems: number, of: string): InputKind => ({
  ...list,
  schema: { ...list.schema, minItems: 1, maxItems },
  problemsOf: (pointer, value) => {
    const isSized = Array.isArray(value) && value.length > 0 && value.length <= maxItems;
    const problems = list.problemsOf(pointer, value);
    const isList = isSized && !problems.some((problem) => problem?.pointer === pointer);
    return isList ? problems : [{ pointer, message: mustBeListOf(`1 to ${maxItems} ${of}`) }];
  },
});

/** A list of at most `maxItems` things. @param of what they are, in the plural */
export const upTo = (list: InputKind, maxItems: number, of: string): InputKind => ({
  ...list,
  schema: { ...list.schema, maxItems },
  problemsOf: (pointer, value) =>
    Array.isArray(value) && value.length > maxItems
      ? [{ pointer, message: mustBeListOf(`at most ${maxItems} ${of}`) }]
      : list.problemsOf(pointer, value),
});

/** A whole number from `minimum` to `maximum`. */
export const count = (minimum: number, maximum: number): InputKind => countOf({ minimum, maximum });

/** A whole number within bounds. */
export const countOf = (bounds: Partial<Bounds> & Omit<Bounds, 'default'>): InputKind => ({
  schema: { type: 'integer', ...bounds },
  problemsOf: (pointer, value) => [countProblem(pointer, value, bounds.minimum, bounds.maximum)],
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

/** An object with the fields of another input, and no others. @param component as for `object` */
export const fieldsOf = (input: InputClass, component: string): InputKind => ({
  schema: { $ref: `#/components/schemas/${component}` },
  problemsOf: (pointer, value) =>
    isFields(value)
      ? [...unknownFieldProblems(value, inputNames(input), pointer), ...inputProblems(input, value, pointer)]
      : [objectProblem(pointer, value)],
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
