import type { AccessFace } from './access/authorization-coordinator.contract.js';
import type { JsonObject } from './json.js';

/** `unchanged`: the object was already as requested. `refused`: by the state of the object. `denied`: to the user. */
export const AUDIT_OUTCOMES = ['done', 'unchanged', 'refused', 'denied'] as const;
/** What became of an operation. */
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** The kinds of objects in the audit log. */
export const AUDIT_KINDS = ['task', 'step', 'template', 'webhook', 'api_token', 'system'] as const;
export type AuditKind = (typeof AUDIT_KINDS)[number];

/** The operation of entries about older entries that were removed from their chain. */
export const AUDIT_REMOVAL = 'removeAuditEntries';

/** Where an operation came from: a face of the API, or code of the host. */
export type AuditFace = AccessFace | 'code';

/** An entry of the audit log. */
export interface AuditEntry {
  readonly id: string;
  readonly occurredAt: string;
  /** The namespace of the object; null if it has none. */
  readonly namespace: string | null;
  /** The place in the chain of the namespace; null until the entry is sealed, about a second after it was stored. */
  readonly seq: string | null;
  /** The hash in the chain, in hexadecimal digits; null until the entry is sealed. */
  readonly hash: string | null;
  /** What was requested, such as `cancelTask`. */
  readonly operation: string;
  readonly permission: string | null;
  readonly face: AuditFace;
  /** The id of the user; null if there was none. */
  readonly actor: string | null;
  /** How the user was authenticated; null if unknown. */
  readonly method: string | null;
  readonly tokenId: string | null;
  readonly correlationId: string | null;
  readonly subjectKind: AuditKind;
  readonly subjectId: string | null;
  readonly taskId: string | null;
  readonly outcome: AuditOutcome;
  /** The code of the error; null if there was none. */
  readonly code: string | null;
  /**
   * The roles and the address of the user, the reason, and what changed: `tasks` and `steps` with their states, or
   * the fields `from` and `to`. Null if the details were erased.
   */
  readonly details: JsonObject | null;
}
