import type { OrderContext } from '../../sample-app/ecommerce/order.context.js';
import { SAMPLE_ORDER } from '../unit/sample-app/ecommerce/order.factory.js';
import { CHECKOUT, type ShopHost } from './shop.host.js';

/** Payment tokens, by what becomes of an order with them. */
const TOKENS = { paid: 'test_success_card', declined: 'test_invalid_card', delayed: 'test_temp_fail_card' } as const;

export const CHECKOUT_STEPS = [
  'validate_cart',
  'process_payment',
  'update_inventory',
  'create_order',
  'send_confirmation',
] as const;

export function orderOf(fate: keyof typeof TOKENS): OrderContext {
  return { ...SAMPLE_ORDER, payment_info: { ...SAMPLE_ORDER.payment_info, token: TOKENS[fate] } };
}

/** Starts an order over HTTP; answers the id of its task. */
export async function place(shop: ShopHost, fate: keyof typeof TOKENS, more: object = {}): Promise<string> {
  const order = { ...CHECKOUT, context: orderOf(fate), ...more };
  const answer = await shop.http().post('/tasks').send(order).expect(201);
  return answer.body.id as string;
}
