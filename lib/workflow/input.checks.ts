import { findInexactInteger, findJsonFault, type JsonForms } from './json.check.js';
import { pointerTo } from './json.pointer.js';
import {
  IS_REQUIRED,
  isUnknownField,
  mustBe,
  MUST_BE_BOOLEAN,
  mustBeBetween,
  mustBeListOf,
  mustBeListOfSome,
  mustBeOneOf,
  mustHaveAtMost,
} from './input.wording.js';
import type { Problem } from './tasker.error.js';

/**
 * Checks of values from outside, which may come from JavaScript. Each returns the problem or null. Undefined means that
 * the value was omitted.
 */

export const MAX_TEXT_LENGTH = 128;
export const MAX_PRIORITY = 32_767;
/** Later years have more digits. SQL has no year 0. */
const MAX_YEAR = 9_999;

/** One problem for each unknown field. Otherwise a misspelt field would be ignored silently. */
export function unknownFieldProblems(given: object, known: readonly string[], at = ''): Problem[] {
  return Object.keys(given)
    .filter((field) => !known.includes(field))
    .map((field) => ({ pointer: at + pointerTo(field), message: isUnknownField(field, known) }));
}

/** Whether the value is an object with fields, which null and lists are not. */
export function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objectProblem(pointer: string, value: unknown): Problem | null {
  return isFields(value) ? null : { pointer, message: mustBe('an object') };
}

export function booleanProblem(pointer: string, value: unknown): Problem | null {
  return value === undefined || typeof value === 'boolean' ? null : { pointer, message: MUST_BE_BOOLEAN };
}

export function oneOfProblem(pointer: string, value: unknown, allowed: readonly string[]): Problem | null {
  if (value === undefined || (allowed as readonly unknown[]).includes(value)) return null;
  return { pointer, message: mustBeOneOf(allowed) };
}

/** Checks a list whose items must be among the allowed ones. */
export function someOfProblem(pointer: string, list: unknown, allowed: readonly string[]): Problem | null {
  const fits = Array.isArray(list) && list.every((each) => (allowed as readonly unknown[]).includes(each));
  return list === undefined || fits ? null : { pointer, message: mustBeListOfSome(allowed) };
}

/** @param of the kind of row, such as `task` */
export function rowIdProblem(pointer: string, value: unknown, of: string): Problem | null {
  return isRowId(value) ? null : { pointer, message: mustBe(`the id of a ${of}, as a string`) };
}

/** Checks a text that may be omitted. */
export function textProblem(pointer: string, value: unknown, maxLength = MAX_TEXT_LENGTH): Problem | null {
  if (value === undefined) return null;
  if (typeof value !== 'string') return { pointer, message: mustBe('a string') };
  if (value.length > maxLength) return { pointer, message: mustHaveAtMost(maxLength, 'character') };
  if (value.includes('\0') || !value.isWellFormed())
    return { pointer, message: 'must be well-formed Unicode without NUL characters' };
  return null;
}

/** Checks a text that is required and must not be empty. */
export function requiredTextProblem(pointer: string, value: unknown, maxLength?: number): Problem | null {
  if (value === undefined || value === '') return { pointer, message: IS_REQUIRED };
  return textProblem(pointer, value, maxLength);
}

/** Checks a value that will be stored as JSON. */
export function jsonProblem(pointer: string, value: unknown, forms?: JsonForms): Problem | null {
  const fault = findJsonFault(value, forms) ?? findInexactInteger(value);
  return fault && { pointer: `${pointer}${fault.pointer}`, message: `must be JSON, but holds ${fault.what}` };
}

export function textsProblems(pointer: string, texts: unknown): (Problem | null)[] {
  if (texts === undefined) return [];
  if (!Array.isArray(texts)) return [{ pointer, message: mustBeListOf('strings') }];
  return texts.map((text: unknown, index) => textProblem(pointer + pointerTo(index), text ?? 0));
}

export function priorityProblem(pointer: string, priority: unknown): Problem | null {
  if (priority === undefined) return null;
  if (Number.isInteger(priority) && Math.abs(priority as number) <= MAX_PRIORITY) return null;
  return { pointer, message: mustBeBetween(-MAX_PRIORITY, MAX_PRIORITY, 'a whole number') };
}

/** Checks an instant: a Date, or a text with a time zone. Without one, its meaning would depend on the machine. */
export function instantProblem(pointer: string, value: unknown): Problem | null {
  if (value === undefined) return null;
  const isInstant = value instanceof Date || (typeof value === 'string' && ISO_8601.test(value) && isDay(value));
  const year = isInstant ? new Date(value).getUTCFullYear() : NaN;
  if (year >= 1 && year <= MAX_YEAR) return null;
  return {
    pointer,
    message: 'must be a Date or an instant in ISO 8601 with a time zone, such as 2030-01-31T08:00:00Z',
  };
}

/** Checks a whole number from `least` to `most`. */
export function countProblem(pointer: string, value: unknown, least: number, most: number): Problem | null {
  if (value === undefined) return null;
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return null;
  return { pointer, message: mustBeBetween(least, most, 'a whole number') };
}

/** Whether the value can be the id of a row: a positive `bigint`, as PostgreSQL writes it. */
export function isRowId(value: unknown): value is string {
  return typeof value === 'string' && /^[1-9]\d{0,18}$/.test(value) && BigInt(value) <= 9_223_372_036_854_775_807n;
}

/**
 * A text as a name to search for. Replaces a NUL, which PostgreSQL refuses even in a comparison, so that no name
 * matches.
 */
export function soughtName(text: string): string {
  return text.includes('\0') ? '' : text;
}

/** Whether the calendar has the day that the text begins with. `Date` would turn 30 February into 2 March. */
export function isDay(text: string): boolean {
  const [year, month, day] = text.split('T')[0]!.split('-').map(Number) as [number, number, number];
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

const ISO_8601 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;
