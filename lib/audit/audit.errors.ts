import { inSentences } from '../workflow/sentence.js';
import { TaskerError, type Problem } from '../workflow/tasker.error.js';

/** A request about the audit log is invalid. */
export class InvalidAuditRequestError extends TaskerError {
  readonly code = 'TASKER_INVALID_AUDIT_REQUEST';
  override readonly httpStatus = 400;

  constructor(override readonly problems: readonly Problem[]) {
    super(`The request about the audit log is invalid: ${inSentences(problems)}`);
  }
}

/** This process is already verifying the audit log. */
export class AuditVerificationInProgressError extends TaskerError {
  readonly code = 'TASKER_AUDIT_VERIFICATION_IN_PROGRESS';
  override readonly httpStatus = 429;
  override readonly retryAfterSeconds = 30;

  constructor() {
    super('This process is already verifying the audit log. Wait until it has finished.');
  }
}

/** A file is not an export of the audit log, or not the heads of its chains. */
export class InvalidAuditFileError extends TaskerError {
  readonly code = 'TASKER_INVALID_AUDIT_FILE';

  constructor(
    readonly line: number,
    of: 'an export' | 'the heads',
  ) {
    super(`Line ${line} does not belong to ${of} of an audit log.`);
  }
}
