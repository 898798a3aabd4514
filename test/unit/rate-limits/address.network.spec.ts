import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { networkOf } from '../../../lib/rate-limits/address.network.js';

describe('the network of an address', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:51234', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:cb00:7107', '203.0.113.7'],
    ['64:ff9b::203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::', '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::1]:443', '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::1]', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::1.2.3.4', '0:0:0:0::/64'],
    ['', 'unknown'],
    ['shop.example.com', 'unknown'],
    ['999.0.0.1', 'unknown'],
    ['_hidden', 'unknown'],
    ['1::2::3', 'unknown'],
  ])('%s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it('is unknown if there is no address', () => {
    expect(networkOf(null)).toBe('unknown');
  });

  it('is the same for all addresses of a /64, however they are written', () => {
    const group = fc.integer({ min: 1, max: 0xffff });
    fc.assert(
      fc.property(fc.tuple(group, group, group, group), fc.tuple(group, group, group, group), (head, tail) => {
        const text = (groups: readonly number[]): string => groups.map((each) => each.toString(16)).join(':');
        const network = `${text(head)}::/64`;
        expect(networkOf(`${text(head)}:${text(tail)}`)).toBe(network);
        expect(networkOf(`${text(head).toUpperCase()}::${text(tail.slice(1))}`)).toBe(network);
      }),
    );
  });

  it('is found for every text', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6()), (text) => networkOf(text).length > 0));
  });
});
