import { randomBytes } from 'node:crypto';
import { validate } from 'class-validator';
import type { CustomerInfo } from '../order.context.js';
import type { InventoryUpdate, PaymentReceipt, ValidatedCart } from '../order.results.js';
import { ShopOrder } from './shop-order.entity.js';

export interface OrderParts {
  readonly taskId: string;
  readonly customer: CustomerInfo;
  readonly cart: ValidatedCart;
  readonly payment: PaymentReceipt;
  readonly inventory: InventoryUpdate;
}

/** The order that these parts make, not yet checked and not yet stored. */
export function draftOrder({ taskId, customer, cart, payment, inventory }: OrderParts, now: Date): ShopOrder {
  return Object.assign(new ShopOrder(), {
    taskId,
    orderNumber: orderNumber(now),
    status: 'confirmed' as const,
    customerName: customer.name ?? '',
    customerEmail: customer.email ?? '',
    totalAmount: cart.total,
    items: cart.validated_items,
    paymentId: payment.payment_id,
    transactionId: payment.transaction_id,
    inventoryLogId: inventory.inventory_log_id,
    createdAt: now,
  });
}

/** What is wrong with an order, one sentence each. */
export async function problemsOf(order: ShopOrder): Promise<readonly string[]> {
  const errors = await validate(order);
  return errors.flatMap(({ constraints }) => Object.values(constraints ?? {}));
}

/** `ORD-20260305-9F2C01AB` */
function orderNumber(now: Date): string {
  const day = now.toISOString().slice(0, 10).replaceAll('-', '');
  return `ORD-${day}-${randomBytes(4).toString('hex').toUpperCase()}`;
}
