import type { ExpressAdapter } from '@nestjs/platform-express';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { isUnauthenticated, UnauthenticatedError } from '../../lib/auth/auth.errors.js';
import { FailureLimiter } from '../../lib/rate-limits/failure.limiter.js';
import { RateLimitedError } from '../../lib/rate-limits/rate-limits.errors.js';
import { BreakingProxy } from './breaking.proxy.js';
import { createTestDatabase } from './database.js';
import { listenTo, type EventListener } from './event.listener.js';
import { eventually } from './eventually.js';
import { CHECKOUT, startShop, type ShopHost } from './shop.host.js';
import { orderOf } from './shop.orders.js';
import { SHOP_USERS } from './shop.users.js';
import { lockWaited } from './waiting.js';

/** A shop with users that has as many unfinished tasks as it takes, and in which most have failed. */
export interface FullShop extends ShopHost {
  readonly url: string;
  readonly network: BreakingProxy;
  /** Ids of tasks in these states. */
  readonly pending: string;
  readonly complete: string;
  /** Of the pending task. */
  readonly step: string;
  readonly webhook: string;
  readonly token: string;
  /** A token that was revoked. */
  readonly revoked: string;
}

/** Holds while the work is done. */
export type Trouble = (shop: FullShop, work: () => Promise<void>) => Promise<void>;

export async function startFullShop(usedKey: string): Promise<FullShop> {
  const database = await createTestDatabase();
  const network = await BreakingProxy.open(database.url);
  const limits = {
    backPressure: { maxUnfinished: 1 },
    live: { maxListeners: 2, maxListenersPerUser: 1 },
    database: { statementTimeoutMs: 3_000 }, // a list takes half of it
    rateLimits: { failures: { limit: 1_000, seconds: 3_600 } },
  };
  const shop = await startShop({ databaseUrl: network.url, limits, providers: SHOP_USERS });
  (shop.app.getHttpAdapter() as ExpressAdapter).set('trust proxy', true);
  const ask = async (verb: 'get' | 'post' | 'delete', path: string, status: number, body?: object): Promise<any> => {
    const answer = await shop.http()[verb](path).set('X-User', 'ann').send(body).expect(status);
    return answer.body;
  };
  /** What has ended makes room when it is counted next. */
  const start = async (context: object): Promise<string> => {
    const started = await eventually(() => ask('post', '/tasks', 201, { ...CHECKOUT, context }));
    return started.id as string;
  };
  const run = async (context: object): Promise<string> => {
    const id = await start(context);
    await shop.kit.runUntilIdle();
    return id;
  };
  const complete = await run(orderOf('paid'));
  for (let failed = 0; failed < 3; failed++) await run(orderOf('declined'));
  const pending = await start(orderOf('paid'));
  const webhook = await ask('post', '/webhooks', 201, { url: 'https://example.com' });
  const token = async (): Promise<string> => {
    const { id } = await ask('post', '/api_tokens', 201, { name: 'import', userId: 'importer' });
    return id as string;
  };
  const revoked = await token();
  await ask('delete', `/api_tokens/${revoked}`, 204);
  await shop
    .http()
    .post(`/tasks/${complete}/annotations`)
    .set({ 'X-User': 'ann', 'Idempotency-Key': usedKey })
    .send({ type: 'audit' })
    .expect(201);
  const { id: step } = await ask('get', `/tasks/${pending}/workflow_steps/validate_cart`, 200);
  return {
    ...shop,
    ...{ network, pending, complete, step, webhook: webhook.id, token: await token(), revoked },
    url: `${await shop.app.getUrl()}/tasker`,
    close: async () => {
      await shop.close();
      await network.close();
      await database.drop();
    },
  };
}

/** Somebody has the tasks for longer than a list may take. */
export const amidLockedTasks: Trouble = (shop, work) => amidLock(shop, 'access exclusive', work);

async function amidLock({ app }: Pick<FullShop, 'app'>, mode: string, work: () => Promise<void>): Promise<void> {
  const blocker = app.get(DataSource).createQueryRunner();
  await blocker.startTransaction();
  try {
    await blocker.query(`lock table tasker.tasks in ${mode} mode`);
    await work();
  } finally {
    await blocker.rollbackTransaction();
    await blocker.release();
  }
}

/** What is sent twice: once by us. */
export const EQUAL = { headers: { 'Idempotency-Key': 'equal' }, body: { type: 'audit' } } as const;

/** Says that a proxy sent the request for somebody at this address. */
export const GUESSER = { 'X-Forwarded-For': '203.0.113.9' } as const;

/** As many authentications as may fail from the address of the guesser have failed. */
export const amidGuesses: Trouble = async ({ app }, work) => {
  const limiter = app.get(FailureLimiter);
  const guess = (): Promise<never> => Promise.reject(new UnauthenticatedError());
  for (;;) {
    const error: unknown = await limiter.watch({}, GUESSER['X-Forwarded-For'], guess, isUnauthenticated).catch(Object);
    if (error instanceof RateLimitedError) break;
  }
  await work();
};

/** The same was asked for before, and is not answered yet. */
export const amidEqualRequest: Trouble = async (shop, work) => {
  const { http, network, pending } = shop;
  const watch = new pg.Client({ connectionString: network.url });
  await watch.connect();
  let first: Promise<unknown> | undefined;
  try {
    // Who asks is decided with a look at the task, which this lock allows.
    await amidLock(shop, 'exclusive', async () => {
      const asked = http()
        .post(`/tasks/${pending}/annotations`)
        .set({ 'X-User': 'ann', ...EQUAL.headers });
      first = Promise.resolve(asked.send(EQUAL.body).expect(201));
      await Promise.race([first, lockWaited(watch, 'annotate_task')]);
      await work();
    });
    await first;
  } finally {
    await watch.end();
  }
};

/** These users listen, each once. Listeners of before may still be leaving. */
export function amidListenersOf(...users: readonly string[]): Trouble {
  return async ({ url }, work) => {
    const listen = (user: string): Promise<EventListener> => listenTo(`${url}/events`, { 'X-User': user });
    const listeners: EventListener[] = [];
    try {
      for (const user of users) listeners.push(await eventually(() => listen(user)));
      await work();
    } finally {
      for (const listener of listeners) listener.close();
    }
  };
}

export const amidNoDatabase: Trouble = async ({ network }, work) => {
  network.breaksNew = true;
  network.breakOpen();
  try {
    await work();
  } finally {
    network.breaksNew = false;
  }
};
