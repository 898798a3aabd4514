import { MAX_FILTERED, type TaskFilter } from '../../persistence/task-filter.gateway.js';
import { TASK_STATES } from '../../workflow/states.js';
import type { Problem } from '../../workflow/tasker.error.js';
import { InvalidActionError } from '../engine.errors.js';
import { BULK_ACTIONS, type BulkAction } from './task.bulk.js';
import { byProblems, isId } from './task.action.check.js';
import { textProblem, textsProblems } from './task.request.check.js';

const KNOWN: readonly (keyof TaskFilter)[] = [
  'ids',
  'namespace',
  'name',
  'version',
  'states',
  'tags',
  'initiator',
  'createdAfter',
  'createdBefore',
  'afterId',
  'limit',
];

/**
 * An empty filter is refused: it would mean every task there is.
 * @throws InvalidActionError with every problem
 */
export function checkBulk(action: BulkAction, filter: TaskFilter, by: unknown): void {
  const what = `${action} tasks`;
  if (typeof (filter as unknown) !== 'object' || (filter as unknown) === null) {
    throw new InvalidActionError(what, [{ pointer: '/filter', message: 'must be an object' }]);
  }
  const { ids, states, afterId, limit = MAX_FILTERED, createdAfter, createdBefore } = filter as Record<string, unknown>;
  const problems = [
    BULK_ACTIONS.includes(action) ? null : { pointer: '/action', message: `must be ${BULK_ACTIONS.join(', ')}` },
    ...byProblems(by),
    ...filterProblems(filter),
    textProblem('/filter/namespace', filter.namespace),
    textProblem('/filter/name', filter.name),
    textProblem('/filter/version', filter.version),
    textProblem('/filter/initiator', filter.initiator),
    ...textsProblems('/filter/tags', filter.tags),
    ids === undefined || (Array.isArray(ids) && ids.every(isId))
      ? null
      : { pointer: '/filter/ids', message: 'must be a list of ids of tasks, as texts' },
    afterId === undefined || isId(afterId) ? null : { pointer: '/filter/afterId', message: 'must be the id of a task' },
    states === undefined || (Array.isArray(states) && states.every((state) => TASK_STATES.includes(state as never)))
      ? null
      : { pointer: '/filter/states', message: `must be a list of ${TASK_STATES.join(', ')}` },
    dateProblem('/filter/createdAfter', createdAfter),
    dateProblem('/filter/createdBefore', createdBefore),
    Number.isInteger(limit) && (limit as number) >= 1 && (limit as number) <= MAX_FILTERED
      ? null
      : { pointer: '/filter/limit', message: `must be a whole number from 1 to ${MAX_FILTERED}` },
  ].filter((problem) => problem !== null);
  if (problems.length > 0) throw new InvalidActionError(what, problems);
}

function filterProblems(filter: object): Problem[] {
  const keys = Object.keys(filter);
  const known = KNOWN as readonly string[];
  const unknown = keys.filter((key) => !known.includes(key));
  if (unknown.length > 0) {
    return unknown.map((key) => ({ pointer: `/filter/${key}`, message: `is no filter; known: ${known.join(', ')}` }));
  }
  const narrows = keys.filter((key) => key !== 'limit' && key !== 'afterId');
  return narrows.length > 0 ? [] : [{ pointer: '/filter', message: 'must say which tasks; every task is too many' }];
}

function dateProblem(pointer: string, value: unknown): Problem | null {
  if (value === undefined || (value instanceof Date && !Number.isNaN(value.getTime()))) return null;
  return { pointer, message: 'must be a valid Date' };
}
