import { describe, expect, it, jest } from '@jest/globals';
import { WebhookDeliveryGateway } from '../../../lib/persistence/webhook-delivery.gateway.js';
import { template, useWebhookLab, type WebhookHost } from './webhook.lab.js';

const lab = useWebhookLab();
const URL = 'https://example.com';

/** How many deliveries there are, of how many changes. */
async function derived(): Promise<readonly [number, number]> {
  const [row] = await lab.query<{ all: number; different: number }>(
    `select count(*)::integer as all, count(distinct (change ->> 'position', change ->> 'event'))::integer as different
     from __schema__.webhook_deliveries`,
  );
  return [row!.all, row!.different];
}

/** Between its reading of the cursor and its writing, another thing happens. */
function meanwhile(host: WebhookHost, happens: () => Promise<unknown>): void {
  const gateway = host.get(WebhookDeliveryGateway);
  const derive = gateway.derive.bind(gateway);
  jest.spyOn(gateway, 'derive').mockImplementationOnce(async (...given) => {
    await happens();
    return derive(...given);
  });
}

const loseLease = (): Promise<unknown> =>
  lab.query(`update __schema__.webhook_cursor set read_until = now() - interval '1 second'`);

describe('deliveries', () => {
  it('are derived by one process at a time', async () => {
    const [one, other] = [await lab.open(), await lab.open()];
    await one.webhooks.create({ url: URL });
    await one.runTasks();
    expect([await one.scribe.runOnce(), await other.scribe.runOnce()]).toEqual([4, 0]);
    await one.runTasks();
    expect([await other.scribe.runOnce(), await one.scribe.runOnce()]).toEqual([0, 4]);
  });

  it('are derived by another process once the one that did is gone', async () => {
    const [one, other] = [await lab.open(), await lab.open()];
    await one.webhooks.create({ url: URL });
    await one.scribe.runOnce();
    await one.runTasks();
    expect(await other.scribe.runOnce()).toBe(0);
    await loseLease();
    expect(await other.scribe.runOnce()).toBe(4);
    expect(await derived()).toEqual([4, 4]);
  });

  it('come once of each change, although a process loses its lease in between', async () => {
    const [one, other] = [await lab.open(), await lab.open()];
    await one.webhooks.create({ url: URL });
    await one.runTasks(3);
    meanwhile(one, async () => {
      await loseLease();
      expect(await other.scribe.runOnce()).toBe(12);
    });
    expect(await one.scribe.runOnce()).toBe(0);
    expect(await derived()).toEqual([12, 12]);
  });

  it('come once of each change while processes take turns and tasks run', async () => {
    const hosts = [await lab.open(), await lab.open(), await lab.open()];
    const [first] = hosts;
    await first!.webhooks.create({ url: URL });
    let isRunning = true;
    const stealing = hosts.map(async (host) => {
      while (isRunning) {
        await loseLease();
        await host.scribe.runOnce();
      }
    });
    for (let round = 0; round < 10; round++) await first!.runTasks(5);
    isRunning = false;
    await Promise.all(stealing);
    await loseLease();
    await first!.scribe.runOnce();
    expect(await derived()).toEqual([200, 200]);
  });

  it('are not lost to a webhook that is created while others are derived', async () => {
    const host = await lab.open();
    const { webhooks, scribe, runTasks } = host;
    await webhooks.create({ url: URL });
    await runTasks();
    const late: string[] = [];
    meanwhile(host, async () => {
      const { id } = await webhooks.create({ url: URL });
      late.push(id);
      await runTasks();
    });
    await scribe.runOnce();
    expect((await webhooks.deliveries(late[0]!)).deliveries).toHaveLength(4);
    expect(await derived()).toEqual([12, 8]);
  });

  it('wait for a slow transaction, and are derived of what it commits', async () => {
    const { webhooks, scribe, tasks, runTasks } = await lab.open();
    const { id: slowTask } = await tasks.start(template.request);
    await webhooks.create({ url: URL, filter: { events: ['task.start_requested'] } });
    const slow = await lab.connect();
    await slow.query('begin');
    await slow.query(
      `insert into tasker.task_transitions (task_id, from_state, to_state) values ($1, 'pending', 'in_progress')`,
      [slowTask],
    );
    await lab.query(`update __schema__.ready_steps set run_at = now() + interval '1 hour'`);
    await runTasks();
    expect(await scribe.runOnce()).toBe(0);
    await slow.query('commit');
    expect(await scribe.runOnce()).toBe(2);
  });

  it('cost one statement where there is no webhook', async () => {
    const host = await lab.open();
    const looks = jest.spyOn(host.get(WebhookDeliveryGateway), 'takeReading');
    const derive = jest.spyOn(host.get(WebhookDeliveryGateway), 'derive');
    await host.runTasks();
    expect(await host.scribe.runOnce()).toBe(0);
    expect([looks.mock.calls.length, derive.mock.calls.length]).toEqual([1, 0]);
  });
});
