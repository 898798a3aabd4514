import { templateLabel } from '../workflow/task-template.js';
import { TaskerError } from '../workflow/tasker.error.js';
import type { TemplateVersion } from './template.hint.js';

const REASONS = {
  'handled elsewhere':
    'Only other processes have its task handler. Start the task there, or load the template and its task handler in this process.',
  'loaded nowhere':
    'It is in the database, but no running worker has loaded it. Keep a version loaded as long as its tasks are started.',
} as const;

/** The task template is in the database, but its tasks cannot be started from this process now. */
export class UnavailableTemplateError extends TaskerError {
  readonly code = 'TASKER_UNAVAILABLE_TEMPLATE';
  override readonly httpStatus = 409;

  constructor(
    readonly template: TemplateVersion,
    readonly reason: keyof typeof REASONS,
  ) {
    super(`Tasks of ${templateLabel(template)} cannot be started from this process. ${REASONS[reason]}`);
  }
}
