import type { LookupAddress, LookupOptions } from 'node:dns';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { lookupThrough } from '../../../lib/webhooks/target.lookup.js';

let found: readonly string[] | Error;

const resolver = {
  resolve: (): Promise<readonly LookupAddress[]> =>
    found instanceof Error
      ? Promise.reject(found)
      : Promise.resolve(found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))),
};

const look = (options: LookupOptions, allowPrivate = false): Promise<unknown> =>
  new Promise((resolve, reject) => {
    lookupThrough(resolver, allowPrivate)('hooks.example', options, (error, address, family) => {
      if (error) reject(error);
      else resolve(family === undefined ? address : [address, family]);
    });
  });

beforeEach(() => {
  found = ['8.8.8.8', '2606:4700::1'];
});

describe('the name of a receiver', () => {
  it('leads to all its addresses, or to the first where one is wanted', async () => {
    expect(await look({ all: true })).toEqual([
      { address: '8.8.8.8', family: 4 },
      { address: '2606:4700::1', family: 6 },
    ]);
    expect(await look({})).toEqual(['8.8.8.8', 4]);
    expect(await look({ family: 6 })).toEqual(['2606:4700::1', 6]);
    expect(await look({ family: 'IPv4', all: true })).toEqual([{ address: '8.8.8.8', family: 4 }]);
  });

  it('that has no address of the wanted family is told', async () => {
    found = ['8.8.8.8'];
    await expect(look({ family: 6 })).rejects.toThrow('hooks.example has no IPv6 address.');
  });

  it.each([[['10.0.0.1', '8.8.8.8']], [['8.8.8.8', '10.0.0.1']], [['8.8.8.8', '2606:4700::1', '10.0.0.1']]])(
    'is refused where one of its addresses is not public, which is not named: %j',
    async (addresses) => {
      found = addresses;
      for (const options of [{ all: true }, {}, { family: 4 }, { family: 6 }]) {
        const refused = look(options);
        await expect(refused).rejects.toThrow(
          /^hooks\.example resolves to an address that is not public \(see the option/,
        );
        await expect(refused).rejects.not.toThrow('10.0.0.1');
      }
      expect(await look({ all: true }, true)).toHaveLength(addresses.length);
    },
  );

  it('that nobody knows is told as it was found', async () => {
    found = new Error('The name hooks.example has no address.');
    await expect(look({ all: true })).rejects.toBe(found);
  });
});
