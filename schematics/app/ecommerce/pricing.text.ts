import type { NewFile } from '../../writing/write.files';

export const PRICING: NewFile = {
  path: 'src/ecommerce/pricing.ts',
  text: `import type { Pricing } from './order-processing.types.js';

export interface PricedLine {
  readonly price: number;
  readonly quantity: number;
  readonly category: string;
}

/** Tax, shipping and discount of an order. Calculates in whole cents, because sums of fractions are not exact. */
export function pricingOf(lines: readonly PricedLine[]): Pricing {
  const subtotal = lines.reduce(
    (sum, { price, quantity }) => sum + quantity * Math.round(price * 100),
    0,
  );
  const tax = Math.round(subtotal * 0.08);
  const shipping = shippingOf(subtotal);
  const discount = discountOf(subtotal, lines);
  return {
    subtotal: subtotal / 100,
    tax_amount: tax / 100,
    shipping_cost: shipping / 100,
    discount_applied: discount / 100,
    final_total: (subtotal + tax + shipping - discount) / 100,
  };
}

function shippingOf(subtotal: number): number {
  if (subtotal >= 100_00) return 0;
  return subtotal < 50_00 ? 9_99 : 5_99;
}

/** A tenth of a large order, or else a discount for three or more beauty products. */
function discountOf(subtotal: number, lines: readonly PricedLine[]): number {
  if (subtotal >= 200_00) return Math.round(subtotal / 10);
  const beauty = lines.filter(({ category }) => category === 'beauty');
  return beauty.length >= 3 ? 5_00 : 0;
}
`,
};

export const PRICING_TEST: NewFile = {
  path: 'src/ecommerce/pricing.spec.ts',
  text: `import { describe, expect, it } from 'vitest';
import { pricingOf } from './pricing.js';

const line = (quantity: number, price: number, category = 'groceries') => ({
  quantity,
  price,
  category,
});

describe('the price of an order', () => {
  it('has tax and the lower shipping from 50 on', () => {
    expect(pricingOf([line(2, 49.99)])).toEqual({
      subtotal: 99.98,
      tax_amount: 8,
      shipping_cost: 5.99,
      discount_applied: 0,
      final_total: 113.97,
    });
  });

  it('has a tenth off from 200 on, and no shipping', () => {
    expect(pricingOf([line(3, 70)])).toEqual({
      subtotal: 210,
      tax_amount: 16.8,
      shipping_cost: 0,
      discount_applied: 21,
      final_total: 205.8,
    });
  });

  it('has 5 off for three lines of beauty products', () => {
    expect(
      pricingOf([
        line(1, 10, 'beauty'),
        line(1, 10, 'beauty'),
        line(1, 10, 'beauty'),
      ]),
    ).toEqual({
      subtotal: 30,
      tax_amount: 2.4,
      shipping_cost: 9.99,
      discount_applied: 5,
      final_total: 37.39,
    });
  });

  it.each([
    [49.99, 9.99],
    [50, 5.99],
    [99.99, 5.99],
    [100, 0],
  ])('of %d has shipping of %d', (price, shipping) => {
    expect(pricingOf([line(1, price)]).shipping_cost).toBe(shipping);
  });
});
`,
};
