import type { OrderContext } from '../../sample-app/ecommerce/order.context.js';

/** The order of the specification. */
export const CUSTOMER_ORDER = {
  customer_info: { id: 123, email: 'customer@example.com', tier: 'standard', name: 'John Doe' },
  cart_items: [
    { product_id: 1, quantity: 2, price: 29.99, name: 'Widget A' },
    { product_id: 2, quantity: 1, price: 49.99, name: 'Widget B' },
  ],
  payment_info: {
    method: 'credit_card',
    amount: 124.76,
    currency: 'USD',
    card_last_four: '1234',
    token: 'tok_visa_valid',
  },
  shipping_info: { address: '123 Main St', city: 'Anytown', state: 'NY', zip: '12345' },
} as const satisfies OrderContext;
