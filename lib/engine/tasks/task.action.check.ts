import type { TaskChanges } from '../../persistence/operator.gateway.js';
import {
  isFields,
  objectProblem,
  rowIdProblem,
  textProblem,
  unknownFieldProblems,
} from '../../workflow/input.checks.js';
import { inputFields, inputProblems, type InputClass } from '../../workflow/input.fields.js';
import { stepReference } from '../../workflow/input.kinds.js';
import { IS_REQUIRED } from '../../workflow/input.wording.js';
import type { Problem } from '../../workflow/tasker.error.js';
import { InvalidActionError } from '../engine.errors.js';
import { ActionInput, ChangeRetryLimitInput, ChangeTaskInput, type ActionBy } from './task.action.js';

/** The arguments of an action. Each is checked if it is present. */
export interface GivenAction {
  readonly taskId: string;
  readonly by: ActionBy;
  readonly step?: string;
  readonly retryLimit?: number;
  readonly changes?: TaskChanges;
}

/**
 * @param input the class of `by`
 * @throws InvalidActionError with every problem; types are checked too, because callers may be JavaScript
 */
export function checkAction(action: string, given: GivenAction, input: InputClass<ActionInput> = ActionInput): void {
  const problems = [
    rowIdProblem('/taskId', given.taskId, 'task'),
    ...byProblems(given.by, input),
    ...('step' in given ? stepReference.problemsOf('/step', given.step ?? '') : []),
    ...('retryLimit' in given ? inputProblems(ChangeRetryLimitInput, { retryLimit: given.retryLimit }) : []),
    ...('changes' in given ? changeProblems(given.changes) : []),
  ].filter((problem) => problem !== null);
  if (problems.length > 0) throw new InvalidActionError(action, problems);
}

export function byProblems(by: unknown, input: InputClass<ActionInput> = ActionInput): (Problem | null)[] {
  const given = (by ?? {}) as { readonly actor?: unknown; readonly ifRevision?: unknown };
  return [
    given.actor === undefined || given.actor === ''
      ? { pointer: '/actor', message: `${IS_REQUIRED}: the person or program that acts` }
      : null,
    ...inputProblems(input, given),
    textProblem('/ifRevision', given.ifRevision),
  ];
}

function changeProblems(changes: unknown): (Problem | null)[] {
  if (!isFields(changes)) return [objectProblem('/changes', changes)];
  const known = inputFields(ChangeTaskInput).map(({ name }) => name);
  return [...unknownFieldProblems(changes, known), ...inputProblems(ChangeTaskInput, changes)];
}
