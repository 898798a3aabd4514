import { segmentsOf } from '../../workflow/json.pointer.js';
import { TaskerError } from '../../workflow/tasker.error.js';
import { pointingIntoInput } from '../graphql.error.js';
import type { UserErrorType } from './mutation.payload.js';

/** The paths of the values that errors with these codes are about. The first path that is in the input is at fault. */
const AT_FAULT: Readonly<Record<string, readonly (readonly [string, ...string[]])[]>> = {
  TASKER_UNKNOWN_TASK: [['taskId']],
  TASKER_UNKNOWN_STEP: [['step'], ['from']],
  TASKER_UNKNOWN_TEMPLATE: [['name']],
  TASKER_STALE_REVISION: [['ifRevision']],
  TASKER_INVALID_CONTEXT_PATH: [['filter', 'contextPath']],
  TASKER_REQUEST_IN_PROGRESS: [['requestKey']],
  TASKER_IDEMPOTENCY_KEY_REUSED: [['requestKey']],
};

/** The error as part of the answer. Null if it is not about the input, but about the caller or an internal failure. */
export function userErrorsOf(error: unknown, input: object): readonly UserErrorType[] | null {
  if (!(error instanceof TaskerError) || !isAboutValues(error)) return null;
  const { code, message, retryAfterSeconds, requestIndex } = error;
  const problems = pointingIntoInput(error);
  const below = requestIndex === null ? ['input'] : ['input', 'tasks', String(requestIndex)];
  if (problems.length > 0) {
    return problems.map((problem) => ({
      field: [...below, ...segmentsOf(problem.pointer)],
      code,
      message: problem.message,
      retryAfterSeconds,
    }));
  }
  const found = AT_FAULT[code]?.find(([first]) => requestIndex !== null || first in input);
  return [{ field: found ? [...below, ...found] : null, code, message, retryAfterSeconds }];
}

function isAboutValues({ httpStatus }: TaskerError): boolean {
  return httpStatus < 500 && httpStatus !== 401 && httpStatus !== 403;
}
