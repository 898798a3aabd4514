import 'reflect-metadata';
import type { Server } from 'node:http';
import type { INestApplication, ModuleMetadata, Provider } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { TypeOrmModule, type TypeOrmModuleOptions } from '@nestjs/typeorm';
import {
  defineTask,
  PermanentError,
  StepHandler,
  TaskerModule,
  type StepContext,
  type StepHandlerContract,
  type TaskerModuleOptions,
} from 'nestjs-tasker';
import { TaskerTestKit } from 'nestjs-tasker/testing';
import { createTestDatabase, type TestDatabase } from './database.js';

/** An order is read, then packed and billed side by side, then shipped. */
const DELIVERY = defineTask({
  namespace: 'warehouse',
  name: 'delivery',
  version: '1.2.0',
  contextSchema: {
    type: 'object',
    required: ['order_id'],
    properties: { order_id: { type: 'integer' }, express: { type: 'boolean', default: false } },
  },
  defaults: { backoff: { baseSeconds: 60, jitter: 0 } },
})
  .step('read', { handler: 'warehouse.echo' })
  .step('pack', { handler: 'warehouse.echo', dependsOn: ['read'] })
  .step('bill', { handler: 'warehouse.bill', dependsOn: ['read'], retryLimit: 2 })
  .step('ship', { handler: 'warehouse.echo', dependsOn: ['pack', 'bill'] });

@StepHandler('warehouse.echo')
class EchoHandler implements StepHandlerContract {
  process({ task, step }: StepContext): unknown {
    return { step: step.name, order: task.context.order_id ?? null };
  }
}

/** Order 13 is never paid, order 12 at the second attempt, every other one at once. */
@StepHandler('warehouse.bill')
class BillHandler implements StepHandlerContract {
  process({ task, attempt }: StepContext): unknown {
    const order = task.context.order_id;
    if (order === 13) throw new PermanentError('the card was declined', { code: 'DECLINED', context: { order } });
    if (order === 12 && attempt === 1) throw new Error('the bank is closed');
    return { paid: true };
  }
}

/** Tests send many wrong credentials, all from one address. */
export const UNLIMITED = { failures: false } as const;

export interface HttpHost {
  readonly app: INestApplication<Server>;
  /** Runs steps by hand; of no use with a worker in the background. */
  readonly kit: TaskerTestKit;
  close(): Promise<void>;
}

export interface HttpHostSettings {
  readonly tasker?: TaskerModuleOptions;
  readonly imports?: ModuleMetadata['imports'];
  readonly providers?: readonly Provider[];
  /** @default Express */
  readonly adapter?: AbstractHttpAdapter;
  /** Makes one that is dropped with the host. @default migrated already */
  readonly database?: () => Promise<TestDatabase>;
  /** A database that others use, too, and that outlives the host, instead of one of its own. */
  readonly shared?: TestDatabase;
  readonly dataSource?: TypeOrmModuleOptions;
  /** Another way to the database than the direct one. */
  readonly through?: (databaseUrl: string) => Promise<string>;
  /** Before `init()`, as in the `main.ts` of a host. */
  readonly prepare?: (app: INestApplication<Server>) => void;
}

/** A small host over HTTP. Its worker stands still unless the options say otherwise. */
export async function startHttpHost({
  tasker,
  imports = [],
  providers = [],
  adapter = new ExpressAdapter(),
  database: makeDatabase = createTestDatabase,
  shared,
  dataSource = {},
  through = (url) => Promise.resolve(url),
  prepare,
}: HttpHostSettings = {}): Promise<HttpHost> {
  const database = shared ?? (await makeDatabase());
  const url = await through(database.url);
  const module = await Test.createTestingModule({
    imports: [
      TypeOrmModule.forRoot({
        type: 'postgres',
        url,
        autoLoadEntities: true,
        retryAttempts: 0,
        ...dataSource,
      } as TypeOrmModuleOptions),
      TaskerModule.forRoot({ templates: [DELIVERY], worker: { enabled: false }, rateLimits: UNLIMITED, ...tasker }),
      ...imports,
    ],
    providers: [EchoHandler, BillHandler, ...providers],
  }).compile();
  const app = module.createNestApplication<INestApplication<Server>>(adapter, { logger: false });
  prepare?.(app);
  await app.init();
  await (app.getHttpAdapter().getInstance() as { ready?: () => Promise<void> }).ready?.(); // Fastify answers from then on
  return {
    app,
    kit: TaskerTestKit.of(app),
    close: async () => {
      await app.close();
      if (!shared) await database.drop();
    },
  };
}
