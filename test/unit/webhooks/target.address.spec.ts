import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isPublicAddress, withoutPrivateAddresses } from '../../../lib/webhooks/target.address.js';

/** The ranges again, as bits: whoever changes one list has to change the other. */
const PRIVATE_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
].map((text) => {
  const [network, prefix] = text.split('/') as [string, string];
  return { network: numberOf(network), size: 2 ** (32 - Number(prefix)) };
});

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

function textOf(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

const isInside = (number: number): boolean =>
  PRIVATE_IPV4.some(({ network, size }) => number >= network && number < network + size);

/** The edges of ranges are where mistakes are. */
const anIpv4 = fc.oneof(
  fc.nat({ max: 2 ** 32 - 1 }),
  fc
    .tuple(fc.constantFrom(...PRIVATE_IPV4), fc.constantFrom(-1, 0, 1), fc.boolean())
    .map(([{ network, size }, by, atEnd]) => Math.min(Math.max(network + (atEnd ? size : 0) + by, 0), 2 ** 32 - 1)),
);

const groups = fc.array(fc.nat({ max: 0xffff }), { minLength: 7, maxLength: 7 });
const ipv6 = (first: number, rest: readonly number[]): string =>
  [first, ...rest].map((group) => group.toString(16)).join(':');

describe('a public address', () => {
  it('of IPv4 is one outside of every range that is not', () => {
    fc.assert(
      fc.property(anIpv4, (number) => isPublicAddress(textOf(number)) === !isInside(number)),
      {
        numRuns: 2_000,
      },
    );
  });

  it('is never one of IPv4 written as one of IPv6', () => {
    fc.assert(
      fc.property(anIpv4, fc.constantFrom('::ffff:', '::', '64:ff9b::', '::ffff:0:'), (number, prefix) => {
        const [high, low] = [Math.floor(number / 65_536), number % 65_536];
        const hex = `${prefix}${high.toString(16)}:${low.toString(16)}`;
        return !isPublicAddress(hex) && !isPublicAddress(`${prefix}${textOf(number)}`);
      }),
    );
  });

  it('of IPv6 is always one of those that were given to somebody', () => {
    fc.assert(
      fc.property(fc.nat({ max: 0xffff }), groups, (first, rest) => {
        const isGiven = first >= 0x2000 && first <= 0x3fff;
        return isGiven || !isPublicAddress(ipv6(first, rest));
      }),
    );
  });

  it('of IPv6 is any of a network that somebody has', () => {
    fc.assert(
      fc.property(fc.constantFrom(0x2400, 0x2606, 0x2a00), groups, (f, rest) => isPublicAddress(ipv6(f, rest))),
    );
  });

  it.each(['1.1.1.1', '8.8.8.8', '93.184.216.34', '2606:4700:4700::1111', '2a00:1450:4001:829::200e'])('is %s', (a) => {
    expect(isPublicAddress(a)).toBe(true);
  });

  it.each([
    ...['127.0.0.1', '10.1.2.3', '169.254.169.254', '100.100.100.200', '255.255.255.255', '::1', '::', 'fe80::1'],
    ...['fc00::1', 'fd00:ec2::254', 'ff02::1', '2001:db8::1', '2001::1', '2002:7f00:1::', '::ffff:127.0.0.1'],
    ...['', 'localhost', '127.1', '8.8.8.8/8', 'fe80::1%eth0'],
  ])('is not %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('a text for users', () => {
  it.each([
    ['connect ECONNREFUSED 10.0.0.5:8080', 'connect ECONNREFUSED (private address):8080'],
    ['connect ECONNREFUSED ::1:80', 'connect ECONNREFUSED (private address)'],
    ['connect ETIMEDOUT fd00:1:2:3:4:5:6:7:443', 'connect ETIMEDOUT (private address):443'],
    ['at fe80::1%eth0, 127.0.0.1.', 'at (private address), (private address).'],
    ['IP Address:192.168.1.4, DNS:x.internal', 'IP Address:(private address), DNS:x.internal'],
    ['[::ffff:10.0.0.1]:80', '[(private address)]:80'],
  ])('names no address that is not public: %s', (text, shown) => {
    expect(withoutPrivateAddresses(text)).toBe(shown);
  });

  it.each([
    'connect ECONNREFUSED 8.8.8.8:80',
    'connect EHOSTUNREACH 2606:4700::1111:443 - Local',
    'Expected HTTP/, RTSP/ or ICE/ at 12:30:45',
    'version 1.2.3.4.5 and a::b::c',
  ])('keeps everything else: %s', (text) => {
    expect(withoutPrivateAddresses(text)).toBe(text);
  });
});
