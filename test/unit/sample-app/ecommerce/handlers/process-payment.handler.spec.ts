import { beforeEach, describe, expect, it } from '@jest/globals';
import { ProcessPaymentHandler } from '../../../../../sample-app/ecommerce/handlers/process-payment.handler.js';
import type { PaymentInfo } from '../../../../../sample-app/ecommerce/order.context.js';
import {
  CardDeclinedError,
  InsufficientFundsError,
  InvalidPaymentRequestError,
  NetworkError,
  PaymentAuthenticationError,
  PaymentError,
  PaymentRateLimitError,
  PaymentTimeoutError,
} from '../../../../../sample-app/ecommerce/services/payment.errors.js';
import { SAMPLE_ORDER, VALIDATED_CART } from '../order.factory.js';
import { outsideWorld } from '../shop.factory.js';
import { errorOf, failureOf, permanent, retryable, stepContext } from './step.context.js';

let world: ReturnType<typeof outsideWorld>;
let handler: ProcessPaymentHandler;

beforeEach(() => {
  world = outsideWorld();
  handler = new ProcessPaymentHandler(world.payment);
});

const context = (payment_info: PaymentInfo = SAMPLE_ORDER.payment_info) =>
  stepContext({
    step: 'process_payment',
    order: { ...SAMPLE_ORDER, payment_info },
    results: { validate_cart: VALIDATED_CART },
  });
const charge = (changes: PaymentInfo = {}) => handler.process(context({ ...SAMPLE_ORDER.payment_info, ...changes }));

describe('process_payment', () => {
  it('charges the total of the cart', async () => {
    expect(await charge()).toEqual({
      payment_id: expect.stringMatching(/^pay_[0-9a-f]{16}$/),
      amount_charged: 124.76,
      currency: 'USD',
      payment_method_type: 'credit_card',
      transaction_id: expect.stringMatching(/^txn_[0-9a-f]{16}$/),
      processed_at: '2026-03-05T09:08:07.000Z',
      status: 'completed',
    });
    expect(world.payment.lastCall('processPayment')?.args).toMatchObject({
      amount: 124.76,
      method: 'credit_card',
      token: 'tok_visa_valid',
      currency: 'USD',
    });
  });

  it('charges once, however often it runs', async () => {
    const first = await charge();
    expect(await charge()).toEqual(first);
    expect(await world.ledger.entriesFor('order_42')).toEqual([
      { key: '42-process_payment', service: 'payment', reference: 'order_42', asked: 2 },
    ]);
  });

  it('takes the defaults for what the gateway leaves out', async () => {
    const answer = {
      status: 'succeeded',
      payment_id: 'p',
      amount_charged: 124.76,
      transaction_id: 't',
      processed_at: 'now',
    };
    world.payment.stubResponse('processPayment', answer);
    expect(await charge()).toMatchObject({ currency: 'USD', payment_method_type: 'credit_card' });
  });

  it.each([
    ['no payment method', { method: '' }, 'MISSING_PAYMENT_METHOD'],
    ['no token', { token: '' }, 'MISSING_PAYMENT_TOKEN'],
    ['a cent too little', { amount: 124.75 }, 'PAYMENT_AMOUNT_MISMATCH'],
    ['a tenth of a cent too much', { amount: 124.761 }, 'PAYMENT_AMOUNT_MISMATCH'],
  ])('refuses an order with %s, without asking the gateway', async (_, changes, code) => {
    expect(await failureOf(() => charge(changes))).toEqual(permanent(code));
    expect(world.payment.called('processPayment')).toBe(false);
  });

  it('refuses an order without an amount or any payment at all', async () => {
    const { amount: _, ...withoutAmount } = SAMPLE_ORDER.payment_info;
    expect(await failureOf(() => handler.process(context(withoutAmount)))).toEqual(
      permanent('PAYMENT_AMOUNT_MISMATCH'),
    );
    expect(await failureOf(() => handler.process(context({})))).toEqual(permanent('MISSING_PAYMENT_METHOD'));
  });

  it('refuses a cart without a total', async () => {
    const orphan = stepContext({ step: 'process_payment', results: { validate_cart: null } });
    expect(await failureOf(() => handler.process(orphan))).toEqual(permanent('MISSING_CART_TOTAL'));
  });

  it.each([
    ['insufficient_funds', permanent('PAYMENT_DECLINED')],
    ['card_declined', permanent('PAYMENT_DECLINED')],
    ['invalid_card', permanent('PAYMENT_DECLINED')],
    ['rate_limited', retryable('RATE_LIMITED', 30)],
    ['service_unavailable', retryable('SERVICE_UNAVAILABLE')],
    ['timeout', retryable('TIMEOUT')],
    ['a_new_status', retryable('A_NEW_STATUS')],
  ])('takes the status %s for what it is', async (status, failure) => {
    world.payment.stubResponse('processPayment', { status });
    expect(await failureOf(charge)).toEqual(failure);
  });

  it.each([
    ['test_insufficient_1', permanent('PAYMENT_DECLINED')],
    ['test_invalid_1', permanent('PAYMENT_DECLINED')],
    ['test_timeout_1', retryable('GATEWAY_TIMEOUT')],
    ['test_rate_limit_1', retryable('RATE_LIMITED', 30)],
    ['test_temp_fail_1', retryable('TEMPORARY_FAILURE')],
  ])('fails with the token %s as it asks for, and charges nothing', async (token, failure) => {
    expect(await failureOf(() => charge({ token }))).toEqual(failure);
    expect(await world.ledger.entriesFor('order_42')).toEqual([]);
  });

  it.each([
    [InvalidPaymentRequestError, permanent('INVALID_REQUEST')],
    [PaymentAuthenticationError, permanent('AUTHENTICATION_FAILED')],
    [InsufficientFundsError, permanent('PAYMENT_DECLINED')],
    [CardDeclinedError, permanent('PAYMENT_DECLINED')],
    [NetworkError, retryable('NETWORK_ERROR')],
    [PaymentTimeoutError, retryable('TIMEOUT')],
    [PaymentRateLimitError, retryable('RATE_LIMITED', 30)],
    [PaymentError, retryable('PAYMENT_ERROR')],
    [Error, retryable('SERVICE_FAILED')],
  ])('takes a thrown %p for what it is', async (error, failure) => {
    world.payment.stubFailure('processPayment', error);
    expect(await failureOf(charge)).toEqual(failure);
  });

  it('keeps the cause and what the gateway said', async () => {
    world.payment.stubFailure('processPayment', NetworkError, 'connection reset');
    const error = await errorOf(charge);
    expect(error.message).toBe('The payment gateway: connection reset');
    expect(error.cause).toBeInstanceOf(NetworkError);
  });

  it('never asks again when the answer of a charge cannot be read, and keeps that answer', async () => {
    world.payment.stubResponse('processPayment', { status: 'succeeded', transaction_id: 'txn_1' });
    const error = await errorOf(charge);
    expect(await failureOf(charge)).toEqual(permanent('RESULT_PROCESSING_FAILED'));
    expect(error.context).toEqual({ raw_response: { status: 'succeeded', transaction_id: 'txn_1' } });
  });
});
