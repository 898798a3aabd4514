/** A key that sensitive values are encrypted with. */
export interface DataKey {
  /** Stored with each value, in plain text; 1 to 128 characters. */
  readonly id: string;
  /** 32 random bytes. */
  readonly secret: Uint8Array;
}

/** The source of keys, such as a key management service. Keys that were read are kept in memory. See `dataKeys`. */
export interface DataKeyProvider {
  /** The key for new values. Asked at start and then every minute; if it fails, the last answer remains in use. */
  current(): DataKey | Promise<DataKey>;
  /** The key with this id; null if there is none. Asked once for each id, when a value must be decrypted. */
  find(id: string): DataKey | null | Promise<DataKey | null>;
}

/** How values that templates mark in `sensitive_data` are kept. */
export interface SensitiveDataOptions {
  /**
   * The keys that encrypt them with AES-256-GCM, such as `dataKeys(...)`; null if they are not encrypted.
   * @default null
   */
  readonly keys?: DataKeyProvider | null;
  /**
   * The secret of the hashes by which the tasks of a person are found, at least 32 bytes long. Required if a template has
   * `sensitive_data.subject`. If it changes, tasks from before are not found. It is also the key of the hashes by which
   * requests with sensitive data are compared, if `identity.strategy` or a task handler decides which are equal.
   * @default null
   */
  readonly subjectSecret?: string | null;
}
