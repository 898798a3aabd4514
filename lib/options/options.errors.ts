import { TaskerError } from '../workflow/tasker.error.js';

/** Options that cannot work; lists every one of them by its path. */
export class InvalidOptionsError extends TaskerError {
  readonly code = 'TASKER_INVALID_OPTIONS';

  constructor(readonly faults: readonly string[]) {
    super(`The options of TaskerModule are invalid:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}
