import { AUDIT_KINDS, AUDIT_OUTCOMES, type AuditKind, type AuditOutcome } from './audit.entry.js';
import { Input } from './input.fields.js';
import { instant, rowId, someOf, text, type Choice } from './input.kinds.js';

/** Ids of users and of other systems, which may be long. */
const MAX_ID_LENGTH = 256;
const OUTCOMES: Choice = { name: 'AuditOutcome', values: AUDIT_OUTCOMES };
const KINDS: Choice = { name: 'AuditKind', values: AUDIT_KINDS };

/** The fields of `AuditFilter`. */
export class AuditFilterFields {
  /** The namespace of the object; empty for entries of no namespace. */
  @Input(text(), 'The namespace of the object. If empty, selects entries of no namespace.')
  readonly namespace?: string;

  @Input(text(MAX_ID_LENGTH), 'The id of the user.')
  readonly actor?: string;

  @Input(text(), 'The operation, such as `cancelTask`.')
  readonly operation?: string;

  /** Entries with one of these outcomes. */
  @Input(someOf(OUTCOMES), 'Selects entries with one of these outcomes.')
  readonly outcomes?: readonly AuditOutcome[];

  /** Entries about objects of one of these kinds. */
  @Input(someOf(KINDS), 'Selects entries about objects of one of these kinds.')
  readonly subjectKinds?: readonly AuditKind[];

  @Input(text(MAX_ID_LENGTH), 'The id of the object.')
  readonly subjectId?: string;

  @Input(rowId('task'), 'The task of the object.')
  readonly taskId?: string;

  @Input(text(MAX_ID_LENGTH), 'The id of the token by which the user was authenticated.')
  readonly tokenId?: string;

  @Input(text(MAX_ID_LENGTH), 'The correlation id of the request.')
  readonly correlationId?: string;

  @Input(instant, 'Selects entries at or after this instant. ISO 8601 with a time zone.')
  readonly from?: Date | string;

  @Input(instant, 'Selects entries before this instant. ISO 8601 with a time zone.')
  readonly to?: Date | string;
}

/** Selects entries of the audit log for which all given conditions hold. */
export type AuditFilter = Readonly<AuditFilterFields>;
