import type { Server } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { EventBus, TaskService, type TaskDetails } from 'nestjs-tasker';
import { TaskerTestKit } from 'nestjs-tasker/testing';
import request from 'supertest';
import { DataSource } from 'typeorm';
import { AppModule } from '../../sample-app/app.module.js';
import type { OrderContext } from '../../sample-app/ecommerce/order.context.js';
import { orderRequest } from '../../sample-app/ecommerce/order.request.js';
import { CatalogueService } from '../../sample-app/ecommerce/services/catalogue.service.js';
import { EffectLedger } from '../../sample-app/ecommerce/services/effect.ledger.js';
import { DeliveryError } from '../../sample-app/ecommerce/services/email.errors.js';
import { InsufficientStockError } from '../../sample-app/ecommerce/services/inventory.errors.js';
import { MockEmailService } from '../../sample-app/ecommerce/services/mock-email.service.js';
import { MockInventoryService } from '../../sample-app/ecommerce/services/mock-inventory.service.js';
import { MockPaymentService } from '../../sample-app/ecommerce/services/mock-payment.service.js';
import { MockServices } from '../../sample-app/ecommerce/services/mock.services.js';
import { NetworkError } from '../../sample-app/ecommerce/services/payment.errors.js';
import { widget } from '../../sample-app/ecommerce/services/products.js';
import { SAMPLE_ORDER } from '../unit/sample-app/ecommerce/order.factory.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const STEPS = ['validate_cart', 'process_payment', 'update_inventory', 'create_order', 'send_confirmation'];

let db: TestDatabase;
let app: INestApplication<Server>;
let kit: TaskerTestKit;
let payment: MockPaymentService;
let inventory: MockInventoryService;
let email: MockEmailService;

beforeAll(async () => {
  db = await createTestDatabase();
  const shop = AppModule.forShop({ databaseUrl: db.url, environment: 'test', worker: { enabled: false } });
  const module = await Test.createTestingModule({ imports: [shop] }).compile();
  app = module.createNestApplication<INestApplication<Server>>({ logger: false });
  await app.init();
  kit = TaskerTestKit.of(app);
  payment = app.get(MockPaymentService);
  inventory = app.get(MockInventoryService);
  email = app.get(MockEmailService);
});

beforeEach(() => {
  app.get(MockServices).resetAllMocks();
  app.get(CatalogueService).replaceWith(widget);
});

afterAll(async () => {
  await app.close();
  await db.drop();
});

const place = async (order: OrderContext = SAMPLE_ORDER): Promise<string> => {
  const { id } = await app.get(TaskService).start(orderRequest(order));
  return id;
};
const placeAndRun = async (order?: OrderContext): Promise<TaskDetails> => kit.runToEnd(await place(order));

const stepOf = (task: TaskDetails, name: string) => task.steps.find((step) => step.name === name)!;
const attemptsOf = (task: TaskDetails): number[] => task.steps.map(({ attempts }) => attempts);
const statesOf = (task: TaskDetails): string[] => task.steps.map(({ state }) => state);
const effectsOf = async (task: TaskDetails, service: string) => {
  const effects = await app.get(EffectLedger).entriesFor(`order_${task.id}`);
  return effects.filter((effect) => effect.service === service);
};

describe('an order that nothing disturbs', () => {
  it('is pending first, and complete in the end, each step after one attempt', async () => {
    const id = await place();
    expect(await kit.task(id)).toMatchObject({ state: 'pending' });
    const task = await kit.runToEnd(id);
    expect(task.state).toBe('complete');
    expect(task.steps.map(({ name }) => name)).toEqual(STEPS);
    expect(attemptsOf(task)).toEqual([1, 1, 1, 1, 1]);
  });

  it('comes out to the cent', async () => {
    const task = await placeAndRun();
    expect(stepOf(task, 'validate_cart').results).toMatchObject({
      validated_items: [
        { product_id: 1, name: 'Widget A', price: 29.99, quantity: 2, line_total: 59.98 },
        { product_id: 2, name: 'Widget B', price: 49.99, quantity: 1, line_total: 49.99 },
      ],
      subtotal: 109.97,
      tax: 8.8,
      shipping: 5.99,
      total: 124.76,
      item_count: 2,
    });
    expect(stepOf(task, 'process_payment').results).toMatchObject({ amount_charged: 124.76, status: 'completed' });
    expect(stepOf(task, 'create_order').results).toMatchObject({ total_amount: 124.76, status: 'confirmed' });
  });

  it('calls each service once, and the warehouse once for each product', async () => {
    await placeAndRun();
    expect(payment.lastCall('processPayment')?.args).toMatchObject({ amount: 124.76, method: 'credit_card' });
    expect(payment.callLog).toHaveLength(1);
    expect(inventory.callCount('checkAvailability')).toBe(2);
    expect(inventory.callCount('reserveInventory')).toBe(2);
    expect(email.lastCall('sendConfirmation')?.args).toMatchObject({ to: 'customer@example.com' });
    expect(email.callLog).toHaveLength(1);
  });

  it('finishes its steps in the order of the chain', async () => {
    const { steps } = await placeAndRun();
    const finished = steps.map(({ processedAt }) => processedAt!);
    expect(finished).toEqual(finished.toSorted());
    const started = steps.map(({ lastAttemptedAt }) => lastAttemptedAt!);
    for (const [index, end] of finished.slice(0, -1).entries()) expect(started[index + 1]! >= end).toBe(true);
  });

  it('stores one order of the shop for its task', async () => {
    const { id, ...task } = await placeAndRun();
    const rows: unknown[] = await app.get(DataSource).query('select * from shop_orders where task_id = $1', [id]);
    const results = task.steps[3]!.results as { order_id: number; order_number: string };
    expect(rows).toEqual([
      expect.objectContaining({ id: results.order_id, order_number: results.order_number, total_amount: '124.76' }),
    ]);
    expect(results.order_id).toBeGreaterThan(1000);
  });
});

