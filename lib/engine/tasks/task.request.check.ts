import {
  instantProblem,
  priorityProblem,
  requiredTextProblem,
  textProblem,
  textsProblems,
} from '../../workflow/input.checks.js';
import { escapePointer } from '../../workflow/json.check.js';
import type { Problem } from '../../workflow/tasker.error.js';
import { InvalidStartRequestError } from '../engine.errors.js';
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
  bypassSteps: [],
  runAt: null,
  deadlineAt: null,
  idempotencyKey: null,
  retained: false,
} as const;

const MAX_KEY_LENGTH = 255;

type Unchecked = Partial<Record<keyof StartTaskRequest, unknown>>;

/** @throws InvalidStartRequestError with every problem; requests may come from JavaScript, so types are checked too */
export function checkRequest(request: StartTaskRequest<object>): void {
  if (typeof (request as unknown) !== 'object' || (request as unknown) === null || Array.isArray(request)) {
    throw new InvalidStartRequestError([{ pointer: '', message: 'must be an object' }]);
  }
  const { namespace, name, version, initiator, sourceSystem, reason, tags, priority } = request as Unchecked;
  const { bypassSteps, runAt, deadlineAt, idempotencyKey, retained } = request as Unchecked;
  const problems = [
    ...unknownFields(request),
    requiredTextProblem('/name', name),
    textProblem('/namespace', namespace),
    textProblem('/version', version),
    textProblem('/initiator', initiator),
    textProblem('/sourceSystem', sourceSystem),
    textProblem('/reason', reason),
    ...textsProblems('/tags', tags),
    priorityProblem('/priority', priority),
    ...textsProblems('/bypassSteps', bypassSteps),
    instantProblem('/runAt', runAt),
    instantProblem('/deadlineAt', deadlineAt) ?? orderProblem(runAt, deadlineAt),
    idempotencyKey === '' ? { pointer: '/idempotencyKey', message: 'must not be empty' } : null,
    textProblem('/idempotencyKey', idempotencyKey, MAX_KEY_LENGTH),
    retained === undefined || typeof retained === 'boolean'
      ? null
      : { pointer: '/retained', message: 'must be true or false' },
  ].filter((problem) => problem !== null);
  if (problems.length > 0) throw new InvalidStartRequestError(problems);
}

/** Such a task would be in error before it may begin. Of instants that cannot be read others tell. */
function orderProblem(runAt: unknown, deadlineAt: unknown): Problem | null {
  if (deadlineAt === undefined || runAt === undefined || instantProblem('/runAt', runAt) !== null) return null;
  if (new Date(deadlineAt as string | Date) > new Date(runAt as string | Date)) return null;
  return { pointer: '/deadlineAt', message: 'must be after runAt' };
}

/** A misspelt field would be left out without a word. */
function unknownFields(request: object): Problem[] {
  const unknown = Object.keys(request).filter((field) => field !== 'name' && !Object.hasOwn(REQUEST_DEFAULTS, field));
  if (unknown.length === 0) return [];
  const known = ['name', ...Object.keys(REQUEST_DEFAULTS)].join(', ');
  return unknown.map((field) => ({
    pointer: `/${escapePointer(field)}`,
    message: `is not a known field; known: ${known}`,
  }));
}
