import { beforeEach, describe, expect, it } from '@jest/globals';
import { ValidateCartHandler } from '../../../../../sample-app/ecommerce/handlers/validate-cart.handler.js';
import type { CartItem } from '../../../../../sample-app/ecommerce/order.context.js';
import { CatalogueService } from '../../../../../sample-app/ecommerce/services/catalogue.service.js';
import { widget } from '../../../../../sample-app/ecommerce/services/products.js';
import { SAMPLE_ORDER, VALIDATED_CART } from '../order.factory.js';
import { StillClock } from '../shop.factory.js';
import { failureOf, permanent, retryable, stepContext } from './step.context.js';

let catalogue: CatalogueService;
let handler: ValidateCartHandler;

beforeEach(() => {
  catalogue = new CatalogueService();
  catalogue.replaceWith(widget);
  handler = new ValidateCartHandler(catalogue, new StillClock());
});

const validate = (...cart_items: CartItem[]) =>
  handler.process(stepContext({ step: 'validate_cart', order: { ...SAMPLE_ORDER, cart_items } }));

describe('validate_cart', () => {
  it('prices the sample order', () => {
    expect(handler.process(stepContext({ step: 'validate_cart' }))).toEqual(VALIDATED_CART);
  });

  it('charges what the catalogue says, whatever the cart says', () => {
    expect(validate({ product_id: 1, quantity: 1, price: 0.01 }).validated_items).toEqual([
      { product_id: 1, name: 'Widget A', price: 29.99, quantity: 1, line_total: 29.99 },
    ]);
  });

  it('counts lines, not pieces', () => {
    expect(validate({ product_id: 1, quantity: 5 }, { product_id: 9, quantity: 2 }).item_count).toBe(2);
  });

  it.each([
    ['an empty cart', [], permanent('MISSING_CART_ITEMS')],
    ['a line without a product', [{ quantity: 1 }], permanent('MISSING_PRODUCT_ID')],
    ['a quantity of nought', [{ product_id: 1, quantity: 0 }], permanent('INVALID_QUANTITY')],
    ['a negative quantity', [{ product_id: 1, quantity: -1 }], permanent('INVALID_QUANTITY')],
    ['half a piece', [{ product_id: 1, quantity: 0.5 }], permanent('INVALID_QUANTITY')],
    ['no quantity', [{ product_id: 1 }], permanent('INVALID_QUANTITY')],
    ['more than there is', [{ product_id: 1, quantity: 11 }], retryable('INSUFFICIENT_STOCK', 30)],
    [
      'two lines that together want more than there is',
      [
        { product_id: 1, quantity: 6 },
        { product_id: 1, quantity: 5 },
      ],
      retryable('INSUFFICIENT_STOCK', 30),
    ],
  ])('refuses %s', async (_, items: CartItem[], failure) => {
    expect(await failureOf(() => validate(...items))).toEqual(failure);
  });

  it('refuses an order without a cart', async () => {
    const context = stepContext({ step: 'validate_cart', order: {} });
    expect(await failureOf(() => handler.process(context))).toEqual(permanent('MISSING_CART_ITEMS'));
  });

  it('refuses a product that the catalogue does not have', async () => {
    catalogue.replaceWith(() => undefined);
    expect(await failureOf(() => validate({ product_id: 1, quantity: 1 }))).toEqual(permanent('PRODUCT_NOT_FOUND'));
  });

  it('refuses a product that is no longer sold', async () => {
    catalogue.replaceWith((id) => ({ ...widget(id), active: false }));
    expect(await failureOf(() => validate({ product_id: 1, quantity: 1 }))).toEqual(permanent('PRODUCT_INACTIVE'));
  });

  it('accepts the cart once a delivery has arrived', async () => {
    expect(await failureOf(() => validate({ product_id: 1, quantity: 15 }))).toEqual(
      retryable('INSUFFICIENT_STOCK', 30),
    );
    catalogue.restock(1, 5);
    expect(validate({ product_id: 1, quantity: 15 }).subtotal).toBe(449.85);
  });
});
