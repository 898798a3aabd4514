/** Deeper values are refused; PostgreSQL's and JavaScript's own limits lie far beyond. */
const MAX_DEPTH = 512;

/** Something in a value that JSON, or PostgreSQL's `jsonb`, cannot hold: its JSON pointer and what it is. */
export interface JsonFault {
  readonly pointer: string;
  readonly what: string;
}

/**
 * The first part of a value that would be lost or refused on its way into `jsonb`, or null when there is none. What has
 * a `toJSON` (a Date, a decimal) is allowed, and so are undefined properties, which JSON leaves out.
 */
export function findJsonFault(value: unknown, pointer = '', depth = 0): JsonFault | null {
  if (depth > MAX_DEPTH) return { pointer, what: `nested deeper than ${MAX_DEPTH} levels (or a cycle)` };
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
      return value === null ? null : objectFault(value, pointer, depth);
    default:
      return null;
  }
}

function objectFault(value: object, pointer: string, depth: number): JsonFault | null {
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const fault = findJsonFault(value[index], `${pointer}/${index}`, depth + 1);
      if (fault) return fault;
    }
    return null;
  }
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') return null;
  if (UNFIT.some((Unfit) => value instanceof Unfit)) return { pointer, what: `a ${value.constructor.name}` };
  for (const [key, member] of Object.entries(value)) {
    const fault = stringFault(key, pointer) ?? findJsonFault(member, `${pointer}/${escapePointer(key)}`, depth + 1);
    if (fault) return fault;
  }
  return null;
}

/** JSON would make `{}` of these. */
const UNFIT = [Map, Set, WeakMap, WeakSet, Promise, RegExp, Error, ArrayBuffer] as const;

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
    const fault = findInexactInteger(member, `${pointer}/${escapePointer(key)}`);
    if (fault) return fault;
  }
  return null;
}

/** What is said of such a number. */
export function inexactInteger(value: number): string {
  return `a whole number beyond 2^53, which loses digits (${value}); write long ids as text`;
}

/** RFC 6901. */
export function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The text with everything gone that PostgreSQL could not store. */
export function storableText(text: string, maxLength: number): string {
  return text.slice(0, maxLength).replaceAll('\0', '').toWellFormed();
}
