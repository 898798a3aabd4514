import type { TaskDetails } from '../insight/task.reader.js';
import { TaskerError } from '../workflow/tasker.error.js';

/** The worker of the application is running, so both the worker and the test kit would run steps. */
export class ActiveWorkerError extends TaskerError {
  readonly code = 'TASKER_ACTIVE_WORKER';

  constructor() {
    super(
      'The worker of this application is running, so the test kit cannot step the engine by hand. ' +
        'Set worker: { enabled: false } in the options of TaskerModule under test.',
    );
  }
}

/** A task did not end: no step of it is due or waits for a time, or it was retried too often. */
export class UnendedTaskError extends TaskerError {
  readonly code = 'TASKER_UNENDED_TASK';

  constructor(
    readonly task: TaskDetails,
    reason: string,
  ) {
    const steps = task.steps.map(({ name, state, attempts }) => `${name} ${state} (${attempts} attempts)`).join(', ');
    super(`Task ${task.id} is still ${task.state}: ${reason}. Its steps: ${steps}.`);
  }
}

/** A matrix of permissions was asked about an unknown user, or about one for whom the coordinator failed. */
export class PermissionMatrixError extends TaskerError {
  readonly code = 'TASKER_PERMISSION_MATRIX';
}
