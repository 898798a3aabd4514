import { fullStop } from '../workflow/sentence.js';
import { TaskerError } from '../workflow/tasker.error.js';
import { formatProblem } from './template.problem.js';
import type { TemplateProblem } from './template.problem.js';

/** One or more task templates cannot be used. The message lists every problem of every file with its line and column. */
export class InvalidTaskTemplatesError extends TaskerError {
  readonly code = 'TASKER_INVALID_TEMPLATES';

  constructor(override readonly problems: readonly TemplateProblem[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super(
      [`The task templates have ${count}:`, ...problems.map((problem) => `  ${fullStop(formatProblem(problem))}`)].join(
        '\n',
      ),
    );
    this.hide('problems');
  }
}
