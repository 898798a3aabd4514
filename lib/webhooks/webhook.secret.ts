import { createHmac, randomBytes } from 'node:crypto';

/** Secrets and signatures as specified by https://www.standardwebhooks.com. */

const PREFIX = 'whsec_';
const LEAST_BYTES = 24;
const MOST_BYTES = 64;

export function newSecret(): string {
  return PREFIX + randomBytes(32).toString('base64');
}

/** The problem of a secret, or null. */
export function secretFault(secret: unknown): string | null {
  const bytes = typeof secret === 'string' && secret.startsWith(PREFIX) ? bytesOf(secret) : null;
  // Node ignores characters that are not base64.
  const isBase64 = bytes !== null && PREFIX + bytes.toString('base64') === secret;
  if (isBase64 && bytes.length >= LEAST_BYTES && bytes.length <= MOST_BYTES) return null;
  return `must be ${PREFIX} followed by ${LEAST_BYTES} to ${MOST_BYTES} bytes in base64`;
}

/** The value of `webhook-signature`. */
export function signatureOf(secret: string, id: string, timestamp: string, body: string): string {
  return `v1,${createHmac('sha256', bytesOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

function bytesOf(secret: string): Buffer {
  return Buffer.from(secret.slice(PREFIX.length), 'base64');
}
