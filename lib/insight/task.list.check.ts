import { PAGE_BOUNDS } from '../workflow/list.bounds.js';
import { TASK_PARTS } from './task.parts.js';
import { countProblem, textProblem } from '../workflow/input.checks.js';
import { taskFilterProblems } from '../workflow/task.filter.js';
import type { Problem } from '../workflow/tasker.error.js';
import { InvalidListRequestError } from './insight.errors.js';
import { TASK_SORTS, type TaskListRequest } from './task.list.js';

/** More is an export. */
const MAX_CURSOR_LENGTH = 300;

/** @throws InvalidListRequestError with every problem; the request may come from JavaScript, so types are checked too */
export function checkListRequest({ filter, sort, limit, after, before, fromEnd, include }: TaskListRequest): void {
  const problems = [
    ...(filter === undefined ? [] : taskFilterProblems(filter, '/filter')),
    sort === undefined || TASK_SORTS.includes(sort)
      ? null
      : { pointer: '/sort', message: `must be one of ${TASK_SORTS.join(', ')}` },
    countProblem('/limit', limit, PAGE_BOUNDS.minimum, PAGE_BOUNDS.maximum),
    textProblem('/after', after, MAX_CURSOR_LENGTH),
    textProblem('/before', before, MAX_CURSOR_LENGTH),
    after !== undefined && before !== undefined
      ? { pointer: '/before', message: 'cannot be given together with after' }
      : null,
    fromEndProblem(fromEnd, after ?? before),
    partsProblem('/include', include),
  ].filter((problem) => problem !== null);
  if (problems.length > 0) throw new InvalidListRequestError(problems);
}

/** @throws InvalidListRequestError */
export function checkParts(parts: unknown): void {
  const problem = partsProblem('/include', parts);
  if (problem) throw new InvalidListRequestError([problem]);
}

function fromEndProblem(fromEnd: unknown, cursor: unknown): Problem | null {
  const pointer = '/fromEnd';
  if (fromEnd === undefined) return null;
  if (typeof fromEnd !== 'boolean') return { pointer, message: 'must be true or false' };
  return fromEnd && cursor !== undefined ? { pointer, message: 'cannot be given together with a cursor' } : null;
}

function partsProblem(pointer: string, parts: unknown): Problem | null {
  const isPart = (part: unknown): boolean => (TASK_PARTS as readonly unknown[]).includes(part);
  if (parts === undefined || (Array.isArray(parts) && parts.every(isPart))) return null;
  return { pointer, message: `must be a list of ${TASK_PARTS.join(', ')}` };
}
