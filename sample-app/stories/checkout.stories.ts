import { DeliveryError } from '../ecommerce/services/email.errors.js';
import { InsufficientStockError } from '../ecommerce/services/inventory.errors.js';
import type { ConfirmationRequest } from '../ecommerce/services/mock-email.service.js';
import type { ChargeRequest } from '../ecommerce/services/mock-payment.service.js';
import { PaymentRateLimitError, PaymentTimeoutError } from '../ecommerce/services/payment.errors.js';
import { orderOf } from './customer.orders.js';
import type { OrderStory, Outcome } from './order.story.js';

const complete = (total: string, attempts = [1, 1, 1, 1, 1]): Outcome => ({
  state: 'complete',
  attempts,
  total,
  charges: 1,
  failure: null,
});
const refused = (failure: string, total: string | null, attempts: readonly number[]): Outcome => ({
  state: 'error',
  attempts,
  total,
  charges: 0,
  failure,
});
const paidWith = (token: string) => ({ when: (charge: ChargeRequest) => charge.token === token });

/** What may happen to an order between cart and confirmation. */
export const CHECKOUT_STORIES: readonly OrderStory[] = [
  {
    title: 'successful checkout',
    order: orderOf({ cart: { 1: 2, 3: 1 }, amount: 324.56 }),
    expected: complete('324.56'),
  },
  {
    title: 'premium customer, express',
    order: orderOf({ cart: { 7: 1 }, amount: 38.38, name: 'Ada King', tier: 'premium', priority: 'express' }),
    expected: complete('38.38'),
  },
  {
    title: 'declined card',
    order: orderOf({ cart: { 2: 3 }, amount: 86.96, token: 'test_insufficient_visa' }),
    expected: refused('process_payment PAYMENT_DECLINED', '86.96', [1, 1, 0, 0, 0]),
  },
  {
    title: 'gateway times out twice',
    order: orderOf({ cart: { 4: 1 }, amount: 49.18, token: 'test_success_slow_gateway' }),
    trouble: ({ payment }) =>
      payment.stubFailure('processPayment', PaymentTimeoutError, 'no answer within 15 s', {
        failCount: 2,
        ...paidWith('test_success_slow_gateway'),
      }),
    expected: complete('49.18', [1, 3, 1, 1, 1]),
  },
  {
    title: 'gateway wants us to slow down',
    order: orderOf({ cart: { 8: 2 }, amount: 40.53, token: 'test_success_busy_gateway' }),
    trouble: ({ payment }) =>
      payment.stubFailure('processPayment', PaymentRateLimitError, 'too many requests', {
        failCount: 1,
        ...paidWith('test_success_busy_gateway'),
      }),
    expected: complete('40.53', [1, 2, 1, 1, 1]),
  },
  {
    title: 'more wanted than in stock',
    order: orderOf({ cart: { 5: 20 }, amount: 1953.77, name: 'Corner Cafe' }),
    relief: ({ catalogue }) => catalogue.restock(5, 25),
    expected: complete('1953.77', [2, 1, 1, 1, 1]),
  },
  {
    title: 'last pieces held by another',
    order: orderOf({ cart: { 8: 10 }, amount: 182.68 }),
    trouble: ({ inventory }) =>
      inventory.stubFailure('checkAvailability', InsufficientStockError, 'another customer holds the last pieces', {
        failCount: 1,
        when: ({ product_id, quantity }: { product_id: number; quantity: number }) =>
          product_id === 8 && quantity === 10,
      }),
    expected: complete('182.68', [1, 1, 2, 1, 1]),
  },
  {
    title: 'never enough in stock',
    order: orderOf({ cart: { 6: 80 }, amount: 1742.13 }),
    expected: refused('validate_cart INSUFFICIENT_STOCK', null, [3, 0, 0, 0, 0]),
  },
  {
    title: 'mail provider down',
    order: orderOf({ cart: { 3: 2 }, amount: 81.57, name: 'Grace Hopper' }),
    trouble: ({ email }) =>
      email.stubFailure('sendConfirmation', DeliveryError, 'mailbox temporarily unavailable', {
        failCount: 4,
        when: ({ customer_name }: ConfirmationRequest) => customer_name === 'Grace Hopper',
      }),
    expected: complete('81.57', [1, 1, 1, 1, 5]),
  },
  {
    title: 'price not as agreed',
    order: orderOf({ cart: { 1: 1 }, amount: 129.99 }),
    expected: refused('process_payment PAYMENT_AMOUNT_MISMATCH', '146.38', [1, 1, 0, 0, 0]),
  },
];
