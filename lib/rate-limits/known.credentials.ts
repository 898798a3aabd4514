import { createHash } from 'node:crypto';
import { ExpiringMap } from './expiring.map.js';

const MOST_KNOWN = 10_000;
const KEPT_MS = 3_600_000;
/** The headers with credentials that clients repeat in each request. */
const HEADERS = ['authorization', 'cookie'];

/** Identifies the credentials of a request; null if it has none in these headers. */
export type CredentialsDigest = string | null;

export function digestOf(request: unknown): CredentialsDigest {
  const { headers } = (request ?? {}) as { readonly headers?: Readonly<Record<string, unknown>> };
  const values = HEADERS.map((name) => headers?.[name] ?? null);
  if (values.every((value) => value === null)) return null;
  return createHash('sha256').update(JSON.stringify(values)).digest('base64');
}

/**
 * The credentials that were valid within the last hour. Whoever guesses does not have them, so that their owners can go on
 * while others guess from the same address.
 */
export class KnownCredentials {
  /** False if they were refused since: then something else decides about them, which somebody may be guessing. */
  private readonly valid: ExpiringMap<boolean>;

  constructor(most = MOST_KNOWN) {
    this.valid = new ExpiringMap(most);
  }

  includes(digest: CredentialsDigest, nowMs = performance.now()): boolean {
    return digest !== null && this.valid.get(digest, nowMs)?.value === true;
  }

  accepted(digest: CredentialsDigest, nowMs = performance.now()): void {
    if (digest === null || this.valid.get(digest, nowMs)?.value === false) return;
    this.valid.set(digest, true, nowMs + KEPT_MS);
  }

  refused(digest: CredentialsDigest, nowMs = performance.now()): void {
    if (this.includes(digest, nowMs)) this.valid.set(digest!, false, nowMs + KEPT_MS);
  }
}
