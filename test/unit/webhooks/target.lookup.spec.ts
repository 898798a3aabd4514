import dns, { type LookupAddress, type LookupOptions } from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { publicLookup } from '../../../lib/webhooks/target.lookup.js';

type Callback = (error: Error | null, addresses: readonly LookupAddress[]) => void;

let found: readonly string[] | Error;

/** What the name service finds. */
function lookup(_name: string, _options: LookupOptions, callback: Callback): void {
  const error = found instanceof Error ? found : null;
  const addresses = found instanceof Error ? [] : found;
  callback(
    error,
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
  );
}

const look = (options: LookupOptions): Promise<unknown> =>
  new Promise((resolve, reject) => {
    publicLookup('hooks.example', options, (error, address, family) => {
      if (error) reject(error);
      else resolve(family === undefined ? address : [address, family]);
    });
  });

beforeEach(() => {
  jest.spyOn(dns, 'lookup').mockImplementation(lookup as never);
  syncBuiltinESMExports(); // to those who import it by its name
  found = ['8.8.8.8', '2606:4700::1'];
});

afterEach(() => {
  jest.restoreAllMocks();
  syncBuiltinESMExports();
});

describe('the name of a receiver', () => {
  it('leads to all its addresses, or to the first where one is wanted', async () => {
    expect(await look({ all: true })).toEqual([
      { address: '8.8.8.8', family: 4 },
      { address: '2606:4700::1', family: 6 },
    ]);
    expect(await look({})).toEqual(['8.8.8.8', 4]);
  });

  it.each([[['10.0.0.1', '8.8.8.8']], [['8.8.8.8', '10.0.0.1']], [['8.8.8.8', '2606:4700::1', '10.0.0.1']]])(
    'is refused where one of its addresses is not public, whichever: %j',
    async (addresses) => {
      found = addresses;
      for (const options of [{ all: true }, {}]) {
        await expect(look(options)).rejects.toThrow('hooks.example leads to 10.0.0.1, which is no public address');
      }
    },
  );

  it('that nobody knows is told as it was found', async () => {
    found = new Error('getaddrinfo ENOTFOUND hooks.example');
    await expect(look({ all: true })).rejects.toBe(found);
  });
});
