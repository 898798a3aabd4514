import {
  booleanProblem,
  instantProblem,
  isFields,
  objectProblem,
  priorityProblem,
  requiredTextProblem,
  textProblem,
  textsProblems,
  unknownFieldProblems,
} from '../../workflow/input.checks.js';
import { NOT_EMPTY } from '../../workflow/input.wording.js';
import { START_DEFAULTS } from '../../workflow/start.defaults.js';
import type { Problem } from '../../workflow/tasker.error.js';
import { InvalidStartRequestError } from '../engine.errors.js';
import type { StartTaskRequest } from './task.request.js';

/** The defaults of the fields of a request. */
export const REQUEST_DEFAULTS = {
  ...START_DEFAULTS,
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
const FIELDS = ['name', ...Object.keys(REQUEST_DEFAULTS)];

type Unchecked = Partial<Record<keyof StartTaskRequest, unknown>>;

/**
 * @throws InvalidStartRequestError with every problem; types are checked too, because requests may come from JavaScript
 */
export function checkRequest(request: StartTaskRequest<object>): void {
  if (!isFields(request)) throw new InvalidStartRequestError([objectProblem('', request)!]);
  const { namespace, name, version, initiator, sourceSystem, reason, tags, priority } = request as Unchecked;
  const { bypassSteps, runAt, deadlineAt, idempotencyKey, retained } = request as Unchecked;
  const problems = [
    ...unknownFieldProblems(request, FIELDS),
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
    idempotencyKey === '' ? { pointer: '/idempotencyKey', message: NOT_EMPTY } : null,
    textProblem('/idempotencyKey', idempotencyKey, MAX_KEY_LENGTH),
    booleanProblem('/retained', retained),
  ].filter((problem) => problem !== null);
  if (problems.length > 0) throw new InvalidStartRequestError(problems);
}

/** Refuses a deadline before the start. Other checks report instants that cannot be read. */
function orderProblem(runAt: unknown, deadlineAt: unknown): Problem | null {
  if (deadlineAt === undefined || runAt === undefined || instantProblem('/runAt', runAt) !== null) return null;
  if (new Date(deadlineAt as string | Date) > new Date(runAt as string | Date)) return null;
  return { pointer: '/deadlineAt', message: 'must be after runAt' };
}
