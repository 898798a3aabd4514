import { TaskerError } from '../workflow/tasker.error.js';

/** A head that is said to have been published has no signature of the key, or one of something else. */
export class ForgedAuditHeadError extends TaskerError {
  readonly code = 'TASKER_FORGED_AUDIT_HEAD';

  constructor(
    readonly namespace: string | null,
    readonly seq: string,
  ) {
    super(
      `The head ${seq} of the audit log of ${namespace === null ? 'no namespace' : `the namespace "${namespace}"`} has no ` +
        'valid signature. Somebody has changed or forged it, or the public key is not that of the signing key.',
    );
  }
}
