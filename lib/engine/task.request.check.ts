import { escapePointer } from '../workflow/json.check.js';
import type { Problem } from '../workflow/tasker.error.js';
import { InvalidStartRequestError } from './engine.errors.js';
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
} as const;

const MAX_TEXT_LENGTH = 128;
const MAX_PRIORITY = 32_767;

type Unchecked = Partial<Record<keyof StartTaskRequest, unknown>>;

/** @throws InvalidStartRequestError with every problem; requests may come from JavaScript, so types are checked too */
export function checkRequest(request: StartTaskRequest): void {
  const { namespace, name, version, initiator, sourceSystem, reason, tags, priority } = request as Unchecked;
  const problems = [
    ...unknownFields(request),
    name === undefined ? { pointer: '/name', message: 'is required' } : textProblem('/name', name),
    textProblem('/namespace', namespace),
    textProblem('/version', version),
    textProblem('/initiator', initiator),
    textProblem('/sourceSystem', sourceSystem),
    textProblem('/reason', reason),
    ...tagProblems(tags),
    priorityProblem(priority),
  ].filter((problem) => problem !== null);
  if (problems.length > 0) throw new InvalidStartRequestError(problems);
}

/** A misspelt field would be left out without a word. */
function unknownFields(request: object): Problem[] {
  const unknown = Object.keys(request).filter((field) => field !== 'name' && !Object.hasOwn(REQUEST_DEFAULTS, field));
  const known = ['name', ...Object.keys(REQUEST_DEFAULTS)].join(', ');
  return unknown.map((field) => ({
    pointer: `/${escapePointer(field)}`,
    message: `is not a known field; known: ${known}`,
  }));
}

function textProblem(pointer: string, value: unknown): Problem | null {
  if (value === undefined) return null;
  if (typeof value !== 'string') return { pointer, message: 'must be a string' };
  if (value.length > MAX_TEXT_LENGTH) return { pointer, message: `must have at most ${MAX_TEXT_LENGTH} characters` };
  if (value.includes('\0') || !value.isWellFormed())
    return { pointer, message: 'must be well-formed text without NUL' };
  return null;
}

function tagProblems(tags: unknown): (Problem | null)[] {
  if (tags === undefined) return [];
  if (!Array.isArray(tags)) return [{ pointer: '/tags', message: 'must be a list of strings' }];
  return tags.map((tag: unknown, index) => textProblem(`/tags/${index}`, tag ?? 0));
}

function priorityProblem(priority: unknown): Problem | null {
  if (priority === undefined) return null;
  if (Number.isInteger(priority) && Math.abs(priority as number) <= MAX_PRIORITY) return null;
  return { pointer: '/priority', message: `must be a whole number from -${MAX_PRIORITY} to ${MAX_PRIORITY}` };
}
