import type { DataKeyList, DataKeyProvider } from './sensitive-data.options.js';

/** A provider of keys that are known at start. The list has been checked. */
export function providerOf(keys: DataKeyProvider | DataKeyList): DataKeyProvider {
  if (!('secrets' in keys)) return keys;
  const { current, secrets } = keys;
  const find: DataKeyProvider['find'] = (id) => {
    const secret = Object.hasOwn(secrets, id) ? secretBytes(secrets[id]) : null;
    return secret && { id, secret };
  };
  return { current: async () => (await find(current))!, find };
}

/** The bytes of a secret; null if it is neither bytes nor Base64. */
export function secretBytes(secret: unknown): Uint8Array | null {
  if (secret instanceof Uint8Array) return secret;
  if (typeof secret !== 'string' || !/^[\w+/-]+={0,2}$/.test(secret)) return null;
  return Buffer.from(secret, 'base64'); // takes the URL-safe alphabet, too
}
