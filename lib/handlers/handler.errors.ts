import { TaskerError } from '../workflow/tasker.error.js';

/** Step handlers that cannot be registered: no name, a name given twice, no `process` method, a scoped provider. */
export class InvalidStepHandlersError extends TaskerError {
  readonly code = 'TASKER_INVALID_STEP_HANDLERS';

  constructor(readonly faults: readonly string[]) {
    super(`Step handlers cannot be registered:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}

/** A handler asked for results that the task does not have (yet). */
export class UnknownStepResultsError extends TaskerError {
  readonly code = 'TASKER_UNKNOWN_STEP_RESULTS';

  constructor(
    readonly stepName: string,
    readonly finished: readonly string[],
  ) {
    super(
      `There are no results of a step "${stepName}". Finished steps of this task: ${finished.join(', ') || 'none'}. ` +
        'Only steps that must be done before this one are sure to have results.',
    );
  }
}

/** A handler asked for `manager` in a step that is not transactional. */
export class NotTransactionalError extends TaskerError {
  readonly code = 'TASKER_NOT_TRANSACTIONAL';

  constructor(readonly stepName: string) {
    super(
      `Step "${stepName}" has no transaction of its own. Say transactional: true on it in the template, or in @StepHandler.`,
    );
  }
}
