import { isFields } from '../workflow/input.checks.js';
import { IS_REQUIRED, mustBe } from '../workflow/input.wording.js';
import { unknownFields } from './auth.check.js';
import { wholeBetween } from './options.check.js';
import type { RateLimit, RateLimitOptions } from './rate-limit.options.js';

const A_DAY_SECONDS = 86_400;
const MOST = { limit: 1_000_000, seconds: A_DAY_SECONDS } as const satisfies Record<keyof RateLimit, number>;
const KNOWN = ['requests', 'failures'] as const satisfies (keyof RateLimitOptions)[];

/** The problems of the option `rateLimits`, each with its path. Types are checked too, as options may come from JavaScript. */
export function rateLimitProblems(limits: RateLimitOptions | undefined): string[] {
  if (limits === undefined) return [];
  if (!isFields(limits)) return [`rateLimits ${mustBe('an object')}`];
  return [
    ...unknownFields('rateLimits', limits, KNOWN, 'option'),
    ...KNOWN.flatMap((name) => problemsOf(name, limits[name])),
  ];
}

function problemsOf(name: keyof RateLimitOptions, given: unknown): string[] {
  const path = `rateLimits.${name}`;
  if (given === undefined || given === false) return [];
  if (!isFields(given)) return [`${path} ${mustBe('an object with limit and seconds')}, or false`];
  const fields = Object.keys(MOST) as (keyof RateLimit)[];
  return [
    ...unknownFields(path, given, fields, 'option'),
    ...fields.flatMap((field) => fieldProblem(`${path}.${field}`, given[field], MOST[field]) || []),
  ];
}

function fieldProblem(path: string, value: unknown, most: number): string | false {
  return value === undefined ? `${path} ${IS_REQUIRED}` : wholeBetween(path, value as number, 1, most);
}
