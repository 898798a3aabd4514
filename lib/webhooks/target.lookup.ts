import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isPublicAddress } from './target.address.js';
import { notPublic } from './target.check.js';

/**
 * Resolves a name to the addresses that are then connected to, and refuses it where one of them is not public. Checked here
 * and not before, a name cannot lead elsewhere in between.
 */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) {
      callback(error, []);
      return;
    }
    const refused = addresses.find(({ address }) => !isPublicAddress(address));
    if (refused) {
      callback(new Error(`${hostname} leads to ${notPublic(refused.address)}.`), []);
      return;
    }
    if (options.all) {
      callback(null, addresses);
      return;
    }
    callback(null, addresses[0]!.address, addresses[0]!.family);
  });
};
