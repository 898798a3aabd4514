import type { InputKind } from './input.kinds.js';
import { IS_REQUIRED } from './input.wording.js';
import type { JsonObject } from './json.js';
import { pointerTo } from './json.pointer.js';
import type { Problem } from './tasker.error.js';

/** A class whose fields are marked with `@Input` or `@RequiredInput`. */
export interface InputClass<Input extends object = object> {
  readonly prototype: Input;
  readonly name: string;
}

export interface InputField {
  readonly name: string;
  readonly kind: InputKind;
  readonly isRequired: boolean;
  /** A sentence for people, which OpenAPI and GraphQL show. */
  readonly description: string;
}

/** Marks a field that may be omitted. The declaration serves its check and its description over REST and GraphQL. */
export const Input = (kind: InputKind, description: string): PropertyDecorator => marking(kind, description, false);

/** Marks a field that is required. */
export const RequiredInput = (kind: InputKind, description: string): PropertyDecorator =>
  marking(kind, description, true);

/** The fields of an input class and its parents, its own first. A field replaces one of the same name of a parent. */
export function inputFields({ prototype }: InputClass): readonly InputField[] {
  const found = new Map<string, InputField>();
  for (let input: object | null = prototype; input !== null; input = Object.getPrototypeOf(input) as object | null) {
    for (const field of marked.get(input) ?? []) if (!found.has(field.name)) found.set(field.name, field);
  }
  return [...found.values()];
}

/** The names of the fields of an input. */
export const inputNames = (input: InputClass): readonly string[] => inputFields(input).map(({ name }) => name);

/** The problems of an input; their pointers begin with `at`. Fields that the class does not have are ignored. */
export function inputProblems(input: InputClass, given: object, at = ''): (Problem | null)[] {
  return inputFields(input).flatMap(({ name, kind, isRequired }) => {
    const value = Object.hasOwn(given, name) ? (given as Readonly<Record<string, unknown>>)[name] : undefined;
    const pointer = `${at}${pointerTo(name)}`;
    if (value !== undefined) return kind.problemsOf(pointer, value);
    return isRequired ? [{ pointer, message: IS_REQUIRED }] : [];
  });
}

/** The input as JSON Schema. */
export function inputSchema(input: InputClass): JsonObject {
  const fields = inputFields(input);
  const required = fields.filter(({ isRequired }) => isRequired).map(({ name }) => name);
  return {
    type: 'object',
    properties: Object.fromEntries(
      fields.map(({ name, kind, description }) => [name, { ...kind.schema, description }]),
    ),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
}

const marked = new WeakMap<object, InputField[]>();

function marking(kind: InputKind, description: string, isRequired: boolean): PropertyDecorator {
  return (input, property) => {
    const fields = marked.get(input) ?? [];
    marked.set(input, [...fields, { name: String(property), kind, isRequired, description }]);
  };
}
