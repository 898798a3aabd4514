import { templateLabel } from '../workflow/task-template.js';
import { TaskerError } from '../workflow/tasker.error.js';
import type { TemplateVersion } from './template.hint.js';

const REASONS = {
  'handled elsewhere':
    'Only other processes have its task handler. Start it there, or load the template and its task handler here.',
  'loaded nowhere':
    'The database remembers it, but no running worker has it loaded. Keep a version loaded for as long as tasks of it are started.',
} as const;

/** The database has the task template, but its tasks cannot be started from this process now. */
export class UnavailableTemplateError extends TaskerError {
  readonly code = 'TASKER_UNAVAILABLE_TEMPLATE';
  override readonly httpStatus = 409;

  constructor(
    readonly template: TemplateVersion,
    readonly reason: keyof typeof REASONS,
  ) {
    super(`No task of ${templateLabel(template)} can be started from here. ${REASONS[reason]}`);
  }
}