describe('the events of an order', () => {
  let unsubscribe: () => void;
  let seen: string[];

  beforeEach(() => {
    seen = [];
    unsubscribe = app.get(EventBus).on('*', (fact, name) => {
      seen.push('step' in fact ? `${fact.step} ${name}` : name);
    });
  });

  afterEach(() => {
    unsubscribe();
  });

  it('tell each step once that it began and once that it is done, in the order of the chain', async () => {
    await placeAndRun();
    expect(seen.filter((event) => event.includes(' step.'))).toEqual(
      STEPS.flatMap((step) =>
        ['step.execution_requested', 'step.before_handle', 'step.completed'].map((event) => `${step} ${event}`),
      ),
    );
    expect(seen.filter((event) => event.startsWith('task.')).slice(-2)).toEqual([
      'task.start_requested',
      'task.completed',
    ]);
  });
});

describe('an order with a note for those who process it', () => {
  it('carries the note of a premium customer', async () => {
    const task = await placeAndRun({
      ...SAMPLE_ORDER,
      customer_info: { ...SAMPLE_ORDER.customer_info, tier: 'premium' },
    });
    expect(task).toMatchObject({
      state: 'complete',
      context: {
        customer_info: { tier: 'premium' },
        premium_processing: { priority: 'high', faster_processing: true },
        priority: 'standard', // the default of the schema is stored
      },
    });
  });

  it('carries the note of an express order', async () => {
    expect(await placeAndRun({ ...SAMPLE_ORDER, priority: 'express' })).toMatchObject({
      state: 'complete',
      context: {
        priority: 'express',
        express_processing: { payment_timeout_ms: 15_000, payment_retries: 1, email_retries: 2 },
      },
    });
  });
});

describe('a payment that fails once', () => {
  it('is tried again after two seconds, without repeating what is done', async () => {
    payment.stubFailure('processPayment', NetworkError, 'connection reset', { failCount: 1 });
    const id = await place();
    await kit.runUntilIdle();

    const waiting = await kit.task(id);
    const step = stepOf(waiting, 'process_payment');
    expect(step).toMatchObject({ state: 'error', attempts: 1, retryLimit: 3, retryable: true });
    expect(step.error).toMatchObject({ code: 'NETWORK_ERROR', permanent: false });
    expect(waitMs(step)).toBeGreaterThanOrEqual(2_000);
    expect(waitMs(step)).toBeLessThan(4_000);

    const task = await kit.runToEnd(id);
    expect(task.state).toBe('complete');
    expect(attemptsOf(task)).toEqual([1, 2, 1, 1, 1]);
    expect(payment.callCount('processPayment')).toBe(2);
    expect(await effectsOf(task, 'payment')).toHaveLength(1);
  });

  it('is not tried before its time', async () => {
    payment.stubFailure('processPayment', NetworkError, 'connection reset', { failCount: 1 });
    await place();
    await kit.runUntilIdle();
    expect(await kit.runUntilIdle()).toBe(0);
    expect(payment.callCount('processPayment')).toBe(1);
  });
});

describe('a payment that always fails for now', () => {
  it('ends the order after three attempts, and leaves later steps alone', async () => {
    payment.stubFailure('processPayment', NetworkError, 'connection reset');
    const task = await placeAndRun();
    expect(task.state).toBe('error');
    expect(statesOf(task)).toEqual(['complete', 'error', 'pending', 'pending', 'pending']);
    expect(attemptsOf(task)).toEqual([1, 3, 0, 0, 0]);
  });
});

