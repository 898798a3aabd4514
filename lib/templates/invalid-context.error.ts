import type { TaskTemplate } from '../workflow/task-template.js';
import { templateLabel } from '../workflow/task-template.js';
import { inSentences } from '../workflow/sentence.js';
import { TaskerError } from '../workflow/tasker.error.js';
import type { Problem } from '../workflow/tasker.error.js';

/** The context of a request does not match the schema of its template. Nothing was stored. */
export class InvalidContextError extends TaskerError {
  readonly code = 'TASKER_INVALID_CONTEXT';
  override readonly httpStatus = 400;

  constructor(
    template: Pick<TaskTemplate, 'namespace' | 'name' | 'version'>,
    override readonly problems: readonly Problem[],
  ) {
    super(`The context is not valid for ${templateLabel(template)}: ${inSentences(problems)}`);
  }
}
