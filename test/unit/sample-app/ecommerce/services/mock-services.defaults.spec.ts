import { beforeEach, describe, expect, it } from '@jest/globals';
import { outsideWorld } from '../shop.factory.js';

let world: ReturnType<typeof outsideWorld>;

beforeEach(() => {
  world = outsideWorld();
});

describe('the payment gateway by default', () => {
  const request = {
    amount: 124.76,
    method: 'paypal',
    token: 'test_success_mastercard',
    idempotency_key: 'k',
    reference: 'r',
  };

  it('charges, in dollars unless told otherwise', async () => {
    expect(await world.payment.processPayment(request)).toEqual({
      status: 'succeeded',
      payment_id: expect.stringMatching(/^pay_[0-9a-f]{16}$/),
      payment_intent_id: expect.stringMatching(/^pi_[0-9a-f]{24}$/),
      card_brand: 'mastercard',
      amount_charged: 124.76,
      currency: 'USD',
      payment_method_type: 'paypal',
      transaction_id: expect.stringMatching(/^txn_[0-9a-f]{16}$/),
      processed_at: '2026-03-05T09:08:07.000Z',
      fees: { processing_fee: 3.62, fixed_fee: 0.3, total_fees: 3.92 },
    });
    expect(await world.payment.processPayment({ ...request, idempotency_key: 'other', currency: 'EUR' })).toMatchObject(
      {
        currency: 'EUR',
      },
    );
  });

  it('takes another key for another charge', async () => {
    await world.payment.processPayment(request);
    await world.payment.processPayment({ ...request, idempotency_key: 'other' });
    expect(await world.ledger.entriesFor('r')).toHaveLength(2);
  });

  it('calculates fees to the cent', async () => {
    expect(await world.payment.calculateFees({ amount: 124.76 })).toEqual({
      processing_fee: 3.62,
      fixed_fee: 0.3,
      total_fees: 3.92,
    });
  });

  it('refunds, knows the status, and verifies', async () => {
    expect(await world.payment.refundPayment({ payment_id: 'pay_1' })).toMatchObject({
      refund_id: expect.stringMatching(/^ref_/),
      status: 'succeeded',
      amount_refunded: 100,
      reason: 'requested_by_customer',
    });
    expect(await world.payment.refundPayment({ payment_id: 'pay_1', amount: 5 })).toMatchObject({ amount_refunded: 5 });
    expect(await world.payment.getPaymentStatus({ payment_id: 'pay_1' })).toMatchObject({ status: 'succeeded' });
    expect(await world.payment.verifyPaymentMethod({ method: 'paypal', token: 't' })).toMatchObject({ valid: true });
  });
});

describe('the warehouse by default', () => {
  it('has a hundred of everything, held for a quarter of an hour', async () => {
    expect(await world.inventory.checkAvailability({ product_id: 1, quantity: 2 })).toEqual({
      available: true,
      stock_level: 100,
      requested_quantity: 2,
      can_fulfill: true,
      reserved_until: '2026-03-05T09:23:07.000Z',
    });
  });

  it('gives a known key the reservation it gave before', async () => {
    const request = { product_id: 1, quantity: 2, order_id: 'order_1', customer_id: null, idempotency_key: 'k' };
    const first = await world.inventory.reserveInventory(request);
    expect(first).toMatchObject({
      reservation_id: expect.stringMatching(/^res_[0-9a-f]{16}$/),
      quantity_reserved: 2,
      status: 'reserved',
      expires_at: '2026-03-05T09:23:07.000Z',
    });
    expect(await world.inventory.reserveInventory(request)).toEqual(first);
  });

  it('commits, releases and corrects', async () => {
    const reservation = { reservation_id: 'res_1' };
    expect(await world.inventory.commitReservation(reservation)).toMatchObject({
      status: 'committed',
      final_stock_level: 95,
    });
    expect(await world.inventory.releaseReservation(reservation)).toMatchObject({
      status: 'released',
      reason: 'order_cancelled',
    });
    expect(await world.inventory.updateInventory({ product_id: 1, adjustment: -3 })).toMatchObject({
      previous_stock: 100,
      new_stock: 97,
      reason: 'manual_adjustment',
    });
    expect(await world.inventory.bulkUpdate({ operations: [{ product_id: 1, adjustment: 5 }] })).toMatchObject({
      results: [{ product_id: 1, new_stock: 105 }],
    });
  });

  it('reports levels and what runs low', async () => {
    expect(await world.inventory.getInventoryLevels({ product_ids: [1, 2] })).toHaveLength(2);
    expect(await world.inventory.checkLowStock()).toEqual({
      threshold: 25,
      low_stock_items: [
        { product_id: 101, stock_level: 15, reorder_quantity: 100 },
        { product_id: 205, stock_level: 8, reorder_quantity: 75 },
      ],
    });
  });
});

describe('the mail provider by default', () => {
  it('welcomes and notifies, with a subject for what it knows', async () => {
    expect(await world.email.sendWelcome({ to: 'a@b.c' })).toMatchObject({ status: 'sent', subject: 'Welcome' });
    expect(await world.email.sendNotification({ to: 'a@b.c', type: 'password_reset' })).toMatchObject({
      subject: 'Reset your password',
      priority: 'normal',
    });
    expect(await world.email.sendNotification({ to: 'a@b.c', type: 'news', priority: 'low' })).toMatchObject({
      subject: 'Notification',
      priority: 'low',
    });
  });

  it('queues a mailing for in five minutes, and knows what was delivered', async () => {
    expect(await world.email.sendBulk({ recipients: ['a@b.c', 'd@e.f'], template: 'welcome' })).toMatchObject({
      status: 'queued',
      recipient_count: 2,
      estimated_delivery: '2026-03-05T09:13:07.000Z',
    });
    expect(await world.email.getDeliveryStatus({ message_id: 'msg_1' })).toMatchObject({ status: 'delivered' });
  });
});
