import { hkdfSync } from 'node:crypto';
import type { Claims } from '../claims.user.js';

const ALGORITHMS = { alg: 'dir', enc: 'A256GCM' } as const;
const KEY_BYTES = 32;

/** Encrypts values for one purpose, so that only this application can read, make or change them. */
export class CookieSeal {
  private readonly key: Uint8Array;

  /** @param purpose also who it is for: a value for another purpose cannot be read */
  constructor(secret: string | Uint8Array, purpose: string) {
    this.key = new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(), purpose, KEY_BYTES));
  }

  async close(values: Readonly<Record<string, unknown>>, lastsSeconds: number): Promise<string> {
    const { EncryptJWT } = await import('jose');
    const now = Math.floor(Date.now() / 1_000);
    return new EncryptJWT(values)
      .setProtectedHeader(ALGORITHMS)
      .setIssuedAt(now)
      .setExpirationTime(now + lastsSeconds)
      .encrypt(this.key);
  }

  /** The values, and when they expire; null for any other text, and after their time. */
  async open(text: string): Promise<(Claims & { readonly exp: number }) | null> {
    const { errors, jwtDecrypt } = await import('jose');
    try {
      const { payload } = await jwtDecrypt(text, this.key, {
        keyManagementAlgorithms: [ALGORITHMS.alg],
        contentEncryptionAlgorithms: [ALGORITHMS.enc],
        requiredClaims: ['exp'],
        currentDate: new Date(Date.now()),
      });
      return { ...payload, exp: payload.exp! };
    } catch (error) {
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  }
}
