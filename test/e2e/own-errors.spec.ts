import type { Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Module, Post, UseFilters } from '@nestjs/common';
import { TaskerErrorFilter, TaskerModule, TaskService } from 'nestjs-tasker';
import request from 'supertest';
import { ADAPTERS } from '../support/adapters.js';
import { startHttpHost, type HttpHost } from '../support/http.host.js';
import { MissingTemplateError } from '../../lib/engine/engine.errors.js';

@Controller('orders')
class OrdersController {
  constructor(private readonly tasks: TaskService) {}

  @Post()
  start(): Promise<unknown> {
    return this.tasks.start({ namespace: 'warehouse', name: 'delivery', version: '1.2.0', context: { order_id: 'x' } });
  }

  @Post('broken')
  fail(): void {
    throw new MissingTemplateError('17');
  }
}

@Controller('problems')
@UseFilters(TaskerErrorFilter)
class ProblemsController extends OrdersController {}

@Module({ imports: [TaskerModule], controllers: [OrdersController, ProblemsController] })
class OrdersModule {}

describe.each(ADAPTERS)('an error of ours in a controller of the host, on %s', (_, adapter) => {
  let host: HttpHost;
  let http: Server;
  beforeAll(async () => {
    host = await startHttpHost({ adapter: adapter(), imports: [OrdersModule] });
    await host.app.listen(0, '127.0.0.1');
    http = host.app.getHttpServer();
  });
  afterAll(() => host.close());

  it('is answered with its status and message', async () => {
    const { body, type } = await request(http).post('/orders').expect(400);
    expect(type).toBe('application/json');
    expect(body).toEqual({ statusCode: 400, message: expect.stringContaining('/order_id must be') });
  });

  it('is a problem document where the host asks for that', async () => {
    const { body, type } = await request(http).post('/problems').expect(400);
    expect(type).toBe('application/problem+json');
    expect(body).toMatchObject({
      code: 'TASKER_INVALID_CONTEXT',
      instance: '/problems',
      problems: [{ pointer: '/context/order_id' }],
    });
  });

  it.each(['/orders/broken', '/problems/broken'])('tells the caller nothing that is not for it: %s', async (path) => {
    const { text } = await request(http).post(path).expect(500);
    expect(text).not.toContain('template');
  });
});
