import { isIP } from 'node:net';
import { isPublicAddress } from './target.address.js';

/**
 * Why a URL cannot be told of changes, or null. A name passes: what it leads to is known when it is connected to, and
 * checked there (`target.lookup.ts`).
 */
export function targetFault(url: string, allowPrivate: boolean): string | null {
  if (!URL.canParse(url)) return 'must be a URL';
  const { protocol, username, password, hostname } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') return 'must begin with https:// or http://';
  if (username !== '' || password !== '') return 'must not contain a user or password; requests are signed instead';
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  if (!allowPrivate && isIP(address) !== 0 && !isPublicAddress(address))
    return `must not point to ${address}, ${NOT_PUBLIC}`;
  return null;
}

/** How an address is refused, wherever that is found. */
export const NOT_PUBLIC = 'an address that is not public (see the option webhooks.allowPrivateTargets)';

/** A URL as it is stored: just as it is sent to, without a fragment, so that no other spelling hides where it leads to. */
export function normalisedUrl(url: string): string {
  const { origin, pathname, search } = new URL(url);
  return `${origin}${pathname}${search}`;
}
