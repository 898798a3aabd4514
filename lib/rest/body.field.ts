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
  markedBy((value, name) => (value === undefined || value === null ? null : RULES[kind](value, name)));

/** The marked properties of a class and of those it extends, its own first. */
export function fieldsOf({ prototype }: { readonly prototype: object }): readonly BodyField[] {
  const found: BodyField[] = [];
  for (let body: object | null = prototype; body !== null; body = Object.getPrototypeOf(body) as object | null) {
    found.push(...(marked.get(body) ?? []));
  }
  return found;
}

type Rule = (value: unknown, name: string) => string | null;

const marked = new WeakMap<object, BodyField[]>();

function markedBy(rule: Rule): PropertyDecorator {
  return (body, property) => {
    const name = String(property);
    const fields = marked.get(body) ?? [];
    marked.set(body, [...fields, { name, faultOf: (value) => rule(value, name) }]);
  };
}

const isString = (value: unknown): boolean => typeof value === 'string';
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

const RULES: Readonly<Record<FieldKind, Rule>> = {
  any: () => null,
  boolean: one((value) => typeof value === 'boolean', 'a boolean value'),
  integer: one(Number.isInteger, 'an integer number'),
  object: one(isObject, 'an object'),
  string: one(isString, 'a string'),
  objects: each(isObject, 'an object'),
  strings: each(isString, 'a string'),
};

function one(fits: (value: unknown) => boolean, what: string): Rule {
  return (value) => (fits(value) ? null : `must be ${what}`);
}

function each(fits: (value: unknown) => boolean, what: string): Rule {
  return (value, name) => {
    if (!Array.isArray(value)) return 'must be an array';
    return value.every(fits) ? null : `each value in ${name} must be ${what}`;
  };
}
