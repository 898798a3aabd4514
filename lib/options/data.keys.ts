import { types } from 'node:util';
import { isFields } from '../workflow/input.checks.js';
import { mustBe } from '../workflow/input.wording.js';
import { InvalidOptionsError } from './options.errors.js';
import type { DataKey, DataKeyProvider } from './sensitive-data.options.js';

export const DATA_KEY_BYTES = 32;

/**
 * Keys that are known at start, for the option `sensitiveData.keys`.
 *
 * @param current the id of the key for new values
 * @param secrets all keys by id, each 32 random bytes, as bytes or in Base64. Values of other keys than the current one are
 *   encrypted again in the background; remove a key once the log says that no value needs it any more
 * @throws InvalidOptionsError
 *
 * @example
 * ```ts
 * dataKeys('2027', { '2026': process.env.DATA_KEY_2026!, '2027': process.env.DATA_KEY_2027! });
 * ```
 */
export function dataKeys(current: string, secrets: Readonly<Record<string, string | Uint8Array>>): DataKeyProvider {
  if (!isFields(secrets)) throw new InvalidOptionsError([`dataKeys: secrets ${mustBe('an object of secrets by id')}`]);
  const keys = new Map(Object.entries(secrets).map(([id, secret]) => [id, { id, secret: bytesOf(secret) }]));
  const problems = [...keys.values()].filter((key) => !isDataKey(key)).map(({ id }) => problemOf(id));
  if (!keys.has(current))
    problems.push(`dataKeys: there is no key with the id of the current one, ${JSON.stringify(current)}`);
  if (problems.length > 0) throw new InvalidOptionsError(problems);
  return { current: () => keys.get(current) as DataKey, find: (id) => (keys.get(id) as DataKey | undefined) ?? null };
}

/** Whether a value of any type is a key. */
export function isDataKey(key: unknown): key is DataKey {
  const { id, secret } = (key as Partial<DataKey> | null) ?? {};
  const isId = typeof id === 'string' && id.length >= 1 && id.length <= 128;
  return isId && types.isUint8Array(secret) && secret.length === DATA_KEY_BYTES;
}

/** Never with the secret. */
function problemOf(id: string): string {
  return (
    `dataKeys: the key ${JSON.stringify(id)} must have an id of 1 to 128 characters and ${DATA_KEY_BYTES} bytes, ` +
    'as Uint8Array or in Base64'
  );
}

function bytesOf(secret: unknown): Uint8Array | null {
  if (types.isUint8Array(secret)) return secret;
  if (typeof secret !== 'string' || !/^[\w+/-]+={0,2}$/.test(secret)) return null;
  return Buffer.from(secret, 'base64'); // takes the URL-safe alphabet, too
}
