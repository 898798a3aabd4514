import { beforeEach, describe, expect, it } from '@jest/globals';
import { UpdateInventoryHandler } from '../../../../../sample-app/ecommerce/handlers/update-inventory.handler.js';
import type { OrderContext } from '../../../../../sample-app/ecommerce/order.context.js';
import {
  InsufficientStockError,
  InventoryError,
  ReservationError,
} from '../../../../../sample-app/ecommerce/services/inventory.errors.js';
import type { ReservationRequest } from '../../../../../sample-app/ecommerce/services/mock-inventory.service.js';
import { SAMPLE_ORDER, VALIDATED_CART } from '../order.factory.js';
import { outsideWorld } from '../shop.factory.js';
import { failureOf, permanent, retryable, stepContext } from './step.context.js';

let world: ReturnType<typeof outsideWorld>;
let handler: UpdateInventoryHandler;

beforeEach(() => {
  world = outsideWorld();
  handler = new UpdateInventoryHandler(world.inventory, world.clock);
});

const reserve = (order: OrderContext = SAMPLE_ORDER, validate_cart: unknown = VALIDATED_CART) =>
  handler.process(stepContext({ step: 'update_inventory', order, earlier: { validate_cart } }));

describe('update_inventory', () => {
  it('reserves every product of the cart', async () => {
    const results = await reserve();
    expect(results).toMatchObject({
      updated_products: [
        { product_id: 1, name: 'Widget A', previous_stock: 100, new_stock: 98, quantity_reserved: 2 },
        { product_id: 2, name: 'Widget B', previous_stock: 100, new_stock: 99, quantity_reserved: 1 },
      ],
      total_items_reserved: 3,
      inventory_changes: [
        { product_id: 1, change_type: 'reservation', quantity: -2, reason: 'order_checkout' },
        { product_id: 2, change_type: 'reservation', quantity: -1, reason: 'order_checkout' },
      ],
      updated_at: '2026-03-05T09:08:07.000Z',
    });
    expect(results.inventory_log_id).toMatch(/^log_[0-9a-f]{16}$/);
    expect(results.inventory_changes[0]!.reservation_id).toBe(results.updated_products[0]!.reservation_id);
  });

  it('names order, customer and an idempotency key for each product', async () => {
    await reserve();
    expect(world.inventory.callsFor('reserveInventory').map(({ args }) => args)).toEqual([
      { product_id: 1, quantity: 2, order_id: 'order_42', customer_id: 123, idempotency_key: '42:update_inventory:1' },
      { product_id: 2, quantity: 1, order_id: 'order_42', customer_id: 123, idempotency_key: '42:update_inventory:2' },
    ]);
  });

  it('reserves once what two lines of the cart want together', async () => {
    const [first, second] = VALIDATED_CART.validated_items;
    const cart = { ...VALIDATED_CART, validated_items: [first, second, { ...first, quantity: 5 }] };
    expect((await reserve(SAMPLE_ORDER, cart)).updated_products).toMatchObject([
      { product_id: 1, quantity_reserved: 7 },
      { product_id: 2, quantity_reserved: 1 },
    ]);
  });

  it('keeps the reservations of an attempt that failed half-way', async () => {
    world.inventory.stubFailure('reserveInventory', ReservationError, 'the shelf is being counted', {
      failCount: 1,
      when: ({ product_id }: ReservationRequest) => product_id === 2,
    });
    expect(await failureOf(reserve)).toEqual(retryable('RESERVATION_FAILED'));
    await reserve();
    expect(await world.ledger.entriesFor('order_42')).toMatchObject([
      { key: '42:update_inventory:1', asked: 2 },
      { key: '42:update_inventory:2', asked: 1 },
    ]);
  });

  it.each([
    ['no validated cart', SAMPLE_ORDER, null, 'MISSING_VALIDATED_ITEMS'],
    [
      'a validated cart without items',
      SAMPLE_ORDER,
      { ...VALIDATED_CART, validated_items: [] },
      'MISSING_VALIDATED_ITEMS',
    ],
    ['no customer', { cart_items: SAMPLE_ORDER.cart_items }, VALIDATED_CART, 'MISSING_CUSTOMER_INFO'],
  ])('refuses %s, without asking the warehouse', async (_, order, cart, code) => {
    expect(await failureOf(() => reserve(order, cart))).toEqual(permanent(code));
    expect(world.inventory.callLog).toEqual([]);
  });

  it.each([{ available: false }, { can_fulfill: false }])('waits when the answer is %p', async (answer) => {
    const short = { available: true, can_fulfill: true, stock_level: 1, ...answer };
    world.inventory.stubResponse('checkAvailability', short);
    expect(await failureOf(reserve)).toEqual(retryable('INSUFFICIENT_STOCK', 30));
    expect(world.inventory.called('reserveInventory')).toBe(false);
  });

  it.each([
    ['insufficient_stock', retryable('INSUFFICIENT_STOCK', 30)],
    ['reservation_failed', retryable('RESERVATION_FAILED')],
    ['a_new_status', retryable('A_NEW_STATUS')],
  ])('tries again after the status %s', async (status, failure) => {
    world.inventory.stubResponse('reserveInventory', { status });
    expect(await failureOf(reserve)).toEqual(failure);
  });

  it.each([
    [InsufficientStockError, retryable('INSUFFICIENT_STOCK', 30)],
    [InventoryError, retryable('INVENTORY_ERROR')],
    [Error, retryable('SERVICE_FAILED')],
  ])('tries again after a thrown %p', async (error, failure) => {
    world.inventory.stubFailure('checkAvailability', error);
    expect(await failureOf(reserve)).toEqual(failure);
  });

  it('fails for good when a reservation has no number', async () => {
    world.inventory.stubResponse('reserveInventory', { status: 'reserved' });
    expect(await failureOf(reserve)).toEqual(permanent('RESULT_PROCESSING_FAILED'));
  });
});
