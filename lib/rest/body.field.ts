import { isFields } from '../workflow/input.checks.js';
import { mustBe, MUST_BE_BOOLEAN, mustBeListOf } from '../workflow/input.wording.js';

/** What the value of a field may be; `any` has no rule, and the plural is an array of the singular. */
export type FieldKind = 'any' | 'boolean' | 'integer' | 'object' | 'string' | 'objects' | 'strings';

export interface BodyField {
  readonly name: string;
  /** The end of a sentence that begins with the field; null if it may have this value. */
  readonly faultOf: (value: unknown) => string | null;
}

/** Marks a property of a body that must be given. */
export const Field = (kind: FieldKind): PropertyDecorator => markedBy(RULES[kind]);

/** Marks a property of a body that may be left out or null. */
export const OptionalField = (kind: FieldKind): PropertyDecorator =>
  markedBy((value) => (value === undefined || value === null ? null : RULES[kind](value)));

/** The marked properties of a class and of those it extends, its own first. */
export function fieldsOf({ prototype }: { readonly prototype: object }): readonly BodyField[] {
  const found: BodyField[] = [];
  for (let body: object | null = prototype; body !== null; body = Object.getPrototypeOf(body) as object | null) {
    found.push(...(marked.get(body) ?? []));
  }
  return found;
}

type Rule = (value: unknown) => string | null;

const marked = new WeakMap<object, BodyField[]>();

function markedBy(rule: Rule): PropertyDecorator {
  return (body, property) => {
    const name = String(property);
    const fields = marked.get(body) ?? [];
    marked.set(body, [...fields, { name, faultOf: rule }]);
  };
}

const isString = (value: unknown): boolean => typeof value === 'string';

const RULES: Readonly<Record<FieldKind, Rule>> = {
  any: () => null,
  boolean: one((value) => typeof value === 'boolean', MUST_BE_BOOLEAN),
  integer: one(Number.isInteger, mustBe('a whole number')),
  object: one(isFields, mustBe('an object')),
  string: one(isString, mustBe('a string')),
  objects: each(isFields, 'objects'),
  strings: each(isString, 'strings'),
};

function one(fits: (value: unknown) => boolean, message: string): Rule {
  return (value) => (fits(value) ? null : message);
}

function each(fits: (value: unknown) => boolean, what: string): Rule {
  return (value) => (Array.isArray(value) && value.every(fits) ? null : mustBeListOf(what));
}
