import { propertyOf } from '../../templates/step.outline.js';
import type { JsonObject, JsonValue } from '../../workflow/json.js';

/** Text of a type, or null if a schema allows everything. */
type TypeText = string | null;

interface Scope {
  readonly root: JsonObject;
  /** The references that led here; a recursive one is not followed. */
  readonly followed: readonly string[];
}

/**
 * The TypeScript type of contexts that a schema accepts. It covers types, properties, lists, constants, alternatives and local
 * references. Bounds, patterns, formats, `not` and `if` are ignored, because they only narrow these. Lists with a schema for each
 * position, and recursive schemas, become any JSON.
 */
export function contextType(schema: JsonObject): string {
  return typeOf(schema, { root: schema, followed: [] }) ?? 'JsonObject';
}

function typeOf(schema: JsonValue | undefined, scope: Scope): TypeText {
  if (schema === false) return 'never';
  if (!isObject(schema)) return null;
  const alternatives = [schema.anyOf, schema.oneOf].map((each) => (Array.isArray(each) ? anyOf(each, scope) : null));
  const parts = Array.isArray(schema.allOf) ? schema.allOf.map((part: JsonValue) => typeOf(part, scope)) : [];
  return allOf([referred(schema.$ref, scope), ownType(schema, scope), ...parts, ...alternatives]);
}

function ownType(schema: JsonObject, scope: Scope): TypeText {
  if (schema.const !== undefined) return literal(schema.const);
  if (Array.isArray(schema.enum)) return union(schema.enum.map(literal));
  const types = [schema.type ?? impliedType(schema)].flat();
  return union(types.map((type) => typeNamed(type, schema, scope)));
}

/** JSON Schema applies `properties` only to objects, so a schema with them is meant for an object. */
function impliedType(schema: JsonObject): JsonValue {
  if (isObject(schema.properties) || schema.additionalProperties !== undefined) return 'object';
  return schema.items === undefined ? null : 'array';
}

function typeNamed(type: JsonValue | undefined, schema: JsonObject, scope: Scope): TypeText {
  switch (type) {
    case 'integer':
      return 'number';
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
      return type;
    case 'array':
      return listType(schema, scope);
    case 'object':
      return objectType(schema, scope);
    default:
      return null;
  }
}

function listType({ items, prefixItems }: JsonObject, scope: Scope): string {
  const item = Array.isArray(items) || prefixItems !== undefined ? null : typeOf(items, scope);
  return `readonly ${inBrackets(item ?? 'JsonValue')}[]`;
}

interface Member {
  readonly name: string;
  readonly isOptional: boolean;
  readonly type: string;
  readonly description: JsonValue | undefined;
}

function objectType(schema: JsonObject, scope: Scope): string {
  const members = membersOf(schema, scope);
  const rest = restType(schema, scope);
  if (members.length === 0) return rest === null ? 'JsonObject' : `{ readonly [key: string]: ${rest} }`;
  const index = rest === 'never' ? [] : [`readonly [key: string]: ${indexType(members, rest)};`];
  return `{\n${indented([...members.flatMap(memberLines), ...index].join('\n'))}\n}`;
}

/** A required property without a description may be anything; one with a default may be left out. */
function membersOf({ properties, required }: JsonObject, scope: Scope): Member[] {
  const described = isObject(properties) ? properties : {};
  const demanded = Array.isArray(required) ? required.map(String) : [];
  const names = [...new Set([...Object.keys(described), ...demanded])];
  return names.map((name) => {
    const schema = Object.hasOwn(described, name) ? described[name] : undefined;
    return {
      name,
      isOptional: !demanded.includes(name) || propertyOf(schema, 'default') !== undefined,
      type: typeOf(schema, scope) ?? 'JsonValue',
      description: propertyOf(schema, 'description') as JsonValue | undefined,
    };
  });
}

/** JSON Schema allows undescribed properties by default; the type does not, because most are misspelt. */
function restType(
  { properties, required, additionalProperties, patternProperties }: JsonObject,
  scope: Scope,
): TypeText {
  if (patternProperties !== undefined) return null;
  const isDescribed = properties !== undefined || required !== undefined;
  return typeOf(additionalProperties ?? !isDescribed, scope);
}

/** An index signature must allow the types of all members. */
function indexType(members: readonly Member[], rest: TypeText): string {
  if (rest === null) return 'unknown';
  const isPartial = members.some(({ isOptional }) => isOptional);
  return [...new Set([...members.map(({ type }) => type), rest, ...(isPartial ? ['undefined'] : [])])].join(' | ');
}

function memberLines({ name, isOptional, type, description }: Member): string[] {
  const key = IDENTIFIER.test(name) ? name : quoted(name);
  const comment = typeof description === 'string' ? [`/** ${inOneLine(description)} */`] : [];
  return [...comment, `readonly ${key}${isOptional ? '?' : ''}: ${type};`];
}

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

function inOneLine(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ').replaceAll('*/', '*\\/');
}

/** A reference within the schema, to a place without escapes. */
function referred(ref: JsonValue | undefined, { root, followed }: Scope): TypeText {
  if (typeof ref !== 'string' || !ref.startsWith('#') || followed.includes(ref)) return null;
  const segments = ref === '#' ? [] : ref.slice(2).split('/');
  const target = segments.reduce<unknown>((node, segment) => propertyOf(node, segment), root);
  return typeOf(target as JsonValue | undefined, { root, followed: [...followed, ref] });
}

function anyOf(schemas: readonly JsonValue[], scope: Scope): TypeText {
  return union(schemas.map((schema) => typeOf(schema, scope)));
}

function union(types: readonly TypeText[]): TypeText {
  if (types.includes(null)) return null;
  return [...new Set(types)].join(' | ') || 'never';
}

function allOf(types: readonly TypeText[]): TypeText {
  const known = [...new Set(types.filter((type) => type !== null))];
  return known.length > 1 ? known.map(inBrackets).join(' & ') : (known[0] ?? null);
}

function inBrackets(type: string): string {
  return /^[\w ]+$/.test(type) && !type.startsWith('readonly') ? type : `(${type})`;
}

function literal(value: JsonValue): TypeText {
  if (typeof value === 'string') return quoted(value);
  return typeof value === 'object' && value !== null ? null : String(value);
}

/** In single quotes. */
export function quoted(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  return `'${escaped.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}'`;
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
