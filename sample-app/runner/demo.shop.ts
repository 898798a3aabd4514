import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../app.module.js';
import { DEMO_ENVIRONMENT, DEMO_WORKER } from './demo.settings.js';
import { portProblem } from './http.port.js';

export interface DemoShop {
  readonly app: INestApplication<Server>;
  readonly url: string;
}

/** The shop, migrated, serving, and with a worker that runs steps. */
export async function openShop(databaseUrl: string, port: number): Promise<DemoShop> {
  const shop = AppModule.forShop({ databaseUrl, environment: DEMO_ENVIRONMENT, worker: DEMO_WORKER });
  const app = await NestFactory.create<INestApplication<Server>>(shop, { logger: false, abortOnError: false });
  await listen(app, port);
  const { port: listening } = app.getHttpServer().address() as AddressInfo;
  return { app, url: `http://localhost:${listening}` };
}

/** Another program may have taken the port since it was found free. */
async function listen(app: INestApplication, port: number): Promise<void> {
  try {
    await app.listen(port);
  } catch (error) {
    await app.close();
    const { syscall, code } = error as NodeJS.ErrnoException;
    throw syscall === 'listen' && code !== undefined ? portProblem(port, code) : error;
  }
}

const ORDER = JSON.stringify({
  cart_items: [{ product_id: 8, quantity: 1, price: 15.99 }],
  payment_info: { method: 'paypal', amount: 23.26, currency: 'USD', token: 'test_success_me' },
  customer_info: { name: 'Me', email: 'me@example.com' },
});

/** Where to look next, at this task for one, and what to try. */
export function addresses(url: string, taskId: string): string {
  return [
    `REST       ${url}/tasker/tasks/${taskId}`,
    `GraphQL    ${url}/tasker/graphql`,
    `Dashboard  ${url}/tasker/dashboard`,
    `Health     ${url}/tasker/health/ready`,
    `Order      curl ${url}/orders -H 'content-type: application/json' -d '${ORDER}'`,
  ].join('\n');
}
