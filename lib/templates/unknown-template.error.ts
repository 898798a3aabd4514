import { fullStop } from '../workflow/sentence.js';
import { TaskerError } from '../workflow/tasker.error.js';

/** No task template of this namespace, name and version is registered. The message suggests similar names. */
export class UnknownTemplateError extends TaskerError {
  readonly code = 'TASKER_UNKNOWN_TEMPLATE';
  override readonly httpStatus = 404;

  constructor(
    readonly namespace: string,
    readonly templateName: string,
    readonly version: string,
    /** A sentence that suggests known templates. */
    hint: string,
  ) {
    super(`There is no task template ${namespace}/${templateName}@${version}. ${fullStop(hint)}`);
  }
}
