import type { StartTaskRequest } from 'nestjs-tasker';
import type { OrderContext } from './order.context.js';

/** What handlers may read about an order in a hurry. */
const EXPRESS_PROCESSING = { payment_timeout_ms: 15_000, payment_retries: 1, email_retries: 2 } as const;
const PREMIUM_PROCESSING = { priority: 'high', faster_processing: true } as const;

/** The task that processes an order, with a note in its context for express orders and premium customers. */
export function orderRequest(order: OrderContext): StartTaskRequest {
  return {
    namespace: 'ecommerce',
    name: 'process_order',
    version: '1.0.0',
    context: {
      ...order,
      ...(order.priority === 'express' && { express_processing: EXPRESS_PROCESSING }),
      ...(order.customer_info?.tier === 'premium' && { premium_processing: PREMIUM_PROCESSING }),
    },
    initiator: 'shop',
    sourceSystem: 'sample-app',
    reason: 'checkout',
  };
}
