import { describe, expect, it, jest } from '@jest/globals';
import { ChangeGateway } from '../../../lib/persistence/change.gateway.js';
import { WebhookDeliveryGateway } from '../../../lib/persistence/webhook-delivery.gateway.js';
import { amount } from '../../support/amount.js';
import { template, useWebhookLab, type WebhookHost } from './webhook.lab.js';

const lab = useWebhookLab();
const [first, second] = [lab.share(), lab.share()];
const URL = 'https://example.com';
/** Webhooks that are created while transactions begin and commit. */
const ROUNDS = amount({ short: 10, full: 40 });

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

/** A transaction that has written the begin of a task, which is what it answers the id of, and is still open. */
async function aSlowTransaction({ tasks }: WebhookHost): Promise<{ readonly taskId: string; end(): Promise<unknown> }> {
  const { id } = await tasks.start(template.request);
  await lab.query(`update __schema__.ready_steps set run_at = now() + interval '1 hour'`);
  const client = await lab.connect();
  await client.query('begin');
  await client.query(BEGIN_TASK, [id]);
  return { taskId: id, end: () => client.query('commit') };
}

const BEGIN_TASK = `insert into tasker.task_transitions (task_id, from_state, to_state) values ($1, 'pending', 'in_progress')`;

/** Ids of what can be seen in the history of tasks. */
async function seen(): Promise<ReadonlySet<string>> {
  return new Set((await lab.query<{ id: string }>('select id from __schema__.task_transitions')).map(({ id }) => id));
}

/** Ids in the history of tasks that a webhook is told of, each as often as it is. */
async function toldTo(webhookId: string): Promise<readonly string[]> {
  const rows = await lab.query<{ id: string }>(
    `select split_part(change ->> 'position', '.', 1) as id from __schema__.webhook_deliveries where webhook_id = $1`,
    webhookId,
  );
  return rows.map(({ id }) => id);
}

const loseLease = (): Promise<unknown> =>
  lab.query(`update __schema__.webhook_cursor set read_until = now() - interval '1 second'`);

