import { findInexactInteger, findJsonFault, type JsonForms } from './json.check.js';
import type { Problem } from './tasker.error.js';

/** Checks of single values from outside. Each answers what is wrong, or null; undefined stands for a value left out. */

const MAX_TEXT_LENGTH = 128;
const MAX_PRIORITY = 32_767;
/** Later ones have more digits, and there is no year 0 in SQL. */
const MAX_YEAR = 9_999;

/** What is wrong with a text that may be left out, or null. */
export function textProblem(pointer: string, value: unknown, maxLength = MAX_TEXT_LENGTH): Problem | null {
  if (value === undefined) return null;
  if (typeof value !== 'string') return { pointer, message: 'must be a string' };
  if (value.length > maxLength) return { pointer, message: `must have at most ${maxLength} characters` };
  if (value.includes('\0') || !value.isWellFormed())
    return { pointer, message: 'must be well-formed text without NUL' };
  return null;
}

/** What is wrong with a text that is not to be left out or empty, or null. */
export function requiredTextProblem(pointer: string, value: unknown, maxLength?: number): Problem | null {
  if (value === undefined || value === '') return { pointer, message: 'is required' };
  return textProblem(pointer, value, maxLength);
}

/** What is wrong with a value that is to be stored as JSON and may be left out, or null. */
export function jsonProblem(pointer: string, value: unknown, forms?: JsonForms): Problem | null {
  const fault = findJsonFault(value, forms) ?? findInexactInteger(value);
  return fault && { pointer: `${pointer}${fault.pointer}`, message: `must be JSON, but holds ${fault.what}` };
}

export function textsProblems(pointer: string, texts: unknown): (Problem | null)[] {
  if (texts === undefined) return [];
  if (!Array.isArray(texts)) return [{ pointer, message: 'must be a list of strings' }];
  return texts.map((text: unknown, index) => textProblem(`${pointer}/${index}`, text ?? 0));
}

export function priorityProblem(pointer: string, priority: unknown): Problem | null {
  if (priority === undefined) return null;
  if (Number.isInteger(priority) && Math.abs(priority as number) <= MAX_PRIORITY) return null;
  return { pointer, message: `must be a whole number from -${MAX_PRIORITY} to ${MAX_PRIORITY}` };
}

/** What is wrong with an instant, which is a Date or text with a time zone; without one it would depend on the machine. */
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

/** A whole number from `least` to `most`. */
export function countProblem(pointer: string, value: unknown, least: number, most: number): Problem | null {
  if (value === undefined) return null;
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return null;
  return { pointer, message: `must be a whole number from ${least} to ${most}` };
}

/** Whether it can be the id of a row: a positive `bigint` as PostgreSQL writes it. */
export function isRowId(value: unknown): value is string {
  return typeof value === 'string' && /^[1-9]\d{0,18}$/.test(value) && BigInt(value) <= 9_223_372_036_854_775_807n;
}

/** Text as a name to look for: no name has a NUL, which PostgreSQL refuses even to compare, or is empty. */
export function soughtName(text: string): string {
  return text.includes('\0') ? '' : text;
}

/** Whether the calendar has the day with which the text begins; `Date` makes the second of March of the thirtieth of February. */
export function isDay(text: string): boolean {
  const [year, month, day] = text.split('T')[0]!.split('-').map(Number) as [number, number, number];
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

const ISO_8601 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;
