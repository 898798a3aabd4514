import { isIPv4, isIPv6 } from 'node:net';

/** All callers whose address is unknown, such as those of a Unix socket, share one limit. */
const UNKNOWN = 'unknown';
/** The number of groups of 16 bits in `/64`, the smallest network that providers assign to a customer. */
const GROUPS = 4;
/** The first 96 bits of IPv4 addresses within IPv6: those of sockets for both (RFC 4291), and of translators (RFC 6052). */
const WITH_IPV4 = ['0:0:0:0:0:ffff', '64:ff9b:0:0:0:0'];

/**
 * The network that counts as one caller: an IPv4 address, or the /64 of an IPv6 address, whose customer has 2^64 addresses to
 * choose from. Ports and zones, which some proxies and systems add, do not matter.
 */
export function networkOf(address: string | null): string {
  const [host] = /^\[(.+)\](?::\d+)?$/.exec(address ?? '')?.slice(1) ?? [address ?? ''];
  const ipv4 = host!.replace(/:\d+$/, '');
  if (isIPv4(ipv4)) return ipv4;
  const ipv6 = host!.replace(/%.*$/, '');
  return isIPv6(ipv6) ? networkOfGroups(groupsOf(ipv6)) : UNKNOWN;
}

function networkOfGroups(groups: readonly number[]): string {
  const texts = groups.map((group) => group.toString(16));
  if (!WITH_IPV4.includes(texts.slice(0, 6).join(':'))) return `${texts.slice(0, GROUPS).join(':')}::/64`;
  return groups
    .slice(6)
    .flatMap((group) => [group >> 8, group & 0xff])
    .join('.');
}

/** The eight groups of a valid address. */
function groupsOf(ipv6: string): readonly number[] {
  const [head, tail] = ipv6.split('::').map((side) => side.split(':').filter(Boolean).flatMap(numbersOf));
  if (!tail) return head!;
  return [...head!, ...Array<number>(8 - head!.length - tail.length).fill(0), ...tail];
}

/** One group of hexadecimal digits, or the two that an IPv4 address at the end stands for. */
function numbersOf(part: string): readonly number[] {
  if (!part.includes('.')) return [parseInt(part, 16)];
  const [a, b, c, d] = part.split('.').map(Number) as [number, number, number, number];
  return [a * 256 + b, c * 256 + d];
}