describe('a declined card', () => {
  it.each(['insufficient_funds', 'card_declined', 'invalid_card'])('(%s) ends the order at once', async (status) => {
    payment.stubResponse('processPayment', { status });
    const task = await placeAndRun();
    expect(task.state).toBe('error');
    expect(attemptsOf(task)).toEqual([1, 1, 0, 0, 0]);
    expect(stepOf(task, 'process_payment').error).toMatchObject({ code: 'PAYMENT_DECLINED', permanent: true });
    expect(inventory.callLog).toEqual([]);
    expect(await effectsOf(task, 'inventory')).toEqual([]);
  });
});

describe('a gateway that limits the rate', () => {
  it('is not asked again before the 30 seconds that it wants', async () => {
    payment.stubResponse('processPayment', { status: 'rate_limited' });
    const id = await place();
    await kit.runUntilIdle();
    const step = stepOf(await kit.task(id), 'process_payment');
    expect(step.error).toMatchObject({ code: 'RATE_LIMITED', permanent: false });
    expect(waitMs(step)).toBeGreaterThanOrEqual(30_000);
    expect(waitMs(step)).toBeLessThan(32_000);
  });
});

describe('a mail provider that limits the rate', () => {
  it('is not asked again before the 60 seconds that it wants', async () => {
    email.stubResponse('sendConfirmation', { status: 'rate_limited' });
    const id = await place();
    await kit.runUntilIdle();
    expect(waitMs(stepOf(await kit.task(id), 'send_confirmation'))).toBeGreaterThanOrEqual(60_000);
  });
});

describe('stock that is always short', () => {
  it('ends the order after two attempts, charged once and with nothing reserved', async () => {
    inventory.stubFailure('checkAvailability', InsufficientStockError, 'sold out');
    const task = await placeAndRun();
    expect(task.state).toBe('error');
    expect(attemptsOf(task)).toEqual([1, 1, 2, 0, 0]);
    expect(stepOf(task, 'update_inventory').error).toMatchObject({ code: 'INSUFFICIENT_STOCK' });
    expect(await effectsOf(task, 'payment')).toHaveLength(1);
    expect(await effectsOf(task, 'inventory')).toEqual([]);
  });
});

describe('a mail that fails four times', () => {
  it('is sent at the fifth attempt, for one charge', async () => {
    email.stubFailure('sendConfirmation', DeliveryError, 'mailbox unavailable', { failCount: 4 });
    const task = await placeAndRun();
    expect(task.state).toBe('complete');
    expect(attemptsOf(task)).toEqual([1, 1, 1, 1, 5]);
    expect(email.callCount('sendConfirmation')).toBe(5);
    expect(payment.callCount('processPayment')).toBe(1);
    expect(await effectsOf(task, 'payment')).toHaveLength(1);
  });
});

describe('an order over another amount than it costs', () => {
  it('is never charged', async () => {
    const task = await placeAndRun({
      ...SAMPLE_ORDER,
      payment_info: { ...SAMPLE_ORDER.payment_info, amount: 124.75 },
    });
    expect(task.state).toBe('error');
    expect(stepOf(task, 'process_payment').error).toMatchObject({
      code: 'PAYMENT_AMOUNT_MISMATCH',
      context: { agreed: 124.75, total: 124.76 },
    });
    expect(payment.callLog).toEqual([]);
  });
});

describe('a charge whose answer cannot be read', () => {
  it('is never asked for again, and its answer is kept', async () => {
    payment.stubResponse('processPayment', { status: 'succeeded', amount_charged: 124.76 });
    const task = await placeAndRun();
    expect(attemptsOf(task)).toEqual([1, 1, 0, 0, 0]);
    expect(stepOf(task, 'process_payment').error).toMatchObject({
      code: 'RESULT_PROCESSING_FAILED',
      permanent: true,
      context: { raw_response: { status: 'succeeded', amount_charged: 124.76 } },
    });
  });
});

