import type { TaskChanges } from '../../persistence/operator.gateway.js';
import {
  booleanProblem,
  countProblem,
  isFields,
  jsonProblem,
  objectProblem,
  priorityProblem,
  requiredTextProblem,
  rowIdProblem,
  textProblem,
  textsProblems,
  unknownFieldProblems,
} from '../../workflow/input.checks.js';
import { IS_REQUIRED } from '../../workflow/input.wording.js';
import type { Problem } from '../../workflow/tasker.error.js';
import { InvalidActionError } from '../engine.errors.js';
import type { ActionBy, ChangeBy, RerunBy, ResolveStepBy, RetryBy } from './task.action.js';

const MAX_REASON_LENGTH = 500;
const MAX_ATTEMPTS = 32_767;

/** The input of an operator action. Only the parts that are present are checked. */
export interface ActionInput {
  readonly taskId: string;
  readonly by: ActionBy;
  readonly step?: string;
  readonly retryLimit?: number;
  readonly changes?: TaskChanges;
}

type AnyBy = ChangeBy & RetryBy & ResolveStepBy & RerunBy;

/** @throws InvalidActionError with every problem; callers may use JavaScript, so types are checked too */
export function checkAction(action: string, input: ActionInput): void {
  const problems = [
    rowIdProblem('/taskId', input.taskId, 'task'),
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
      ? { pointer: '/actor', message: `${IS_REQUIRED}: who does this?` }
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
    ? { pointer, message: `${IS_REQUIRED}: the name or the id of a step` }
    : textProblem(pointer, value);
}

const CHANGEABLE = ['priority', 'tags', 'reason', 'retained'];

function changeProblems(changes: unknown): (Problem | null)[] {
  if (!isFields(changes)) return [objectProblem('/changes', changes)];
  const { priority, tags, reason, retained } = changes;
  return [
    ...unknownFieldProblems(changes, CHANGEABLE),
    priority === null ? null : priorityProblem('/priority', priority),
    ...textsProblems('/tags', tags),
    textProblem('/reason', reason),
    booleanProblem('/retained', retained),
  ];
}
