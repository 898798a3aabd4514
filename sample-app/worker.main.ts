/**
 * A process that takes orders, holds each in the middle of a step, and tells the process that forked it, which then kills
 * it. The services answer a held step so slowly that it never ends, though what it asked them for has happened.
 */
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { DEMO_ENVIRONMENT, DEMO_WORKER } from './runner/demo.settings.js';
import type { HeldOrder, HoldAnswer, HoldOrders, OrderToHold } from './runner/doomed.protocol.js';
import { holdOrder } from './runner/order.holder.js';
import { explain } from './runner/start.problem.js';

process.once('disconnect', () => process.exit()); // nobody is left to do this for
process.once('message', ({ orders }: HoldOrders) => {
  void holdAll(orders).then(answer, (error: unknown) => answer({ problem: explain(error) }));
});

async function holdAll(orders: readonly OrderToHold[]): Promise<HoldAnswer> {
  const databaseUrl = process.env.DATABASE_URL ?? '';
  const shop = AppModule.forShop({ databaseUrl, environment: DEMO_ENVIRONMENT, worker: DEMO_WORKER });
  const app = await NestFactory.createApplicationContext(shop, { logger: false, abortOnError: false });
  const held: HeldOrder[] = [];
  for (const order of orders) held.push(await holdOrder(app, order));
  return { held };
}

function answer(message: HoldAnswer): void {
  process.send?.(message);
}
