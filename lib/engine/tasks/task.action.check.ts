import type { TaskChanges } from '../../persistence/operator.gateway.js';
import {
  countProblem,
  isRowId,
  jsonProblem,
  priorityProblem,
  requiredTextProblem,
  textProblem,
  textsProblems,
} from '../../workflow/input.checks.js';
import type { Problem } from '../../workflow/tasker.error.js';
import { InvalidActionError } from '../engine.errors.js';
import type { ActionBy, ChangeBy, RerunBy, ResolveStepBy, RetryBy } from './task.action.js';

const MAX_REASON_LENGTH = 500;
const MAX_ATTEMPTS = 32_767;

/** What an operator action is given; each is checked where it is present. */
export interface ActionInput {
  readonly taskId: string;
  readonly by: ActionBy;
  readonly step?: string;
  readonly retryLimit?: number;
  readonly changes?: TaskChanges;
}

type AnyBy = ChangeBy & RetryBy & ResolveStepBy & RerunBy;

/** @throws InvalidActionError with every problem; what is called may be called from JavaScript, so types are checked too */
export function checkAction(action: string, input: ActionInput): void {
  const problems = [
    isRowId(input.taskId) ? null : { pointer: '/taskId', message: 'must be the id of a task, as text' },
    ...byProblems(input.by),
    'step' in input ? stepProblem('/step', input.step) : null,
    countProblem('/retryLimit', input.retryLimit, 1, MAX_ATTEMPTS),
    ...('changes' in input ? changeProblems(input.changes) : []),
  ].filter((problem) => problem !== null);
  if (problems.length > 0) throw new InvalidActionError(action, problems);
}

export function byProblems(by: unknown): (Problem | null)[] {
  const { actor, reason, attempts, results, from, version, ifRevision } = (by ?? {}) as Readonly<
    Record<keyof AnyBy, unknown>
  >;
  return [
    actor === undefined || actor === ''
      ? { pointer: '/actor', message: 'is required: who does this?' }
      : textProblem('/actor', actor),
    textProblem('/reason', reason, MAX_REASON_LENGTH),
    countProblem('/attempts', attempts, 1, MAX_ATTEMPTS),
    jsonProblem('/results', results),
    from === undefined ? null : stepProblem('/from', from),
    version === undefined ? null : requiredTextProblem('/version', version),
    textProblem('/ifRevision', ifRevision),
  ];
}

function stepProblem(pointer: string, value: unknown): Problem | null {
  return value === undefined || value === ''
    ? { pointer, message: 'must be the name or the id of a step' }
    : textProblem(pointer, value);
}

const CHANGEABLE = ['priority', 'tags', 'reason', 'retained'];

function changeProblems(changes: unknown): (Problem | null)[] {
  if (typeof changes !== 'object' || changes === null) return [{ pointer: '/changes', message: 'must be an object' }];
  const { priority, tags, reason, retained } = changes as Record<string, unknown>;
  const unknown = Object.keys(changes).filter((key) => !CHANGEABLE.includes(key));
  return [
    ...unknown.map((key) => ({ pointer: `/${key}`, message: `cannot be changed; can be: ${CHANGEABLE.join(', ')}` })),
    priority === null ? null : priorityProblem('/priority', priority),
    ...textsProblems('/tags', tags),
    textProblem('/reason', reason),
    retained === undefined || typeof retained === 'boolean'
      ? null
      : { pointer: '/retained', message: 'must be true or false' },
  ];
}