describe('the shop', () => {
  const post = (body: object) => request(app.getHttpServer()).post('/orders').send(body);
  const get = (path: string) => request(app.getHttpServer()).get(path);

  it('takes an order and follows it to its end', async () => {
    const { body: placed } = await post(SAMPLE_ORDER).expect(201);
    expect(placed).toEqual({
      success: true,
      taskId: expect.stringMatching(/^\d+$/),
      status: 'pending',
      statusUrl: `/orders/${placed.taskId}/status`,
    });
    await get(placed.statusUrl).expect(200, { taskId: placed.taskId, status: 'pending' });

    const task = await kit.runToEnd(placed.taskId);
    const { order_number: orderNumber, order_id: orderId } = task.steps[3]!.results as Record<string, unknown>;
    await get(placed.statusUrl).expect(200, {
      taskId: placed.taskId,
      status: 'complete',
      orderId,
      orderNumber,
      totalAmount: 124.76,
    });
  });

  it('says how far an order is that waits for its next attempt', async () => {
    inventory.stubFailure('checkAvailability', InsufficientStockError, 'sold out', { failCount: 1 });
    const id = await place();
    await kit.runUntilIdle();
    const { body } = await get(`/orders/${id}/status`).expect(200);
    expect(body).toEqual({
      taskId: id,
      status: 'in_progress',
      currentStep: null,
      progress: { completed: 2, total: 5, percentage: 40 },
    });
  });

  it('names the steps that failed', async () => {
    payment.stubResponse('processPayment', { status: 'card_declined' });
    const { id } = await placeAndRun();
    const expected = { taskId: id, status: 'error', failedSteps: ['process_payment'] };
    await get(`/orders/${id}/status`).expect(200, expected);
  });

  it('shows the details of each step', async () => {
    const { id } = await placeAndRun();
    const { body } = await get(`/orders/${id}`).expect(200);
    expect(body).toMatchObject({ id, state: 'complete', summary: { totalSteps: 5, completedSteps: 5 } });
    expect(body.steps[1]).toMatchObject({ name: 'process_payment', attempts: 1, results: { amount_charged: 124.76 } });
  });

  it.each([
    ['an order without payment', { ...SAMPLE_ORDER, payment_info: undefined }, '/payment_info'],
    [
      'a quantity of nought',
      { ...SAMPLE_ORDER, cart_items: [{ product_id: 1, quantity: 0, price: 1 }] },
      '/cart_items/0/quantity',
    ],
    [
      'an unknown payment method',
      { ...SAMPLE_ORDER, payment_info: { ...SAMPLE_ORDER.payment_info, method: 'barter' } },
      '/payment_info/method',
    ],
    ['no order at all', {}, '/cart_items'],
  ])('refuses %s, and says where it is wrong', async (_, order, pointer) => {
    const before = await taskCount();
    const { body } = await post(order).expect(422);
    expect(body).toMatchObject({ success: false, code: 'TASKER_INVALID_CONTEXT' });
    expect(body.problems).toContainEqual(expect.objectContaining({ pointer }));
    expect(await taskCount()).toBe(before);
  });

  it.each(['/orders/999999', '/orders/999999/status', '/orders/nonsense'])('knows nothing of %s', async (path) => {
    await get(path).expect(404);
  });
});

describe('the template of the checkout', () => {
  it('is stored as the story tells it', async () => {
    const stored: unknown[] = await app.get(DataSource).query(`
      select step.name, template.handler, template.parent_positions as parents, template.default_retryable as retryable,
             template.default_retry_limit as "retryLimit", template.timeout_seconds as "timeoutSeconds",
             template.backoff, system.name as system, task.name as task, task.version, namespace.name as namespace
      from tasker.named_tasks_named_steps template
      join tasker.named_steps step using (named_step_id)
      join tasker.dependent_systems system using (dependent_system_id)
      join tasker.named_tasks task using (named_task_id)
      join tasker.task_namespaces namespace using (task_namespace_id)
      order by template.position`);
    const common = {
      retryable: true,
      backoff: { baseSeconds: 2, factor: 2, maxSeconds: 300, jitter: 0 },
      system: 'ecommerce_platform',
      namespace: 'ecommerce',
      task: 'process_order',
      version: '1.0.0',
    };
    const chain = [
      { name: 'validate_cart', retryLimit: 3, timeoutSeconds: 15, parents: [] },
      { name: 'process_payment', retryLimit: 3, timeoutSeconds: 30, parents: [0] },
      { name: 'update_inventory', retryLimit: 2, timeoutSeconds: 20, parents: [1] },
      { name: 'create_order', retryLimit: 3, timeoutSeconds: 15, parents: [2] },
      { name: 'send_confirmation', retryLimit: 5, timeoutSeconds: 10, parents: [3] },
    ];
    expect(stored).toEqual(chain.map((step) => ({ ...common, ...step, handler: `ecommerce.${step.name}` })));
  });
});

/** From the beginning of the failed attempt to the next. */
function waitMs({ nextRetryAt, lastAttemptedAt }: TaskDetails['steps'][number]): number {
  return Date.parse(nextRetryAt!) - Date.parse(lastAttemptedAt!);
}

async function taskCount(): Promise<number> {
  const [row] = await app.get(DataSource).query<{ count: number }[]>('select count(*)::int from tasker.tasks');
  return row!.count;
}
