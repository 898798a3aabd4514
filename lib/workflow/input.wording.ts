import { listNames, nearNameHint } from './near.name.js';

/**
 * The wording of each kind of bad input. Every text is the end of a sentence that begins with the place of the value,
 * such as `/tags` or `worker.concurrency`. Texts of the input are never quoted, because they may be private, and
 * messages reach logs.
 */

export const IS_REQUIRED = 'is required';
export const NOT_EMPTY = 'must not be empty';
export const MUST_BE_BOOLEAN = 'must be true or false';
export const NOT_A_CURSOR = 'is not a cursor of this list; each page has the cursors of its neighbours';

/** The message also names the known field that was probably meant. */
export function isUnknownField(name: string, known: Iterable<string>, what = 'field'): string {
  const names = [...known];
  return `is not a known ${what}; known: ${listNames(names)}${nearNameHint(name, names)}`;
}

/** @param kind a noun with its article, such as `a string` */
export function mustBe(kind: string): string {
  return `must be ${kind}`;
}

export function mustBeOneOf(allowed: readonly string[]): string {
  return `must be one of ${allowed.join(', ')}`;
}

/** @param of the kind of the items, in the plural, such as `strings` */
export function mustBeListOf(of: string): string {
  return `must be a list of ${of}`;
}

export function mustBeListOfSome(allowed: readonly string[]): string {
  return `must be a list of some of ${allowed.join(', ')}`;
}

export function mustBeBetween(least: number, most: number, kind: 'a number' | 'a whole number'): string {
  return `must be ${kind} from ${least} to ${most}`;
}

export function mustHaveAtMost(most: number, what: string): string {
  return `must have at most ${most} ${what}${most === 1 ? '' : 's'}`;
}

export function cannotGoWith(other: string): string {
  return `cannot be given together with ${other}`;
}
