import { OutageError } from '../workflow/outage.error.js';
import { TaskerError } from '../workflow/tasker.error.js';

/** The provider of keys cannot be reached, so that sensitive values cannot be read. */
export class DataKeyUnavailableError extends OutageError {
  readonly code = 'TASKER_DATA_KEY_UNAVAILABLE';
  readonly reason: string;

  constructor(keyId: string | null, reason: string, cause: unknown) {
    super('Sensitive data cannot be read at the moment, because its keys are unavailable. Try again.', { cause });
    const which = keyId === null ? 'The current key' : `The key ${JSON.stringify(keyId)}`;
    this.reason = `${which} of sensitive data cannot be read: ${reason}`;
  }
}

/** Sensitive values are encrypted with a key that the provider does not have, or were changed. */
export class UnreadableSensitiveDataError extends TaskerError {
  readonly code = 'TASKER_UNREADABLE_SENSITIVE_DATA';

  constructor(keyId: string | null, place: string, cause?: unknown) {
    const why =
      keyId === null
        ? 'they were changed in the database'
        : cause === undefined
          ? `the key ${JSON.stringify(keyId)} is not among sensitiveData.keys`
          : `they were changed in the database, or the key ${JSON.stringify(keyId)} is another one than when they were stored`;
    super(`The sensitive values of ${place} cannot be read: ${why}.`, { cause });
  }
}

/** A provider of keys answered something that is no key. */
export class InvalidDataKeyError extends TaskerError {
  readonly code = 'TASKER_INVALID_DATA_KEY';

  constructor(asked: string) {
    super(
      `The provider in sensitiveData.keys answered ${asked} with something else than a key: it must be ` +
        '{ id: 1 to 128 characters, secret: a Uint8Array of 32 bytes }.',
    );
  }
}

/** There is no secret for the hashes by which the tasks of people are found. */
export class MissingSubjectSecretError extends TaskerError {
  readonly code = 'TASKER_MISSING_SUBJECT_SECRET';

  /** @param templates those that name a person */
  constructor(templates: readonly string[] = []) {
    const need =
      templates.length > 0 ? `, although templates have sensitive_data.subject: ${templates.join(', ')}` : '';
    super(`The option sensitiveData.subjectSecret is not set${need}.`);
  }
}
