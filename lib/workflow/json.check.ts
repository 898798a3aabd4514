import { pointerTo } from './json.pointer.js';

/** Deeper values are refused. The limits of PostgreSQL and JavaScript are much higher. */
export const MAX_DEPTH = 512;

/** A part of a value that JSON or PostgreSQL's `jsonb` cannot represent: its JSON pointer and its kind. */
export interface JsonFault {
  readonly pointer: string;
  readonly what: string;
}

/**
 * `plain`: only values that JSON does not change are allowed. `own`: objects that have their own `toJSON`, such as a
 * Date, are allowed too.
 */
export type JsonForms = 'plain' | 'own';

/**
 * Finds the first part of a value that would be lost, changed or refused on its way into `jsonb`; null if there is
 * none. Properties that are undefined are allowed, because JSON leaves them out.
 */
export function findJsonFault(value: unknown, forms: JsonForms = 'plain'): JsonFault | null {
  return faultAt(value, '', 0, forms);
}

function faultAt(value: unknown, pointer: string, depth: number, forms: JsonForms): JsonFault | null {
  if (depth > MAX_DEPTH) return { pointer, what: `something nested deeper than ${MAX_DEPTH} levels (or a cycle)` };
  switch (typeof value) {
    case 'string':
      return stringFault(value, pointer);
    case 'number':
      return Number.isFinite(value) ? null : { pointer, what: String(value) };
    case 'bigint':
    case 'function':
    case 'symbol':
      return { pointer, what: `a ${typeof value}` };
    case 'object':
      return value === null ? null : objectFault(value, pointer, depth, forms);
    default:
      return null;
  }
}

function objectFault(value: object, pointer: string, depth: number, forms: JsonForms): JsonFault | null {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const fault = faultAt(value[index], pointer + pointerTo(index), depth + 1, forms);
      if (fault) return fault;
    }
    return null;
  }
  if (forms === 'own' && hasOwnForm(value) && !isInvalidDate(value)) return null;
  const unfit = unfitObject(value);
  if (unfit) return { pointer, what: unfit };
  for (const [key, member] of Object.entries(value)) {
    const fault = stringFault(key, pointer) ?? faultAt(member, pointer + pointerTo(key), depth + 1, forms);
    if (fault) return fault;
  }
  return null;
}

/**
 * The kind of an object that JSON would silently change, such as `a Map`, `a Response`, `an AsyncGenerator`, `a Date`
 * or an instance without visible properties. Null for lists, plain objects and instances of plain classes (DTOs).
 */
export function unfitObject(value: object): string | null {
  if (Array.isArray(value)) return null;
  const prototype = Object.getPrototypeOf(value) as object | null;
  if ((prototype === Object.prototype || prototype === null) && !hasOwnForm(value)) return null;
  const tag = Object.prototype.toString.call(value).slice('[object '.length, -1);
  if (isInvalidDate(value)) return 'an invalid Date';
  const name = classNameOf(value) ?? tag;
  if (tag !== 'Object') return withArticle(name === 'Object' ? tag : name);
  if (hasOwnForm(value)) return `${withArticle(name === 'Object' ? 'object' : name)} with a toJSON`;
  return isOfClass(prototype) && Object.keys(value).length === 0
    ? `${withArticle(name)} without visible properties`
    : null;
}

function hasOwnForm(value: object): boolean {
  return typeof (value as { toJSON?: unknown }).toJSON === 'function';
}

function isInvalidDate(value: object): boolean {
  return value instanceof Date && Number.isNaN(value.getTime());
}

/** Does not compare constructors, because objects of another realm have different ones. */
function isOfClass(prototype: object | null): boolean {
  return prototype !== null && Object.getPrototypeOf(prototype) !== null;
}

/** Undefined for generators, whose constructor is not a function. */
function classNameOf(value: object): string | undefined {
  const { constructor: made } = value as { constructor?: unknown };
  return typeof made === 'function' && made.name !== '' ? made.name : undefined;
}

function withArticle(name: string): string {
  return `${/^[aeio]/i.test(name) ? 'an' : 'a'} ${name}`;
}

function stringFault(text: string, pointer: string): JsonFault | null {
  if (text.includes('\0')) return { pointer, what: 'text with a NUL character' };
  return text.isWellFormed() ? null : { pointer, what: 'text that is not well-formed Unicode' };
}

/**
 * Whether a number may have lost digits when its JSON or YAML was parsed: integers beyond 2^53 are rounded. Applies to
 * the JSON of requests and templates. Results of handlers are not checked, because their numbers were never parsed.
 */
export function isInexactInteger(value: number): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

/** The first inexact integer in a value that has no other fault. */
export function findInexactInteger(value: unknown, pointer = ''): JsonFault | null {
  if (typeof value === 'number') return isInexactInteger(value) ? { pointer, what: inexactInteger(value) } : null;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, member] of Object.entries(value)) {
    const fault = findInexactInteger(member, pointer + pointerTo(key));
    if (fault) return fault;
  }
  return null;
}

/** The description of an inexact integer in messages. */
export function inexactInteger(value: number): string {
  return `a whole number beyond 2^53, which loses digits (${value}); write long ids as text`;
}

/** The text without the characters that PostgreSQL cannot store. */
export function storableText(text: string, maxLength: number): string {
  return text.slice(0, maxLength).replaceAll('\0', '').toWellFormed();
}
