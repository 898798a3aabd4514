import type { OrderContext } from '../ecommerce/order.context.js';
import { DEMO_PRODUCTS } from '../ecommerce/services/products.js';

export interface OrderWish {
  /** Pieces by product id. */
  readonly cart: Readonly<Record<number, number>>;
  /** What the customer agreed to pay. */
  readonly amount: number;
  readonly token?: string;
  readonly name?: string;
  readonly id?: number;
  readonly tier?: 'standard' | 'premium';
  readonly priority?: 'standard' | 'express';
}

/** A realistic order of the demo's products. */
export function orderOf(wish: OrderWish): OrderContext {
  const { cart, amount, token = 'test_success_visa', name = 'John Doe', id = 123, tier = 'standard' } = wish;
  return {
    cart_items: Object.entries(cart).map(([productId, quantity]) => cartItem(Number(productId), quantity)),
    payment_info: { method: 'credit_card', amount, currency: 'USD', card_last_four: '1234', token },
    customer_info: { id, email: `${name.toLowerCase().replaceAll(' ', '.')}@example.com`, name, tier },
    shipping_info: { address: '123 Main St', city: 'Anytown', state: 'NY', zip: '12345' },
    priority: wish.priority ?? 'standard',
  };
}

function cartItem(productId: number, quantity: number) {
  const { price, name } = DEMO_PRODUCTS.find(({ id }) => id === productId)!;
  return { product_id: productId, quantity, price, name };
}
