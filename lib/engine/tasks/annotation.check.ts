import type { NewAnnotation } from '../../handlers/task-handler.contract.js';
import type { Problem } from '../../workflow/tasker.error.js';
import { jsonProblem, requiredTextProblem } from '../../workflow/input.checks.js';
import { IS_REQUIRED } from '../../workflow/input.wording.js';

const MAX_TYPE_LENGTH = 64;

/** The problems of an annotation that will be stored. */
export function annotationProblems(
  pointer: string,
  { type, annotation }: Partial<Record<keyof NewAnnotation, unknown>>,
): (Problem | null)[] {
  return [
    requiredTextProblem(`${pointer}/type`, type, MAX_TYPE_LENGTH),
    annotation === undefined
      ? { pointer: `${pointer}/annotation`, message: IS_REQUIRED }
      : jsonProblem(`${pointer}/annotation`, annotation),
  ];
}
