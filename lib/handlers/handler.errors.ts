import { templateLabel, type TaskTemplate } from '../workflow/task-template.js';
import { inLines, inSentences } from '../workflow/sentence.js';
import { TaskerError, type Problem } from '../workflow/tasker.error.js';
import type { TaskHandlerMember } from './task-handler.contract.js';

/** Some step handlers cannot be registered: no name, a duplicate name, no `process` method or a scoped provider. */
export class InvalidStepHandlersError extends TaskerError {
  readonly code = 'TASKER_INVALID_STEP_HANDLERS';

  constructor(readonly faults: readonly string[]) {
    super(`Step handlers cannot be registered:\n${inLines(faults)}`);
    this.hide('faults');
  }
}

/**
 * Some task handlers cannot be registered: an unknown template, two for one template, invalid members or a scoped
 * provider.
 */
export class InvalidTaskHandlersError extends TaskerError {
  readonly code = 'TASKER_INVALID_TASK_HANDLERS';

  constructor(readonly faults: readonly string[]) {
    super(`Task handlers cannot be registered:\n${inLines(faults)}`);
    this.hide('faults');
  }
}

/** A task handler returned something invalid, such as an unknown step, a cycle or a value that is not JSON. */
export class InvalidTaskHandlerAnswerError extends TaskerError {
  readonly code = 'TASKER_INVALID_TASK_HANDLER_ANSWER';

  /** @param problems the places in the answer, and what is allowed there */
  constructor(
    readonly handler: string,
    readonly member: TaskHandlerMember,
    template: Pick<TaskTemplate, 'namespace' | 'name' | 'version'>,
    override readonly problems: readonly Problem[],
  ) {
    super(`${handler}.${member} returned something invalid for ${templateLabel(template)}: ${inSentences(problems)}`);
  }
}

/** A handler requested the results of a step that has none, or none yet. */
export class UnknownStepResultsError extends TaskerError {
  readonly code = 'TASKER_UNKNOWN_STEP_RESULTS';

  constructor(
    readonly stepName: string,
    readonly finished: readonly string[],
  ) {
    super(
      `There are no results of step "${stepName}". Finished steps of this task: ${finished.join(', ') || 'none'}. ` +
        'Only the steps that this step depends on are certain to have results.',
    );
  }
}

/** A handler used `manager` in a step that is not transactional. */
export class NotTransactionalError extends TaskerError {
  readonly code = 'TASKER_NOT_TRANSACTIONAL';

  constructor(readonly stepName: string) {
    super(`Step "${stepName}" is not transactional. Set transactional: true in its template or in @StepHandler.`);
  }
}
