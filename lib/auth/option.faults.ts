import { isUnknownField } from '../workflow/input.wording.js';

/** Checks of the options of authenticators, which may come from JavaScript. */

export function unknownOptions(given: object, known: readonly string[]): string[] {
  return Object.keys(given)
    .filter((name) => !known.includes(name))
    .map((name) => `${name} ${isUnknownField(name, known, 'option')}`);
}

export const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

export function isTextOrTexts(value: unknown): boolean {
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  return all.length > 0 && all.every(isText);
}

/** Whether an optional number is in a range. */
export function isWithin(value: unknown, least: number, most: number): boolean {
  return value === undefined || (typeof value === 'number' && value >= least && value <= most);
}
