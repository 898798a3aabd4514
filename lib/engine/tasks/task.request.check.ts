import { escapePointer, findJsonFault } from '../../workflow/json.check.js';
import type { Problem } from '../../workflow/tasker.error.js';
import { InvalidStartRequestError } from '../engine.errors.js';
import type { StartTaskRequest } from './task.request.js';

/** What a request that says nothing else means. */
export const REQUEST_DEFAULTS = {
  namespace: 'default',
  version: '0.1.0',
  context: {},
  initiator: 'unknown',
  sourceSystem: 'unknown',
  reason: 'unknown',
  tags: [],
  priority: null,
  bypassSteps: [],
  runAt: null,
  deadlineAt: null,
  idempotencyKey: null,
  retained: false,
} as const;

const MAX_TEXT_LENGTH = 128;
const MAX_KEY_LENGTH = 255;
const MAX_PRIORITY = 32_767;

type Unchecked = Partial<Record<keyof StartTaskRequest, unknown>>;

/** @throws InvalidStartRequestError with every problem; requests may come from JavaScript, so types are checked too */
export function checkRequest(request: StartTaskRequest): void {
  if (typeof (request as unknown) !== 'object' || (request as unknown) === null || Array.isArray(request)) {
    throw new InvalidStartRequestError([{ pointer: '', message: 'must be an object' }]);
  }
  const { namespace, name, version, initiator, sourceSystem, reason, tags, priority } = request as Unchecked;
  const { bypassSteps, runAt, deadlineAt, idempotencyKey, retained } = request as Unchecked;
  const problems = [
    ...unknownFields(request),
    requiredTextProblem('/name', name),
    textProblem('/namespace', namespace),
    textProblem('/version', version),
    textProblem('/initiator', initiator),
    textProblem('/sourceSystem', sourceSystem),
    textProblem('/reason', reason),
    ...textsProblems('/tags', tags),
    priorityProblem('/priority', priority),
    ...textsProblems('/bypassSteps', bypassSteps),
    instantProblem('/runAt', runAt),
    instantProblem('/deadlineAt', deadlineAt),
    idempotencyKey === '' ? { pointer: '/idempotencyKey', message: 'must not be empty' } : null,
    textProblem('/idempotencyKey', idempotencyKey, MAX_KEY_LENGTH),
    retained === undefined || typeof retained === 'boolean'
      ? null
      : { pointer: '/retained', message: 'must be true or false' },
  ].filter((problem) => problem !== null);
  if (problems.length > 0) throw new InvalidStartRequestError(problems);
}

/** A misspelt field would be left out without a word. */
function unknownFields(request: object): Problem[] {
  const unknown = Object.keys(request).filter((field) => field !== 'name' && !Object.hasOwn(REQUEST_DEFAULTS, field));
  if (unknown.length === 0) return [];
  const known = ['name', ...Object.keys(REQUEST_DEFAULTS)].join(', ');
  return unknown.map((field) => ({
    pointer: `/${escapePointer(field)}`,
    message: `is not a known field; known: ${known}`,
  }));
}

/** Also of operator actions: what is wrong with a text that may be left out, or null. */
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
export function jsonProblem(pointer: string, value: unknown): Problem | null {
  const fault = findJsonFault(value);
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

function instantProblem(pointer: string, value: unknown): Problem | null {
  if (value === undefined) return null;
  const isInstant = value instanceof Date || (typeof value === 'string' && ISO_8601.test(value) && isDay(value));
  if (isInstant && !Number.isNaN(new Date(value).getTime())) return null;
  return {
    pointer,
    message: 'must be a Date or an instant in ISO 8601 with a time zone, such as 2030-01-31T08:00:00Z',
  };
}

/** Whether the calendar has the day; `Date` makes the second of March of the thirtieth of February. */
function isDay(text: string): boolean {
  const [year, month, day] = text.slice(0, 10).split('-').map(Number) as [number, number, number];
  return new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
}

/** With a time zone: without one it would mean another instant on another machine. */
const ISO_8601 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;
