import { setTimeout } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { OrderDesk } from '../ecommerce/orders/order.desk.js';
import { EffectLedger } from '../ecommerce/services/effect.ledger.js';
import { MockEmailService } from '../ecommerce/services/mock-email.service.js';
import { MockInventoryService } from '../ecommerce/services/mock-inventory.service.js';
import { MockPaymentService } from '../ecommerce/services/mock-payment.service.js';
import type { HoldableStep } from '../stories/order.story.js';
import type { HeldOrder, OrderToHold } from './doomed.protocol.js';

const FOR_EVER_SECONDS = 3_600;
const LOOK_EVERY_MS = 20;

/** The outside call of each step that an order can be held at. */
const CALLS = {
  process_payment: { service: MockPaymentService, method: 'processPayment' },
  update_inventory: { service: MockInventoryService, method: 'reserveInventory' },
  send_confirmation: { service: MockEmailService, method: 'sendConfirmation' },
} as const satisfies Record<HoldableStep, object>;

/**
 * Places the order and resolves when its step hangs between effect and answer. The stall stays, so of several orders
 * the one that is to get furthest comes first.
 */
export async function holdOrder(
  app: INestApplicationContext,
  { title, order, heldAt }: OrderToHold,
): Promise<HeldOrder> {
  const { service, method } = CALLS[heldAt];
  const mock = app.get(service);
  mock.stubDelay(method, FOR_EVER_SECONDS, { afterEffect: true });
  const { id } = await app.get(OrderDesk).place(order);
  await effectOf(app.get(EffectLedger), mock.serviceName, `order_${id}`);
  return { title, taskId: id };
}

async function effectOf(ledger: EffectLedger, service: string, reference: string): Promise<void> {
  for (;;) {
    const effects = await ledger.entriesFor(reference);
    if (effects.some((effect) => effect.service === service)) return;
    await setTimeout(LOOK_EVERY_MS);
  }
}
