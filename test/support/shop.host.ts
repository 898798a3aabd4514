import type { Server } from 'node:http';
import type { INestApplication, Provider } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { TaskerTestKit } from 'nestjs-tasker/testing';
import request from 'supertest';
import { AppModule, type ShopOptions } from '../../sample-app/app.module.js';
import { CatalogueService } from '../../sample-app/ecommerce/services/catalogue.service.js';
import { widget } from '../../sample-app/ecommerce/services/products.js';

export const CHECKOUT = { namespace: 'ecommerce', name: 'process_order', version: '1.0.0' } as const;

/** The sample application, listening; its worker stands still, and the kit steps it. */
export interface ShopHost {
  readonly app: INestApplication<Server>;
  readonly kit: TaskerTestKit;
  /** Asks below the mount path. */
  http(): ReturnType<typeof request>;
  close(): Promise<void>;
}

export interface ShopSettings extends Pick<ShopOptions, 'databaseUrl' | 'limits'> {
  /** Such as an authenticator: a host provides it in any of its modules. */
  readonly providers?: readonly Provider[];
}

export async function startShop({ providers = [], ...options }: ShopSettings): Promise<ShopHost> {
  const shop = AppModule.forShop({ ...options, environment: 'test', worker: { enabled: false } });
  const module = await Test.createTestingModule({ imports: [shop], providers: [...providers] }).compile();
  const app = module.createNestApplication<INestApplication<Server>>({ logger: false });
  await app.listen(0, '127.0.0.1');
  app.get(CatalogueService).replaceWith(widget);
  const url = `${await app.getUrl()}/tasker`;
  return { app, kit: TaskerTestKit.of(app), http: () => request(url), close: () => app.close() };
}
