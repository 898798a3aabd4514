import type { LookupFunction } from 'node:net';
import type { NameResolver } from './name.resolver.js';
import { isPublicAddress } from './target.address.js';
import { NOT_PUBLIC } from './target.check.js';

/**
 * Resolves a name for a connection, and refuses it if one of its addresses is not public, unless that is allowed. The
 * check is made here and not earlier, so that the name cannot change in between. The error does not name the address,
 * because users who create webhooks must not learn addresses of this network.
 */
export function lookupThrough(resolver: Pick<NameResolver, 'resolve'>, allowPrivate: boolean): LookupFunction {
  return (hostname, { all, family }, callback) => {
    resolver.resolve(hostname).then(
      (found) => {
        const wanted = found.filter((each) => !family || String(family).endsWith(String(each.family)));
        if (!allowPrivate && !found.every(({ address }) => isPublicAddress(address)))
          callback(new Error(`${hostname} resolves to ${NOT_PUBLIC}.`), []);
        else if (wanted.length === 0) callback(new Error(`${hostname} has no IPv${family} address.`), []);
        else if (all) callback(null, [...wanted]);
        else callback(null, wanted[0]!.address, wanted[0]!.family);
      },
      (error: unknown) => callback(error as Error, []),
    );
  };
}
