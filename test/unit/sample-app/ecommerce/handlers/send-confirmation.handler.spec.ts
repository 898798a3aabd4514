import { beforeEach, describe, expect, it } from '@jest/globals';
import { SendConfirmationHandler } from '../../../../../sample-app/ecommerce/handlers/send-confirmation.handler.js';
import type { OrderContext } from '../../../../../sample-app/ecommerce/order.context.js';
import {
  DeliveryError,
  EmailError,
  InvalidEmailError,
  RateLimitError,
} from '../../../../../sample-app/ecommerce/services/email.errors.js';
import { CREATED_ORDER, SAMPLE_ORDER, VALIDATED_CART } from '../order.factory.js';
import { outsideWorld } from '../shop.factory.js';
import { failureOf, permanent, retryable, stepContext } from './step.context.js';

let world: ReturnType<typeof outsideWorld>;
let handler: SendConfirmationHandler;

beforeEach(() => {
  world = outsideWorld();
  handler = new SendConfirmationHandler(world.email);
});

const send = (
  order: OrderContext = SAMPLE_ORDER,
  create_order: typeof CREATED_ORDER | null = CREATED_ORDER,
  validate_cart: unknown = VALIDATED_CART,
) =>
  handler.process(
    stepContext({ step: 'send_confirmation', order, results: { create_order }, earlier: { validate_cart } }),
  );

describe('send_confirmation', () => {
  it('mails the confirmation', async () => {
    expect(await send()).toEqual({
      email_sent: true,
      recipient: 'customer@example.com',
      email_type: 'order_confirmation',
      sent_at: '2026-03-05T09:08:07.000Z',
      message_id: expect.stringMatching(/^msg_[0-9a-f]{16}$/),
    });
    expect(world.email.lastCall('sendConfirmation')?.args).toMatchObject({
      to: 'customer@example.com',
      customer_name: 'John Doe',
      order_number: 'ORD-20260305-0123ABCD',
      order_id: 1001,
      total_amount: 124.76,
      estimated_delivery: 'March 12, 2026',
      items: VALIDATED_CART.validated_items,
      order_url: 'https://example.com/orders/1001',
    });
  });

  it('mails once, however often it runs', async () => {
    await send();
    await send();
    expect(await world.ledger.entriesFor('order_42')).toMatchObject([{ service: 'email', asked: 2 }]);
  });

  it.each([
    ['an address', { customer_info: { name: 'Jo' } }, CREATED_ORDER, VALIDATED_CART, 'MISSING_CUSTOMER_EMAIL'],
    ['a customer', {}, CREATED_ORDER, VALIDATED_CART, 'MISSING_CUSTOMER_EMAIL'],
    ['an order', SAMPLE_ORDER, null, VALIDATED_CART, 'MISSING_ORDER_RESULT'],
    ['a validated cart', SAMPLE_ORDER, CREATED_ORDER, null, 'MISSING_CART_VALIDATION'],
  ])('refuses to mail without %s', async (_, order, created, cart, code) => {
    expect(await failureOf(() => send(order, created, cart))).toEqual(permanent(code));
    expect(world.email.callLog).toEqual([]);
  });

  it.each([
    ['invalid_email', permanent('INVALID_EMAIL')],
    ['rate_limited', retryable('RATE_LIMITED', 60)],
    ['service_unavailable', retryable('SERVICE_UNAVAILABLE')],
    ['timeout', retryable('TIMEOUT')],
    ['a_new_status', retryable('A_NEW_STATUS')],
  ])('takes the status %s for what it is', async (status, failure) => {
    world.email.stubResponse('sendConfirmation', { status });
    expect(await failureOf(send)).toEqual(failure);
  });

  it.each([
    [InvalidEmailError, permanent('INVALID_EMAIL')],
    [RateLimitError, retryable('RATE_LIMITED', 60)],
    [DeliveryError, retryable('DELIVERY_FAILED')],
    [EmailError, retryable('EMAIL_ERROR')],
    [Error, retryable('SERVICE_FAILED')],
  ])('takes a thrown %p for what it is', async (error, failure) => {
    world.email.stubFailure('sendConfirmation', error);
    expect(await failureOf(send)).toEqual(failure);
  });

  it('fails for good when a sent mail has no number', async () => {
    world.email.stubResponse('sendConfirmation', { status: 'sent' });
    expect(await failureOf(send)).toEqual(permanent('RESULT_PROCESSING_FAILED'));
  });
});
