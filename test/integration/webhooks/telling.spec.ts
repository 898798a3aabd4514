import { describe, expect, it } from '@jest/globals';
import type { ChangeFilter, DeliveryPage } from 'nestjs-tasker';
import { StandingFaults } from '../../../lib/background/standing.faults.js';
import { answering, useServers } from '../../support/answering.server.js';
import { eventually } from '../../support/eventually.js';
import { isSigned, messageOf, template, useWebhookLab } from './webhook.lab.js';

const lab = useWebhookLab();
const shared = lab.share();
const servers = useServers();

describe('a webhook', () => {
  it('is told of each change once, signed with its secret', async () => {
    const receiver = await servers.open(answering(204));
    const { webhooks, deriver, deliveryWorker, runTasks } = shared();
    const { secret } = await webhooks.create({ url: `${receiver.url}/hook?for=tasks` });
    const [taskId] = await runTasks();
    expect(await deriver.runOnce()).toBe(4);
    expect(await deliveryWorker.runOnce()).toBe(4);
    expect([await deriver.runOnce(), await deliveryWorker.runOnce()]).toEqual([0, 0]);
    expect(receiver.received.map((each) => messageOf(each).type).toSorted()).toEqual([
      'step.completed',
      'step.execution_requested',
      'task.completed',
      'task.start_requested',
    ]);
    for (const each of receiver.received) {
      expect(each).toMatchObject({ method: 'POST', path: '/hook?for=tasks' });
      expect(each.headers['content-type']).toMatch('application/json');
      expect(isSigned(each, secret)).toBe(true);
      expect(isSigned({ ...each, body: `${each.body} ` }, secret)).toBe(false);
      expect(Math.abs(Number(each.headers['webhook-timestamp']) - Date.now() / 1_000)).toBeLessThan(60);
      const { id, type, timestamp, data } = messageOf(each);
      expect(id).toBe(each.headers['webhook-id']);
      expect(data).toMatchObject({ taskId, event: type, at: timestamp, ...template.request });
    }
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(4);
  });

  it('is told of each change once where an answer has room for one, and shows its deliveries one a page', async () => {
    const receiver = await servers.open(answering(204));
    const { webhooks, deriver, deliveryWorker, runTasks } = await lab.open({}, {}, { maxReadBytes: 4_096 });
    const { id } = await webhooks.create({ url: receiver.url });
    await runTasks(3);
    expect(await deriver.runOnce()).toBe(12);
    expect(await deliveryWorker.runOnce()).toBe(12);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(12);
    const seen: string[] = [];
    for (let after: string | null | undefined = undefined; after !== null;) {
      const page: DeliveryPage = await webhooks.deliveries(id, after === undefined ? {} : { after });
      expect(page.deliveries).toHaveLength(1);
      seen.push(page.deliveries[0]!.id);
      after = page.next;
    }
    expect([seen.length, new Set(seen).size]).toEqual([12, 12]);
  });

  it.each<[string, ChangeFilter, number]>([
    ['everything', {}, 8],
    ['a template', { namespace: 'tests', name: template.request.name }, 8],
    ['an event', { events: ['task.completed'] }, 2],
    ['a step', { steps: ['only'] }, 4],
    ['another namespace', { namespace: 'elsewhere' }, 0],
  ])('is told by its filter: %s', async (_, filter, count) => {
    const { webhooks, deriver, runTasks } = shared();
    const { id } = await webhooks.create({ url: 'https://example.com', filter });
    await runTasks(2);
    await deriver.runOnce();
    const { deliveries } = await webhooks.deliveries(id, { limit: 100 });
    expect(deliveries).toHaveLength(count);
  });

  it('is told of nothing from before it was there, whatever others are told', async () => {
    const { webhooks, deriver, runTasks } = shared();
    await runTasks();
    const early = await webhooks.create({ url: 'https://example.com/early' });
    await runTasks();
    const late = await webhooks.create({ url: 'https://example.com/late' });
    await runTasks();
    await deriver.runOnce();
    expect((await webhooks.deliveries(early.id)).deliveries).toHaveLength(8);
    expect((await webhooks.deliveries(late.id)).deliveries).toHaveLength(4);
  });

  it('is sent nothing while it is disabled, and never told of what changed meanwhile', async () => {
    const receiver = await servers.open(answering(200));
    const { webhooks, deriver, deliveryWorker, runTasks } = shared();
    const { id } = await webhooks.create({ url: receiver.url });
    await runTasks();
    await deriver.runOnce();
    await webhooks.change(id, { isEnabled: false });
    await runTasks();
    expect([await deriver.runOnce(), await deliveryWorker.runOnce()]).toEqual([0, 0]);
    expect(receiver.received).toEqual([]);
    await webhooks.change(id, { isEnabled: true });
    expect([await deriver.runOnce(), await deliveryWorker.runOnce()]).toEqual([0, 4]);
    await runTasks();
    expect([await deriver.runOnce(), await deliveryWorker.runOnce()]).toEqual([4, 4]);
  });

  it('is told by its filter and at its URL as they are then', async () => {
    const receiver = await servers.open(answering(200));
    const { webhooks, deriver, deliveryWorker, runTasks } = shared();
    const { id } = await webhooks.create({ url: 'https://example.com', description: 'the shop' });
    await webhooks.change(id, {
      url: `${receiver.url}/new`,
      filter: { events: ['task.completed'] },
      description: null,
    });
    await runTasks();
    await deriver.runOnce();
    await deliveryWorker.runOnce();
    expect(receiver.received.map(({ path }) => path)).toEqual(['/new']);
    expect(await webhooks.get(id)).toMatchObject({ description: null, filter: { events: ['task.completed'] } });
  });

  it('gets what is signed with its new secret', async () => {
    const receiver = await servers.open(answering(200));
    const { webhooks, deriver, deliveryWorker, runTasks } = shared();
    const { id, secret } = await webhooks.create({ url: receiver.url, secret: `whsec_${'aGVs'.repeat(8)}` });
    expect(secret).toBe(`whsec_${'aGVs'.repeat(8)}`);
    const rotated = await webhooks.rotateSecret(id);
    await runTasks();
    await deriver.runOnce();
    await deliveryWorker.runOnce();
    expect(rotated.secret).not.toBe(secret);
    expect(receiver.received.map((each) => isSigned(each, rotated.secret))).toEqual([true, true, true, true]);
  });

  it('is told in the background of a process that works, which leaves nothing behind', async () => {
    const receiver = await servers.open(answering(200));
    const { webhooks, runTasks } = shared();
    await webhooks.create({ url: receiver.url });
    const working = await lab.open({}, { enabled: true });
    await runTasks();
    await eventually(() => expect(receiver.received).toHaveLength(4));
    await working.close();
    const [cursor] = await lab.query('select reader from __schema__.webhook_cursor');
    expect(cursor).toEqual({ reader: null });
  });

  it('takes nothing with it into the next: what is removed is gone with its deliveries', async () => {
    const { webhooks, deriver, runTasks } = shared();
    const { id } = await webhooks.create({ url: 'https://example.com' });
    await runTasks();
    await deriver.runOnce();
    await webhooks.remove(id);
    expect(await lab.query('select 1 from __schema__.webhook_deliveries')).toEqual([]);
    await expect(webhooks.get(id)).rejects.toMatchObject({ code: 'TASKER_UNKNOWN_WEBHOOK' });
    await runTasks();
    expect(await deriver.runOnce()).toBe(0);
  });
});

