import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { UnreadableFileError } from './cli.errors.js';

/** The public Ed25519 key in a file in PEM. @throws UnreadableFileError */
export function publicKeyIn(path: string): KeyObject {
  try {
    const key = createPublicKey(readFileSync(path));
    if (key.asymmetricKeyType !== 'ed25519')
      throw new Error(`it has a key of type ${key.asymmetricKeyType}, not ed25519`);
    return key;
  } catch (error) {
    throw new UnreadableFileError(path, error as Error);
  }
}
