import { hash, randomBytes } from 'node:crypto';
import type { AuditChain, AuditHead, Seal, SealedEntry, UnsealedEntry } from '../persistence/audit.gateway.js';

/** The hash before the first entry of a chain. */
export const GENESIS = '0'.repeat(64);

/** A chain without entries. */
export function emptyChain(namespace: string): AuditChain {
  return { namespace, seq: '0', hash: GENESIS, removed: { seq: '0', hash: GENESIS } };
}

/** Continues a chain with entries, in their order. */
export function sealed(head: AuditHead, entries: readonly UnsealedEntry[]): readonly Seal[] {
  let { seq, hash: previousHash } = head;
  return entries.map(({ id, fields, details }) => {
    seq = String(BigInt(seq) + 1n);
    const salt = randomBytes(16).toString('hex');
    const detailsHash = hashOfDetails(details, salt);
    const seal = { id, seq, salt, detailsHash, previousHash };
    const own = hashOf(head.namespace, { ...seal, fields });
    previousHash = own;
    return { ...seal, hash: own };
  });
}

/**
 * The hash of an entry: SHA-256 of the JSON array of the previous hash, the namespace, the place, all fields, and the hash
 * of the details, with a space after each comma.
 */
export function hashOf(
  namespace: string,
  { previousHash, seq, fields, detailsHash }: Pick<SealedEntry, 'previousHash' | 'seq' | 'fields' | 'detailsHash'>,
): string {
  return hash('sha256', `["${previousHash}", ${JSON.stringify(namespace)}, "${seq}", ${fields}, "${detailsHash}"]`);
}

/** SHA-256 of the salt in hexadecimal digits, followed by the details as JSON. */
export function hashOfDetails(details: string, salt: string): string {
  return hash('sha256', salt + details);
}
