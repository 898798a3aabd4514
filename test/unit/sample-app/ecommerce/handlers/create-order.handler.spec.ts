import { beforeEach, describe, expect, it } from '@jest/globals';
import { CreateOrderHandler } from '../../../../../sample-app/ecommerce/handlers/create-order.handler.js';
import type { OrderContext } from '../../../../../sample-app/ecommerce/order.context.js';
import type { OrderRepository } from '../../../../../sample-app/ecommerce/orders/order.repository.js';
import type { ShopOrder } from '../../../../../sample-app/ecommerce/orders/shop-order.entity.js';
import { INVENTORY_UPDATE, RECEIPT, SAMPLE_ORDER, VALIDATED_CART } from '../order.factory.js';
import { StillClock } from '../shop.factory.js';
import { errorOf, failureOf, permanent, stepContext } from './step.context.js';

let stored: ShopOrder[];
let handler: CreateOrderHandler;

/** Keeps what it is given, under the first id. */
const repository = (): OrderRepository => {
  const createOnce = (draft: ShopOrder): Promise<ShopOrder> => {
    stored.push(draft);
    return Promise.resolve(Object.assign(draft, { id: 1001 }));
  };
  return { createOnce } as unknown as OrderRepository;
};

beforeEach(() => {
  stored = [];
  handler = new CreateOrderHandler(repository(), new StillClock());
});

const EARLIER = { validate_cart: VALIDATED_CART, process_payment: RECEIPT };

const create = (
  parts: { order?: OrderContext; earlier?: object; update_inventory?: typeof INVENTORY_UPDATE | null } = {},
) => {
  const { order = SAMPLE_ORDER, earlier = {}, update_inventory = INVENTORY_UPDATE } = parts;
  return handler.process(
    stepContext({ step: 'create_order', order, earlier: { ...EARLIER, ...earlier }, results: { update_inventory } }),
  );
};

describe('create_order', () => {
  it('confirms the order', async () => {
    expect(await create()).toEqual({
      order_id: 1001,
      order_number: expect.stringMatching(/^ORD-20260305-[0-9A-F]{8}$/),
      status: 'confirmed',
      total_amount: 124.76,
      customer_email: 'customer@example.com',
      created_at: '2026-03-05T09:08:07.000Z',
      estimated_delivery: 'March 12, 2026',
    });
  });

  it('stores what the earlier steps found', async () => {
    await create();
    expect(stored).toMatchObject([
      {
        taskId: '42',
        customerName: 'John Doe',
        totalAmount: 124.76,
        items: VALIDATED_CART.validated_items,
        paymentId: 'pay_1',
        transactionId: 'txn_1',
        inventoryLogId: 'log_1',
      },
    ]);
  });

  it.each([
    ['customer', { order: { cart_items: SAMPLE_ORDER.cart_items } }, 'MISSING_CUSTOMER_INFO'],
    ['validated cart', { earlier: { validate_cart: null } }, 'MISSING_CART_VALIDATION'],
    ['payment', { earlier: { process_payment: null } }, 'MISSING_PAYMENT_RESULT'],
    ['inventory', { update_inventory: null }, 'MISSING_INVENTORY_RESULT'],
  ])('refuses an order without %s', async (_, parts, code) => {
    expect(await failureOf(() => create(parts))).toEqual(permanent(code));
    expect(stored).toEqual([]);
  });

  it.each([
    ['a malformed e-mail address', { order: { customer_info: { name: 'Jo', email: 'nowhere' } } }],
    ['no name', { order: { customer_info: { email: 'jo@example.com' } } }],
    ['a total of nought', { earlier: { validate_cart: { ...VALIDATED_CART, total: 0 } } }],
  ])('refuses an order with %s, and stores nothing', async (_, parts) => {
    expect(await failureOf(() => create(parts))).toEqual(permanent('ORDER_VALIDATION_FAILED'));
    expect(stored).toEqual([]);
  });

  it('lists everything that is wrong with an order', async () => {
    const { context } = await errorOf(() => create({ order: { customer_info: { email: 'nowhere' } } }));
    expect(context).toEqual({ problems: ['customerName should not be empty', 'customerEmail must be an email'] });
  });
});
