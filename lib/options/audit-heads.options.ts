import type { KeyObject } from 'node:crypto';

/** The last entry of a chain of the audit log, as it was published. As JSON, its fields are in this order. */
export interface PublishedAuditHead {
  /** When it was published, by the clock of the database. */
  readonly time: string;
  /** Null for the chain of what belongs to no namespace. */
  readonly namespace: string | null;
  /** The place of the entry. */
  readonly seq: string;
  /** The hash of the entry, in hexadecimal digits. */
  readonly hash: string;
  /** In Base64; null without a signing key. */
  readonly signature: string | null;
}

/**
 * How the last entries of the chains are published. Somebody who may change the tables can compute all hashes of a
 * chain again, which only a head that was kept elsewhere shows.
 */
export interface AuditHeadsOptions {
  /** The interval at which heads that changed are published, in seconds. One of all processes does it. @default 3_600 */
  readonly everySeconds?: number;
  /** Whether each head is written to the log, as `TaskerAudit`. @default true */
  readonly log?: boolean;
  /** The path of a file to which each head is appended as a line of JSON; null for none. @default null */
  readonly file?: string | null;
  /**
   * Sends heads elsewhere, such as to another system by HTTP. If it throws, or has not ended after 30 s, it is called again
   * with the latest heads. @default null
   */
  readonly publish?: ((heads: readonly PublishedAuditHead[]) => void | Promise<void>) | null;
  /** The private Ed25519 key that signs heads, in PEM or as `KeyObject`; null for no signatures. @default null */
  readonly signingKey?: string | KeyObject | null;
}
