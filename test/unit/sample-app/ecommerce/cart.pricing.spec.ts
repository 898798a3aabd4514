import { describe, expect, it } from '@jest/globals';
import { lineTotal, priceCart } from '../../../../sample-app/ecommerce/cart.pricing.js';

const priced = (lines: Parameters<typeof priceCart>[0]): string[] => {
  const { subtotal, tax, shipping, total } = priceCart(lines);
  return [subtotal, tax, shipping, total].map((amount) => amount.toFixed(2));
};

describe('the price of a cart', () => {
  it.each([
    [
      'the sample order',
      [
        [29.99, 2],
        [49.99, 1],
      ],
      ['109.97', '8.80', '5.99', '124.76'],
    ],
    [
      'successful_checkout',
      [
        [129.99, 2],
        [34.99, 1],
      ],
      ['294.97', '23.60', '5.99', '324.56'],
    ],
    ['payment_failure', [[24.99, 3]], ['74.97', '6.00', '5.99', '86.96']],
    ['timeout', [[39.99, 1]], ['39.99', '3.20', '5.99', '49.18']],
    ['inventory_conflict', [[89.99, 20]], ['1799.80', '143.98', '9.99', '1953.77']],
  ])('of %s comes out to the cent', (_, lines, expected) => {
    expect(priced(lines.map(([price, quantity]) => ({ price: price!, quantity: quantity! })))).toEqual(expected);
  });

  it.each([
    [4, '5.99'],
    [5, '9.99'],
    [20, '9.99'],
    [21, '14.99'],
  ])('ships %i pieces of half a pound for %s', (quantity, shipping) => {
    expect(priceCart([{ price: 1, quantity }]).shipping.toFixed(2)).toBe(shipping);
  });

  it('rounds half a cent of tax up', () => {
    expect(priceCart([{ price: 0.1875, quantity: 1 }]).tax.toFixed(3)).toBe('0.020');
  });

  it('is not a binary float', () => {
    expect(1.1 * 3).not.toBe(3.3);
    expect(lineTotal({ price: 1.1, quantity: 3 }).toNumber()).toBe(3.3);
  });
});
