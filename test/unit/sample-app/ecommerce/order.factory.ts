import type { OrderContext } from '../../../../sample-app/ecommerce/order.context.js';
import type {
  CreatedOrder,
  InventoryUpdate,
  PaymentReceipt,
  ValidatedCart,
} from '../../../../sample-app/ecommerce/order.results.js';

/** The sample of the specification: two widgets A and one B, 124.76 in all. */
export const SAMPLE_ORDER = {
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

export const VALIDATED_CART: ValidatedCart = {
  validated_items: [
    { product_id: 1, name: 'Widget A', price: 29.99, quantity: 2, line_total: 59.98 },
    { product_id: 2, name: 'Widget B', price: 49.99, quantity: 1, line_total: 49.99 },
  ],
  subtotal: 109.97,
  tax: 8.8,
  shipping: 5.99,
  total: 124.76,
  item_count: 2,
  validated_at: '2026-03-05T09:08:07.000Z',
};

export const RECEIPT: PaymentReceipt = {
  payment_id: 'pay_1',
  amount_charged: 124.76,
  currency: 'USD',
  payment_method_type: 'credit_card',
  transaction_id: 'txn_1',
  processed_at: '2026-03-05T09:08:07.000Z',
  status: 'completed',
};

export const INVENTORY_UPDATE: InventoryUpdate = {
  updated_products: [],
  total_items_reserved: 3,
  inventory_changes: [],
  inventory_log_id: 'log_1',
  updated_at: '2026-03-05T09:08:07.000Z',
};

export const CREATED_ORDER: CreatedOrder = {
  order_id: 1001,
  order_number: 'ORD-20260305-0123ABCD',
  status: 'confirmed',
  total_amount: 124.76,
  customer_email: 'customer@example.com',
  created_at: '2026-03-05T09:08:07.000Z',
  estimated_delivery: 'March 12, 2026',
};