describe('webhooks that would be larger together than one answer may be', () => {
  const url = 'https://example.com';
  const large: ChangeFilter = { steps: Array.from({ length: 45 }, (_, n) => `a step with a long name, number ${n}`) };

  it('are refused when they are created or changed, and cost the others nothing', async () => {
    const { webhooks, deriver, runTasks } = await lab.open({}, {}, { maxReadBytes: 4_096 });
    const { id } = await webhooks.create({ url, filter: large });
    const refused = { code: 'TASKER_TOO_MANY_WEBHOOKS', httpStatus: 422, allowed: 4_096 };
    const { id: other } = await webhooks.create({ url });
    await expect(webhooks.create({ url, filter: large })).rejects.toMatchObject(refused);
    await expect(webhooks.change(other, { filter: large })).rejects.toMatchObject(refused);
    await webhooks.change(id, { filter: { ...large, events: ['task.failed'] } });
    await webhooks.change(other, { description: 'all', isEnabled: true });
    expect(await webhooks.list()).toHaveLength(2);
    await runTasks();
    expect(await deriver.runOnce()).toBe(4);
  });

  it('are not read where they are all the same, as with a smaller budget than when they were created', async () => {
    const roomy = shared();
    for (let n = 0; n < 4; n += 1) await roomy.webhooks.create({ url, filter: large });
    const { webhooks, deriver, get } = await lab.open({}, {}, { maxReadBytes: 4_096 });
    await expect(webhooks.list()).rejects.toMatchObject({ code: 'TASKER_ANSWER_TOO_LARGE' });
    await expect(deriver.runOnce()).rejects.toMatchObject({ code: 'TASKER_ANSWER_TOO_LARGE' });
    await deriver.start();
    await eventually(() => expect([...get(StandingFaults).all().keys()]).toContain('webhook_deriving'));
  });
});
