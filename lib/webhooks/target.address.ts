import { BlockList, isIP } from 'node:net';

/** IPv4 ranges that are not public: IANA's special-purpose registry, multicast and reserved addresses. */
const PRIVATE_IPV4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10], // shared between a provider and its customers (CGNAT)
  ['127.0.0.0', 8],
  ['168.63.129.16', 32], // the platform in Azure
  ['169.254.0.0', 16], // link-local, and the metadata services of clouds, which give credentials
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

/** The only IPv6 range with assigned public addresses, */
const GIVEN_IPV6 = ['2000::', 3] as const;

/** except these: protocols, documentation, and 6to4, which leads to any IPv4 address. */
const PRIVATE_IPV6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

/** Matches texts that may be an IPv6 or IPv4 address, with an optional port. */
const ADDRESS = /(?:[0-9a-f]*:){2,}[0-9a-f:.]*(?:%\w+)?(?::\d+)?|\d+(?:\.\d+){3}(?::\d+)?/gi;
const HIDDEN = '(private address)';

const privateIpv4 = listOf(PRIVATE_IPV4, 'ipv4');
const givenIpv6 = listOf([GIVEN_IPV6], 'ipv6');
const privateIpv6 = listOf(PRIVATE_IPV6, 'ipv6');

/**
 * Whether an address is public. IPv6 addresses that stand for an IPv4 address (`::ffff:…`, `64:ff9b::…`) are not,
 * because nobody needs them.
 */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return !privateIpv4.check(address, 'ipv4');
  return version === 6 && givenIpv6.check(address, 'ipv6') && !privateIpv6.check(address, 'ipv6');
}

/** Replaces each address in a text that is not public, for example in an error of Node, with `(private address)`. */
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
