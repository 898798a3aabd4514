import { pointerTo } from './json.pointer.js';

/** Deeper values are refused; PostgreSQL's and JavaScript's own limits lie far beyond. */
const MAX_DEPTH = 512;

/** Something in a value that JSON, or PostgreSQL's `jsonb`, cannot hold: its JSON pointer and what it is. */
export interface JsonFault {
  readonly pointer: string;
  readonly what: string;
}

/**
 * `plain`: nothing is allowed that JSON would change without a word. `own`: what has a `toJSON` of its own (a Date, a decimal)
 * may stand for itself.
 */
export type JsonForms = 'plain' | 'own';

/**
 * The first part of a value that would be lost, changed or refused on its way into `jsonb`, or null when there is none. What is
 * undefined among properties is allowed: JSON leaves it out.
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
 * What an object is of which JSON would make something else without a word: `a Map`, `a Response`, `an AsyncGenerator`,
 * `a Date`, an instance that keeps all it has to itself. Null for lists, plain objects and instances of plain classes (DTOs).
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

/** Not by the constructor: objects of another realm have one of their own. */
function isOfClass(prototype: object | null): boolean {
  return prototype !== null && Object.getPrototypeOf(prototype) !== null;
}

/** Undefined for generators, whose constructor is no function. */
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
 * Whether a number has perhaps lost digits before we saw it: JSON and YAML with an integer beyond 2^53 are rounded as they are
 * read, and the number does not show it. Asked of the JSON that people hand in. What a handler returns is stored as the number
 * that it has: its work is done, and nothing gets lost on the way.
 */
export function isInexactInteger(value: number): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

/** The first such number in a value that has no other fault. */
export function findInexactInteger(value: unknown, pointer = ''): JsonFault | null {
  if (typeof value === 'number') return isInexactInteger(value) ? { pointer, what: inexactInteger(value) } : null;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, member] of Object.entries(value)) {
    const fault = findInexactInteger(member, pointer + pointerTo(key));
    if (fault) return fault;
  }
  return null;
}

/** What is said of such a number. */
export function inexactInteger(value: number): string {
  return `a whole number beyond 2^53, which loses digits (${value}); write long ids as text`;
}

/** The text with everything gone that PostgreSQL could not store. */
export function storableText(text: string, maxLength: number): string {
  return text.slice(0, maxLength).replaceAll('\0', '').toWellFormed();
}
