import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ID_LENGTH = 12;
/** Of 62 characters each, 43 are as many possibilities as 256 bits. */
const SECRET_LENGTH = 43;
const ID = new RegExp(`^[0-9A-Za-z]{${ID_LENGTH}}$`);
const TOKEN = new RegExp(`^tsk_([0-9A-Za-z]{${ID_LENGTH}})_([0-9A-Za-z]{${SECRET_LENGTH}})$`);

/** The digest of no secret. */
const UNKNOWN = randomBytes(32);

/** The two parts of a token. */
export interface TokenParts {
  readonly id: string;
  readonly secret: string;
}

/** The digests of the secrets of a token, in hexadecimal. */
export interface TokenHashes {
  readonly secretHash: string;
  /** Null if only one secret is valid. */
  readonly previousHash: string | null;
}

/** Other texts, such as one with NUL, must not reach the database. */
export const isTokenId = (text: string): boolean => ID.test(text);
export const newTokenId = (): string => randomText(ID_LENGTH);
export const newTokenSecret = (): string => randomText(SECRET_LENGTH);
export const tokenText = ({ id, secret }: TokenParts): string => `tsk_${id}_${secret}`;

/** The parts of a token; null for any other text. */
export function partsOfToken(token: string): TokenParts | null {
  const [, id, secret] = TOKEN.exec(token) ?? [];
  return id === undefined || secret === undefined ? null : { id, secret };
}

/** The digest that is stored instead of the secret. */
export function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/**
 * Whether a secret is one of those of a token. The work is the same for an unknown token, and the time does not depend
 * on how much of a secret is right.
 */
export function isSecretOf(secret: string, token: TokenHashes | null): boolean {
  const given = hashOf(secret);
  const [isPresent, isPrevious] = [token?.secretHash, token?.previousHash].map((hash) =>
    timingSafeEqual(given, digestIn(hash)),
  );
  return isPresent === true || isPrevious === true;
}

function digestIn(hash: string | null | undefined): Buffer {
  const bytes = Buffer.from(hash ?? '', 'hex');
  return bytes.length === UNKNOWN.length ? bytes : UNKNOWN;
}

/** `randomInt` is unbiased. */
function randomText(length: number): string {
  return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}
