import { describe, expect, it } from '@jest/globals';
import { orderRequest } from '../../../../sample-app/ecommerce/order.request.js';
import { SAMPLE_ORDER } from './order.factory.js';

describe('the task of an order', () => {
  it('carries a standard order as it is', () => {
    expect(orderRequest(SAMPLE_ORDER)).toMatchObject({
      namespace: 'ecommerce',
      name: 'process_order',
      version: '1.0.0',
      context: SAMPLE_ORDER,
    });
    expect(orderRequest(SAMPLE_ORDER).context).toEqual(SAMPLE_ORDER);
  });

  it('notes how to hurry with an express order', () => {
    expect(orderRequest({ ...SAMPLE_ORDER, priority: 'express' }).context).toMatchObject({
      priority: 'express',
      express_processing: { payment_timeout_ms: 15_000, payment_retries: 1, email_retries: 2 },
    });
  });

  it('notes what a premium customer may expect', () => {
    const order = { ...SAMPLE_ORDER, customer_info: { ...SAMPLE_ORDER.customer_info, tier: 'premium' as const } };
    expect(orderRequest(order).context).toMatchObject({
      customer_info: { tier: 'premium' },
      premium_processing: { priority: 'high', faster_processing: true },
    });
  });
});
