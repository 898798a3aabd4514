import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { listNames, nearestName, unknownName } from '../../../lib/workflow/near.name.js';

describe('the name that was probably meant', () => {
  it('is the one with the fewest letters to change', () => {
    expect(nearestName('proces_order', ['process_orders', 'process_order', 'refund'])).toBe('process_order');
  });

  it('may have letters swapped or in another case', () => {
    expect(nearestName('ordre', ['order'])).toBe('order');
    expect(nearestName('ValidateCart', ['validate_cart', 'pay'])).toBe('validate_cart');
  });

  it('is not guessed when nothing comes close', () => {
    expect(nearestName('colour', ['queue', 'priority'])).toBeUndefined();
    expect(nearestName('a', ['b'])).toBeUndefined();
    expect(nearestName('a', [])).toBeUndefined();
  });

  it('is always the name itself when that is known', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), (name, others) => {
        expect(nearestName(name, [...others, name])?.toLowerCase()).toBe(name.toLowerCase());
      }),
    );
  });
});

describe('the list of known names', () => {
  it('is cut when it is long', () => {
    expect(listNames(Array.from({ length: 33 }, (_, index) => index + 1).map(String))).toMatch(
      /^1, 2, .* 30 and 3 more$/,
    );
  });

  it('says so when there are none', () => {
    expect(unknownName('step', 'x', [])).toBe('unknown step "x"; known: none');
  });
});
