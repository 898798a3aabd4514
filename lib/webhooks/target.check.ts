import { isIP } from 'node:net';
import { isPublicAddress } from './target.address.js';

/**
 * The reason why a URL cannot be that of a webhook, or null. Host names pass: their addresses are checked when the
 * connection is opened (`target.lookup.ts`).
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

/** The wording for an address that is refused. */
export const NOT_PUBLIC = 'an address that is not public (see the option webhooks.allowPrivateTargets)';

/**
 * The URL to store: in the form in which it is used, without a fragment, so that no other spelling hides its target.
 */
export function normalisedUrl(url: string): string {
  const { origin, pathname, search } = new URL(url);
  return `${origin}${pathname}${search}`;
}
