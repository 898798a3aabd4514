import type { Type } from '@nestjs/common';
import { Field, Float, ID, Int, ObjectType } from '@nestjs/graphql';
import { SCHEMAS } from '../api/answer.schemas.js';
import { classNamed } from './input.type.js';
import { Instant } from './instant.field.js';
import { JsonField } from './json.field.js';
import { enumNamed } from './state.enums.js';

type Component = keyof typeof SCHEMAS;

/** The parts of JSON Schema that the components use. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly $ref?: string;
  readonly description?: string;
}

interface Differences {
  readonly description?: string;
  /** True for a type that only others extend. */
  readonly isAbstract?: boolean;
  /** Numbers that may have fractions. */
  readonly floats?: readonly string[];
  /** Fields that GraphQL has in another form, or not at all. */
  readonly except?: readonly string[];
  /** The types of fields whose type is not that of their component. */
  readonly types?: Readonly<Record<string, () => object>>;
}

/** The types, by the names of their components. */
const made = new Map<string, Type<object>>();

/**
 * The GraphQL type of an answer that REST has, too. Its fields, their types and their descriptions are those of a
 * component of the OpenAPI document, which `npm run schemas` makes from the TypeScript types.
 */
export function objectTypeOf<Answer extends object>(
  name: string,
  component: Component,
  differences: Differences = {},
): Type<Answer> {
  const { properties, required, description } = SCHEMAS[component] as unknown as {
    readonly properties: Readonly<Record<string, Schema>>;
    readonly required: readonly string[];
    readonly description?: string;
  };
  const { except = [], floats = [], types = {}, isAbstract = false } = differences;
  const type = classNamed(name, Object);
  for (const [field, schema] of Object.entries(properties)) {
    if (except.includes(field)) continue;
    const isFloat = floats.includes(field);
    const nullable = isNullable(schema) || !required.includes(field);
    addField(type.prototype as object, field, schema, { nullable, isFloat, own: types[field] });
  }
  ObjectType(name, { isAbstract, description: differences.description ?? description ?? '' })(type);
  if (!isAbstract) made.set(component, type);
  return type as Type<Answer>;
}

interface Place {
  readonly nullable: boolean;
  readonly isFloat: boolean;
  readonly own: (() => object) | undefined;
}

function addField(prototype: object, field: string, schema: Schema, { nullable, isFloat, own }: Place): void {
  const { description } = schema;
  const options = { nullable, ...(description !== undefined && { description }) };
  const value = withoutNull(schema);
  const item = value.items ?? value;
  const isJson = /\/(JsonObject|JsonValue|StepErrorCause)$/.test(item.$ref ?? '');
  const one = own ?? (() => (item.items ? [typeOf(field, item.items, isFloat)] : typeOf(field, item, isFloat)));
  const declare =
    value.format === 'date-time'
      ? Instant(options)
      : isJson
        ? JsonField(options)
        : Field(() => (value.items ? [one()] : one()), options);
  declare(prototype, field);
}

function typeOf(field: string, { $ref, type }: Schema, isFloat: boolean): object {
  if ($ref !== undefined) return typeNamed($ref.slice($ref.lastIndexOf('/') + 1));
  switch ([type].flat()[0]) {
    case 'boolean':
      return Boolean;
    case 'number':
      return isFloat ? Float : Int;
    default:
      return /^(id|\w+Id|rerunOf)$/.test(field) ? ID : String;
  }
}

/** The type of a component, or the enum. */
function typeNamed(component: string): object {
  return made.get(component) ?? enumNamed(component);
}

function isNullable({ type, anyOf = [], $ref = '' }: Schema): boolean {
  return [type, ...anyOf.map((each) => each.type)].flat().includes('null') || $ref.endsWith('/JsonValue');
}

function withoutNull(schema: Schema): Schema {
  return schema.anyOf?.find(({ type }) => type !== 'null') ?? schema;
}