describe('deliveries', () => {
  it('are derived by one process at a time', async () => {
    const [one, other] = [first(), second()];
    await one.webhooks.create({ url: URL });
    await one.runTasks();
    expect([await one.deriver.runOnce(), await other.deriver.runOnce()]).toEqual([4, 0]);
    await one.runTasks();
    expect([await other.deriver.runOnce(), await one.deriver.runOnce()]).toEqual([0, 4]);
  });

  it('are derived by another process once the one that did is gone', async () => {
    const [one, other] = [first(), second()];
    await one.webhooks.create({ url: URL });
    await one.deriver.runOnce();
    await one.runTasks();
    expect(await other.deriver.runOnce()).toBe(0);
    await loseLease();
    expect(await other.deriver.runOnce()).toBe(4);
    expect(await derived()).toEqual([4, 4]);
  });

  it('come once of each change, although a process loses its lease in between', async () => {
    const [one, other] = [first(), second()];
    await one.webhooks.create({ url: URL });
    await one.runTasks(3);
    meanwhile(one, async () => {
      await loseLease();
      expect(await other.deriver.runOnce()).toBe(12);
    });
    expect(await one.deriver.runOnce()).toBe(0);
    expect(await derived()).toEqual([12, 12]);
  });

  it('come once of each change while processes take turns and tasks run', async () => {
    const one = first();
    const hosts = [one, second(), await lab.open()];
    await one.webhooks.create({ url: URL });
    let isRunning = true;
    const stealing = hosts.map(async (host) => {
      while (isRunning) {
        await loseLease();
        await host.deriver.runOnce();
      }
    });
    for (let round = 0; round < 10; round++) await one.runTasks(5);
    isRunning = false;
    await Promise.all(stealing);
    await loseLease();
    await one.deriver.runOnce();
    expect(await derived()).toEqual([200, 200]);
  });

  it('are not lost to a webhook that is created while others are derived', async () => {
    const host = first();
    const { webhooks, deriver, runTasks } = host;
    await webhooks.create({ url: URL });
    await runTasks();
    const late: string[] = [];
    meanwhile(host, async () => {
      const { id } = await webhooks.create({ url: URL });
      late.push(id);
      await runTasks();
    });
    await deriver.runOnce();
    expect((await webhooks.deliveries(late[0]!)).deliveries).toHaveLength(4);
    expect(await derived()).toEqual([12, 8]);
  });

  it('wait for a slow transaction, and are derived of what it commits', async () => {
    const host = first();
    const { webhooks, deriver, runTasks } = host;
    await webhooks.create({ url: URL, filter: { events: ['task.start_requested'] } });
    const slow = await aSlowTransaction(host);
    await runTasks();
    expect(await deriver.runOnce()).toBe(0);
    await slow.end();
    expect(await deriver.runOnce()).toBe(2);
  });

  it.each<[string, (host: WebhookHost) => Promise<unknown>]>([
    ['the first one', ({ deriver }) => deriver.runOnce()],
    ['the first one, before any process looked', () => Promise.resolve()],
    ['another one', ({ webhooks, deriver }) => webhooks.create({ url: URL }).then(() => deriver.runOnce())],
  ])('come of what commits after a webhook was created, and of nothing before: %s', async (_, prepare) => {
    const host = first();
    await host.runTasks();
    await prepare(host);
    await host.runTasks();
    const slow = await aSlowTransaction(host);
    await host.runTasks();
    await host.deriver.runOnce();
    const { id } = await host.webhooks.create({ url: URL });
    await host.deriver.runOnce();
    await slow.end();
    await host.deriver.runOnce();
    const { deliveries } = await host.webhooks.deliveries(id);
    expect(deliveries.map(({ change }) => [change.taskId, change.event])).toEqual([
      [slow.taskId, 'task.start_requested'],
    ]);
    await host.runTasks();
    await host.deriver.runOnce();
    expect((await host.webhooks.deliveries(id)).deliveries).toHaveLength(5);
  });

  it('come of what commits after a webhook was enabled again, and of nothing from while it was not', async () => {
    const host = first();
    const { webhooks, deriver, runTasks } = host;
    const { id } = await webhooks.create({ url: URL });
    await webhooks.change(id, { isEnabled: false });
    const slow = await aSlowTransaction(host);
    await runTasks();
    await deriver.runOnce();
    await webhooks.change(id, { isEnabled: true });
    await webhooks.change(id, { isEnabled: true }); // changes nothing
    await slow.end();
    await deriver.runOnce();
    expect((await webhooks.deliveries(id)).deliveries).toMatchObject([{ change: { taskId: slow.taskId } }]);
  });

  it.each<[string, (host: WebhookHost) => Promise<unknown>]>([
    ['before it is enabled again', ({ deriver }) => deriver.runOnce()],
    ['after it is enabled again', () => Promise.resolve()],
  ])('come of what committed just before a webhook was disabled, %s', async (_, look) => {
    const host = first();
    const { webhooks, deriver, runTasks } = host;
    const { id } = await webhooks.create({ url: URL });
    await deriver.runOnce();
    const slow = await aSlowTransaction(host);
    const told = [...(await runTasks())];
    await webhooks.change(id, { isEnabled: false });
    await slow.end();
    await runTasks();
    await look(host);
    await runTasks();
    await webhooks.change(id, { isEnabled: true });
    told.push(...(await runTasks()));
    await deriver.runOnce();
    const { deliveries } = await webhooks.deliveries(id, { limit: 100 });
    expect(deliveries).toHaveLength(8);
    expect(new Set(deliveries.map(({ change }) => change.taskId))).toEqual(new Set(told));
  });

  it('come of nothing to a webhook that was never enabled', async () => {
    const { webhooks, deriver, runTasks } = first();
    const { id } = await webhooks.create({ url: URL, isEnabled: false });
    await runTasks();
    expect(await deriver.runOnce()).toBe(0);
    await webhooks.change(id, { isEnabled: true });
    expect(await deriver.runOnce()).toBe(0);
    await runTasks();
    expect(await deriver.runOnce()).toBe(4);
  });

  it('leave a webhook no ids to remember that is disabled and enabled for ever', async () => {
    const { webhooks, deriver, runTasks } = first();
    const { id } = await webhooks.create({ url: URL });
    for (const isEnabled of [false, true, false, true, false]) {
      await runTasks();
      await deriver.runOnce();
      await webhooks.change(id, { isEnabled });
    }
    const [row] = await lab.query('select told_task, told_step from __schema__.webhooks where webhook_id = $1', id);
    expect(row).toEqual({ told_task: '{}', told_step: '{}' });
  });

  it('are as promised to webhooks that are created while many transactions begin and commit', async () => {
    const host = first();
    const { id: task } = await host.tasks.start(template.request);
    const clients = [await lab.connect(), await lab.connect(), await lab.connect(), await lab.connect()];
    const write = async (client: (typeof clients)[number], rows: number): Promise<void> => {
      for (let transaction = 0; transaction < 10; transaction++) {
        await client.query('begin');
        for (let row = 0; row < rows; row++) await client.query(BEGIN_TASK, [task]);
        await client.query('commit');
      }
    };
    const promises: { readonly id: string; readonly before: ReadonlySet<string>; readonly by: ReadonlySet<string> }[] =
      [];
    for (let round = 0; round < ROUNDS; round++) {
      const writing = clients.map((client, place) => write(client, place + 1));
      const before = await seen();
      const { id } = await host.webhooks.create({ url: URL, filter: { events: ['task.start_requested'] } });
      promises.push({ id, before, by: await seen() });
      await Promise.all([...writing, host.deriver.runOnce()]);
    }
    await host.deriver.runOnce();
    const all = [...(await seen())];
    for (const { id, before, by } of promises) {
      const told = await toldTo(id);
      expect(new Set(told).size).toBe(told.length);
      expect(told.filter((each) => before.has(each))).toEqual([]);
      expect(all.filter((each) => !by.has(each) && !told.includes(each))).toEqual([]);
    }
  });

  it('cost no reading where there is no webhook, but the next one need not look far back', async () => {
    const host = first();
    const looks = jest.spyOn(host.get(WebhookDeliveryGateway), 'takeReading');
    const reads = jest.spyOn(host.get(ChangeGateway), 'read');
    await host.runTasks();
    expect(await host.deriver.runOnce()).toBe(0);
    expect([looks.mock.calls.length, reads.mock.calls.length]).toEqual([1, 0]);
    const [cursor] = await lab.query('select after_task, after_step from __schema__.webhook_cursor');
    const [ids] = await lab.query(
      `select (select max(id) from __schema__.task_transitions) as after_task,
         (select max(id) from __schema__.workflow_step_transitions) as after_step`,
    );
    expect(cursor).toEqual(ids);
  });
});
