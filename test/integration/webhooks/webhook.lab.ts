import { createHmac } from 'node:crypto';
import { afterEach, expect, jest } from '@jest/globals';
import { WebhookService, type WebhookDelivery, type WebhookMessage, type WorkerOptions } from 'nestjs-tasker';
import type { DatabaseOptions, WebhookOptions } from '../../../lib/options/tasker.options.js';
import { DeliveryWorker } from '../../../lib/webhooks/delivery.worker.js';
import { DeliveryDeriver } from '../../../lib/webhooks/delivery.deriver.js';
import type { Received } from '../../support/answering.server.js';
import { eventually } from '../../support/eventually.js';
import { aTemplate, HANDLER } from '../../support/factories.js';
import type { Host, HostSettings } from '../../support/host.js';
import { useLab, type Lab } from '../../support/lab.js';

export const template = aTemplate();
/** Of which each task has one. */
export const ONE_CHANGE = { events: ['task.completed'] } as const;

/** A host whose webhooks are stepped by hand. */
export interface WebhookHost extends Host {
  readonly webhooks: WebhookService;
  readonly deriver: DeliveryDeriver;
  readonly deliveryWorker: DeliveryWorker;
  /** Runs tasks of one step to their end, and answers their ids: four changes each. */
  runTasks(count?: number): Promise<readonly string[]>;
}

export interface WebhookLab extends Omit<Lab, 'open' | 'share'> {
  /** Receivers of tests are on the loopback. */
  open(options?: WebhookOptions, worker?: WorkerOptions, database?: DatabaseOptions): Promise<WebhookHost>;
  /** One for all tests of the file or the block that need none of their own. Call it at the top. */
  share(options?: WebhookOptions): () => WebhookHost;
  /** Lets whatever waits for its time be due. */
  makeDue(): Promise<unknown>;
}

/** As `useLab`; no webhook and no spy outlives its test. */
export function useWebhookLab(): WebhookLab {
  const lab = useLab();
  afterEach(async () => {
    jest.restoreAllMocks();
    await lab.query('delete from __schema__.webhooks');
    await lab.query('update __schema__.webhook_cursor set reader = null, read_until = null');
  });
  return Object.assign(Object.create(lab) as Lab, {
    open: async (options?: WebhookOptions, worker: WorkerOptions = {}, database: DatabaseOptions = {}) =>
      withWebhooks(await lab.open({ ...settingsOf(options), worker, database })),
    share: (options?: WebhookOptions) => {
      const host = lab.share(settingsOf(options));
      return () => withWebhooks(host());
    },
    makeDue: () => lab.query('update __schema__.webhook_deliveries set due_at = now() where due_at is not null'),
  });
}

function settingsOf(options: WebhookOptions = {}): Omit<HostSettings, 'url' | 'worker' | 'name'> {
  return {
    templates: [template],
    handlers: { [HANDLER]: () => 'done' },
    webhooks: { allowPrivateTargets: true, pollIntervalMs: 20, ...options },
  };
}

function withWebhooks(host: Host): WebhookHost {
  return {
    ...host,
    webhooks: host.get(WebhookService),
    deriver: host.get(DeliveryDeriver),
    deliveryWorker: host.get(DeliveryWorker),
    runTasks: async (count = 1) => {
      const started = await host.tasks.startMany(Array.from({ length: count }, () => template.request));
      await host.kit.runUntilIdle();
      return started.map(({ id }) => id);
    },
  };
}

/** A webhook with one delivery a task that is due. Answers its id. */
export async function aDelivery({ webhooks, runTasks, deriver }: WebhookHost, url: string, tasks = 1): Promise<string> {
  const { id } = await webhooks.create({ url, filter: ONE_CHANGE });
  await runTasks(tasks);
  let derived = 0;
  await eventually(async () => {
    derived += await deriver.runOnce(); // a transaction of somebody else's holds it up as long as it is open
    expect(derived).toBeGreaterThanOrEqual(tasks);
  });
  return id;
}

export async function onlyDelivery({ webhooks }: WebhookHost, id: string): Promise<WebhookDelivery> {
  const { deliveries } = await webhooks.deliveries(id);
  expect(deliveries).toHaveLength(1);
  return deliveries[0]!;
}

/** Seconds until the delivery is tried again. */
export async function waitOf(host: WebhookHost, id: string): Promise<number> {
  const { dueAt } = await onlyDelivery(host, id);
  return (new Date(dueAt!).getTime() - Date.now()) / 1_000;
}

export function messageOf({ body }: Received): WebhookMessage {
  return JSON.parse(body) as WebhookMessage;
}

/** By the text of the Standard Webhooks specification, not by our code. */
export function isSigned({ headers, body }: Received, secret: string): boolean {
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  return headers['webhook-signature'] === `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
}
