import { BlockList, isIP } from 'node:net';

/** Of IPv4, what is not reachable for everybody: the special-purpose registry of IANA, multicast, and what is reserved. */
const PRIVATE_IPV4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10], // shared between a provider and its customers (CGNAT)
  ['127.0.0.0', 8],
  ['168.63.129.16', 32], // the platform, inside of Azure
  ['169.254.0.0', 16], // link-local, and where clouds answer with credentials
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3], // multicast, reserved, broadcast
];

/** Of IPv6, all that was ever given to anybody, */
const GIVEN_IPV6 = ['2000::', 3] as const;

/** but not these of it: protocols, documentation, and 6to4, which leads to any address of IPv4. */
const PRIVATE_IPV6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

/** What may be an address of IPv6 or IPv4, with a port after it. */
const ADDRESS = /(?:[0-9a-f]*:){2,}[0-9a-f:.]*(?:%\w+)?(?::\d+)?|\d+(?:\.\d+){3}(?::\d+)?/gi;
const HIDDEN = '(private address)';

const privateIpv4 = listOf(PRIVATE_IPV4, 'ipv4');
const givenIpv6 = listOf([GIVEN_IPV6], 'ipv6');
const privateIpv6 = listOf(PRIVATE_IPV6, 'ipv6');

/**
 * Whether an address is reachable for everybody. Of IPv6 none is that stands for one of IPv4 (`::ffff:…`, `64:ff9b::…`): nobody
 * needs to write it so.
 */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return !privateIpv4.check(address, 'ipv4');
  return version === 6 && givenIpv6.check(address, 'ipv6') && !privateIpv6.check(address, 'ipv6');
}

/** A text with `(private address)` in the place of each address that is not public, such as in an error of Node. */
export function withoutPrivateAddresses(text: string): string {
  return text.replace(ADDRESS, (found) => {
    if (isIP(found) !== 0) return isPublicAddress(found) ? found : HIDDEN;
    const [, address = '', port = ''] = /^(.*):(\d+)$/.exec(found) ?? [];
    return isIP(address) === 0 || isPublicAddress(address) ? found : `${HIDDEN}:${port}`;
  });
}

function listOf(ranges: readonly (readonly [string, number])[], type: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of ranges) list.addSubnet(network, prefix, type);
  return list;
}
