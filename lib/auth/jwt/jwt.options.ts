import type { JSONWebKeySet, JWTPayload } from 'jose';
import type { TaskerUser } from '../../workflow/access/authenticator.contract.js';
import { mustBe, mustBeOneOf } from '../../workflow/input.wording.js';
import { isTextOrTexts, isWithin, unknownOptions } from '../option.faults.js';
import { isSafeUrl } from './remote.json.js';

/** The algorithms for tokens signed with a secret, and the minimum length of the secret in bytes (RFC 7518, 3.2). */
const SECRET_BYTES = { HS256: 32, HS384: 48, HS512: 64 } as const;
const OF_SECRETS = Object.keys(SECRET_BYTES) as (keyof typeof SECRET_BYTES)[];
/** The algorithms for tokens signed with a private key. */
const OF_KEYS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const;

export type SecretAlgorithm = (typeof OF_SECRETS)[number];
export type KeyAlgorithm = (typeof OF_KEYS)[number];

/** The requirements that a token must meet. */
interface JwtRules {
  /** The values of `iss` that are accepted. */
  readonly issuer: string | readonly string[];
  /** The values of `aud` that are accepted: names of this application, so that tokens for others are refused. */
  readonly audience: string | readonly string[];
  /** The tolerated difference from the clock of the issuer, in seconds: 0 to 60. @default 5 */
  readonly clockToleranceSeconds?: number;
  /** The longest time from `iat` to `exp`, in seconds. @default 86_400 (a day) */
  readonly maxLifetimeSeconds?: number;
  /** The value of the header `typ`, such as `at+jwt` (RFC 9068). @default any */
  readonly type?: string;
  /** The user of a token; null for none. @default the subject as the id, and the claims `roles` and `namespaces` */
  readonly user?: (claims: JWTPayload) => TaskerUser | null;
}

/** Tokens signed with a secret that the issuer shares. */
export interface JwtSecretOptions extends JwtRules {
  /** At least 32 bytes for HS256, 48 for HS384 and 64 for HS512. A string is encoded in UTF-8. */
  readonly secret: string | Uint8Array;
  /** @default ['HS256'] */
  readonly algorithms?: readonly SecretAlgorithm[];
}

/** Tokens signed with a private key. */
export interface JwtKeyOptions extends JwtRules {
  /** The public keys (RFC 7517). */
  readonly keys: JSONWebKeySet;
  /** @default ['RS256', 'ES256', 'EdDSA'] */
  readonly algorithms?: readonly KeyAlgorithm[];
}

/** Tokens signed with a private key. The issuer publishes the public keys. */
export interface JwtKeysUrlOptions extends Omit<JwtKeyOptions, 'keys'>, KeyTimes {
  /** The URL of the public keys (`jwks_uri`): `https`, or `http` to this machine. */
  readonly keysUrl: string;
}

/** Tokens signed with a private key. The issuer describes itself, and so where the public keys are (OpenID Connect). */
export interface JwtIssuerOptions extends Omit<JwtKeyOptions, 'keys'>, KeyTimes {
  /** The URL of the issuer: `https`, or `http` to this machine. It is also the value of `iss`. */
  readonly issuer: string;
}

/** When keys are fetched, and how long they are used. */
export interface KeyTimes {
  /** After how many seconds keys are fetched again. @default 600 */
  readonly keysRefreshSeconds?: number;
  /** For how many seconds the last keys are used while the issuer cannot be reached. @default 86_400 (a day) */
  readonly keysLastSeconds?: number;
}

/** The options of `JwtAuthenticator`, with one source of keys. */
export type JwtOptions = JwtSecretOptions | JwtKeyOptions | JwtKeysUrlOptions | JwtIssuerOptions;

const SOURCES = ['secret', 'keys', 'keysUrl'] as const;
const KNOWN = [
  ...SOURCES,
  ...['issuer', 'audience', 'algorithms', 'clockToleranceSeconds', 'maxLifetimeSeconds', 'type', 'user'],
  ...['keysRefreshSeconds', 'keysLastSeconds'],
];

