import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { DataKey } from '../options/sensitive-data.options.js';
import { UnreadableSensitiveDataError } from './protection.errors.js';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * What a ciphertext belongs to. It is authenticated with the ciphertext, which therefore cannot be moved to another
 * document. Tasks share the places of their template, because the results that a repeated task keeps are copied.
 */
export type DocumentPlace = readonly [namespace: string, task: string, document: string];

/** Encrypts a text: nonce, tag and ciphertext, in this order. */
export function seal(text: string, { secret }: DataKey, place: DocumentPlace): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, secret, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(authenticated(place));
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]);
}

/** @throws UnreadableSensitiveDataError if the content was changed, belongs to another document, or has another key */
export function unseal(content: Buffer, { id, secret }: DataKey, place: DocumentPlace): string {
  try {
    const nonce = content.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv(ALGORITHM, secret, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(authenticated(place));
    decipher.setAuthTag(content.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const ciphertext = content.subarray(NONCE_BYTES + TAG_BYTES);
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
  } catch (error) {
    throw new UnreadableSensitiveDataError(id, place.join('/'), error);
  }
}

/** Each part has its length before it, so that no two places give the same bytes. */
function authenticated(place: DocumentPlace): Buffer {
  return Buffer.concat(
    ['nestjs-tasker/1', ...place].flatMap((part) => {
      const bytes = Buffer.from(part, 'utf8');
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}
