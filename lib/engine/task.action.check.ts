import { findJsonFault } from '../workflow/json.check.js';
import type { Problem } from '../workflow/tasker.error.js';
import { InvalidActionError } from './engine.errors.js';
import { priorityProblem, textProblem, textsProblems } from './task.request.check.js';

const MAX_REASON_LENGTH = 500;
const MAX_ATTEMPTS = 32_767;

/** What an operator action may be given; each is checked where it is present. */
export interface ActionInput {
  readonly taskId: unknown;
  readonly by: unknown;
  readonly step?: unknown;
  readonly attempts?: unknown;
  readonly retryLimit?: unknown;
  readonly results?: unknown;
  readonly changes?: unknown;
}

/** @throws InvalidActionError with every problem; what is called may be called from JavaScript, so types are checked too */
export function checkAction(action: string, input: ActionInput): void {
  const problems = [
    isId(input.taskId) ? null : { pointer: '/taskId', message: 'must be the id of a task, as text' },
    ...byProblems(input.by),
    'step' in input && (typeof input.step !== 'string' || input.step === '')
      ? { pointer: '/step', message: 'must be the name or the id of a step' }
      : null,
    countProblem('/attempts', input.attempts),
    countProblem('/retryLimit', input.retryLimit),
    resultsProblem(input.results),
    ...changeProblems(input.changes),
  ].filter((problem) => problem !== null);
  if (problems.length > 0) throw new InvalidActionError(action, problems);
}

export function byProblems(by: unknown): (Problem | null)[] {
  const { actor, reason } = (by ?? {}) as { readonly actor?: unknown; readonly reason?: unknown };
  return [
    actor === undefined || actor === ''
      ? { pointer: '/actor', message: 'is required: who does this?' }
      : textProblem('/actor', actor),
    textProblem('/reason', reason, MAX_REASON_LENGTH),
  ];
}

/** A `bigint` has 19 digits at most. */
export function isId(value: unknown): boolean {
  return typeof value === 'string' && /^\d{1,18}$/.test(value);
}

function countProblem(pointer: string, value: unknown): Problem | null {
  if (value === undefined) return null;
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MAX_ATTEMPTS) return null;
  return { pointer, message: `must be a whole number from 1 to ${MAX_ATTEMPTS}` };
}

function resultsProblem(value: unknown): Problem | null {
  const fault = findJsonFault(value);
  return fault && { pointer: `/results${fault.pointer}`, message: `must be JSON, but holds ${fault.what}` };
}

const CHANGEABLE = ['priority', 'tags', 'reason', 'retained'];

function changeProblems(changes: unknown): (Problem | null)[] {
  if (changes === undefined) return [];
  const { priority, tags, reason, retained } = changes as Record<string, unknown>;
  const unknown = Object.keys(changes as object).filter((key) => !CHANGEABLE.includes(key));
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
