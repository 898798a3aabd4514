import { PAGE_BOUNDS } from '../workflow/list.bounds.js';
import { TASK_PARTS } from './task.parts.js';
import { booleanProblem, countProblem, oneOfProblem, someOfProblem, textProblem } from '../workflow/input.checks.js';
import { cannotGoWith } from '../workflow/input.wording.js';
import { taskFilterProblems } from '../workflow/task.filter.js';
import type { Problem } from '../workflow/tasker.error.js';
import { InvalidListRequestError } from './insight.errors.js';
import { TASK_SORTS, type TaskListRequest } from './task.list.js';

/** Longer than any real cursor. */
const MAX_CURSOR_LENGTH = 300;

/**
 * @throws InvalidListRequestError with every problem; types are checked too, because the request may come from
 *   JavaScript
 */
export function checkListRequest({ filter, sort, limit, after, before, fromEnd, include }: TaskListRequest): void {
  const problems = [
    ...(filter === undefined ? [] : taskFilterProblems(filter, '/filter')),
    oneOfProblem('/sort', sort, TASK_SORTS),
    countProblem('/limit', limit, PAGE_BOUNDS.minimum, PAGE_BOUNDS.maximum),
    textProblem('/after', after, MAX_CURSOR_LENGTH),
    textProblem('/before', before, MAX_CURSOR_LENGTH),
    after !== undefined && before !== undefined ? { pointer: '/before', message: cannotGoWith('after') } : null,
    fromEndProblem(fromEnd, after ?? before),
    someOfProblem('/include', include, TASK_PARTS),
  ].filter((problem) => problem !== null);
  if (problems.length > 0) throw new InvalidListRequestError(problems);
}

/** @throws InvalidListRequestError */
export function checkParts(parts: unknown): void {
  const problem = someOfProblem('/include', parts, TASK_PARTS);
  if (problem) throw new InvalidListRequestError([problem]);
}

function fromEndProblem(fromEnd: unknown, cursor: unknown): Problem | null {
  const pointer = '/fromEnd';
  if (fromEnd === true && cursor !== undefined) return { pointer, message: cannotGoWith('a cursor') };
  return booleanProblem(pointer, fromEnd);
}
