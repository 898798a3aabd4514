import { isFields, objectProblem, oneOfProblem } from '../../workflow/input.checks.js';
import { inputNames, inputProblems } from '../../workflow/input.fields.js';
import { taskFilterProblems, TaskFilterFields } from '../../workflow/task.filter.js';
import type { Problem } from '../../workflow/tasker.error.js';
import { InvalidActionError } from '../engine.errors.js';
import { byProblems } from './task.action.check.js';
import { BULK_ACTIONS, BulkFilterFields, type BulkAction, type BulkFilter } from './task.bulk.js';

const OWN_FIELDS = inputNames(BulkFilterFields).filter((name) => !inputNames(TaskFilterFields).includes(name));

/**
 * Refuses an empty filter, which would select every task.
 * @throws InvalidActionError with every problem
 */
export function checkBulk(action: BulkAction, filter: BulkFilter, by: unknown): void {
  const problems = [oneOfProblem('/action', action, BULK_ACTIONS), ...byProblems(by), ...filterProblems(filter)].filter(
    (problem) => problem !== null,
  );
  if (problems.length > 0) throw new InvalidActionError(`${action} tasks`, problems);
}

function filterProblems(filter: unknown): (Problem | null)[] {
  if (!isFields(filter)) return [objectProblem('/filter', filter)];
  const { afterId, limit, dataSubject, ...which } = filter;
  const isNarrow = Object.values({ ...which, dataSubject }).some((value) => value !== undefined);
  return [
    ...taskFilterProblems(which, '/filter', OWN_FIELDS),
    isNarrow
      ? null
      : { pointer: '/filter', message: 'must select some tasks; an empty filter would select every task' },
    ...inputProblems(BulkFilterFields, { afterId, limit, dataSubject }, '/filter'),
  ];
}
