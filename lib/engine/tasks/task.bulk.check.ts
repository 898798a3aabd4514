import { countProblem, isRowId } from '../../workflow/input.checks.js';
import { taskFilterProblems } from '../../workflow/task.filter.js';
import type { Problem } from '../../workflow/tasker.error.js';
import { InvalidActionError } from '../engine.errors.js';
import { byProblems } from './task.action.check.js';
import { BULK_ACTIONS, MAX_BULK, type BulkAction, type BulkFilter } from './task.bulk.js';

/**
 * An empty filter is refused: it would mean every task there is.
 * @throws InvalidActionError with every problem
 */
export function checkBulk(action: BulkAction, filter: BulkFilter, by: unknown): void {
  const problems = [
    BULK_ACTIONS.includes(action) ? null : { pointer: '/action', message: `must be ${BULK_ACTIONS.join(', ')}` },
    ...byProblems(by),
    ...filterProblems(filter),
  ].filter((problem) => problem !== null);
  if (problems.length > 0) throw new InvalidActionError(`${action} tasks`, problems);
}

function filterProblems(filter: unknown): (Problem | null)[] {
  if (typeof filter !== 'object' || filter === null) return [{ pointer: '/filter', message: 'must be an object' }];
  const { afterId, limit, ...which } = filter as Readonly<Record<string, unknown>>;
  const isNarrow = Object.values(which).some((value) => value !== undefined);
  return [
    ...taskFilterProblems(which, '/filter'),
    isNarrow ? null : { pointer: '/filter', message: 'must say which tasks; every task is too many' },
    afterId === undefined || isRowId(afterId)
      ? null
      : { pointer: '/filter/afterId', message: 'must be the id of a task' },
    countProblem('/filter/limit', limit, 1, MAX_BULK),
  ];
}