export const isSecret = (options: JwtOptions): options is JwtSecretOptions =>
  (options as Partial<JwtSecretOptions>).secret !== undefined;

export const hasKeys = (options: JwtOptions): options is JwtKeyOptions =>
  (options as Partial<JwtKeyOptions>).keys !== undefined;

export const hasKeysUrl = (options: JwtOptions): options is JwtKeysUrlOptions =>
  (options as Partial<JwtKeysUrlOptions>).keysUrl !== undefined;

export function algorithmsOf(options: JwtOptions): readonly string[] {
  return options.algorithms ?? (isSecret(options) ? ['HS256'] : ['RS256', 'ES256', 'EdDSA']);
}

export function secretBytesOf({ secret }: JwtSecretOptions): Uint8Array {
  return typeof secret === 'string' ? new TextEncoder().encode(secret) : secret;
}

/** Every fault of the options, with its path. */
export function jwtFaults(options: JwtOptions): string[] {
  const given = options as unknown as Readonly<Record<string, unknown>>;
  const faults = unknownOptions(given, KNOWN);
  const fault = (name: string, wrong: boolean, message: string): void => {
    if (wrong) faults.push(`${name} ${message}`);
  };
  const sources = SOURCES.filter((name) => given[name] !== undefined);
  if (sources.length > 1) faults.push(`only one of ${SOURCES.join(', ')} is allowed, got ${sources.join(', ')}`);
  for (const name of ['issuer', 'audience'])
    fault(name, !isTextOrTexts(given[name]), mustBe('a string, or a list of strings that is not empty'));
  const isDiscovered = sources.length === 0 && isTextOrTexts(given.issuer);
  fault(
    'issuer',
    isDiscovered && !isSafeUrl(given.issuer),
    `${mustBe('an https URL')}, as there is none of ${SOURCES.join(', ')}`,
  );
  fault('clockToleranceSeconds', !isWithin(given.clockToleranceSeconds, 0, 60), mustBe('a number from 0 to 60'));
  for (const name of ['maxLifetimeSeconds', 'keysRefreshSeconds', 'keysLastSeconds'])
    fault(name, !isWithin(given[name], 1, 31_536_000), mustBe('a number from 1 to 31536000'));
  fault('user', given.user !== undefined && typeof given.user !== 'function', mustBe('a function'));
  fault('keys', given.keys !== undefined && !isKeySet(given.keys), mustBe('a JWK Set with at least one key'));
  fault('keysUrl', given.keysUrl !== undefined && !isSafeUrl(given.keysUrl), mustBe('an https URL without a password'));
  const allowed: readonly string[] = isSecret(options) ? OF_SECRETS : OF_KEYS;
  const algorithms = given.algorithms ?? allowed.slice(0, 1);
  const areKnown =
    Array.isArray(algorithms) && algorithms.length > 0 && algorithms.every((one) => allowed.includes(one as string));
  fault(
    'algorithms',
    !areKnown,
    `${mustBeOneOf(allowed)}: an algorithm for another kind of key would let tokens be forged`,
  );
  if (areKnown && isSecret(options)) faults.push(...secretFaults(options));
  return faults;
}

function secretFaults(options: JwtSecretOptions): string[] {
  const { secret } = options as { readonly secret: unknown };
  if (typeof secret !== 'string' && !(secret instanceof Uint8Array)) return [`secret ${mustBe('a string or bytes')}`];
  const least = Math.max(...algorithmsOf(options).map((name) => SECRET_BYTES[name as SecretAlgorithm]));
  const { length } = secretBytesOf(options);
  return length < least ? [`secret must have at least ${least} bytes, and has ${length}`] : [];
}

/** The keys themselves are checked when a token names them. */
function isKeySet(value: unknown): boolean {
  const { keys } = (value ?? {}) as { readonly keys?: unknown };
  return Array.isArray(keys) && keys.length > 0 && keys.every((key) => typeof key === 'object' && key !== null);
}
