import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import type { PublishedAuditHead } from '../options/audit-heads.options.js';
import type { AuditHead, DueHead } from '../persistence/audit.gateway.js';
import { hiddenHead, type AuditChainHead } from './audit.export.js';
import { ForgedAuditHeadError } from './forged-audit-head.error.js';

/** What is signed begins with this, so that no signature of the same key for something else fits. */
const PURPOSE = 'nestjs-tasker audit head ';

export function publishedHead(head: DueHead, signingKey: string | KeyObject | null): PublishedAuditHead {
  const unsigned = { time: head.time, namespace: head.namespace || null, seq: head.seq, hash: head.hash };
  const signature = signingKey === null ? null : sign(null, textOf(unsigned), signingKey).toString('base64');
  return { ...unsigned, signature };
}

/**
 * A head that was published, as the chains have it.
 *
 * @param publicKey the Ed25519 key of its signature, in PEM or as `KeyObject`; null if it needs none
 * @throws ForgedAuditHeadError
 */
export function trustedHead(
  head: AuditHead | AuditChainHead | PublishedAuditHead,
  publicKey: string | KeyObject | null,
): AuditHead {
  const isTrusted = publicKey === null || ('signature' in head && isSignedBy(head, publicKey));
  if (!isTrusted) throw new ForgedAuditHeadError(head.namespace || null, head.seq);
  return hiddenHead(head);
}

function isSignedBy(head: PublishedAuditHead, publicKey: string | KeyObject): boolean {
  const key = typeof publicKey === 'string' ? createPublicKey(publicKey) : publicKey;
  return verify(null, textOf(head), key, Buffer.from(head.signature ?? '', 'base64'));
}

/** The fields in their order, so that a head that was read from elsewhere has the same text. */
function textOf({ time, namespace, seq, hash }: Omit<PublishedAuditHead, 'signature'>): Buffer {
  return Buffer.from(PURPOSE + JSON.stringify({ time, namespace, seq, hash }));
}
