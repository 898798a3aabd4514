import type { NewAnnotation } from '../../handlers/task-handler.contract.js';
import type { Problem } from '../../workflow/tasker.error.js';
import { jsonProblem, requiredTextProblem } from '../../workflow/input.checks.js';

const MAX_TYPE_LENGTH = 64;

/** What is wrong with an annotation that is to be stored. */
export function annotationProblems(
  pointer: string,
  { type, annotation }: Partial<Record<keyof NewAnnotation, unknown>>,
): (Problem | null)[] {
  return [
    requiredTextProblem(`${pointer}/type`, type, MAX_TYPE_LENGTH),
    annotation === undefined
      ? { pointer: `${pointer}/annotation`, message: 'is required' }
      : jsonProblem(`${pointer}/annotation`, annotation),
  ];
}
