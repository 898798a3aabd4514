import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  UnknownWebhookError,
  WebhookService,
  type TaskScope,
  type WebhookDelivery,
  type WebhookMessage,
} from 'nestjs-tasker';
import { InvalidScopeError } from '../../../lib/workflow/task.scope.check.js';
import { DeliveryDeriver } from '../../../lib/webhooks/delivery.deriver.js';
import { DeliveryWorker } from '../../../lib/webhooks/delivery.worker.js';
import { amount } from '../../support/amount.js';
import { answering, useServers } from '../../support/answering.server.js';
import { useLab } from '../../support/lab.js';
import { BY } from '../../support/operations.js';
import { expectSame, idsOf, ran, SCOPED_HOST, SCOPES, someTasks, TEMPLATES } from '../../support/scopes.js';

const lab = useLab();
const host = lab.share({ ...SCOPED_HOST, webhooks: { allowPrivateTargets: true } });
const servers = useServers();

const [EAST] = TEMPLATES;
const URL = 'https://example.com';
const ONE_NAMESPACE: TaskScope = { namespaces: ['east'], initiator: 'ann' };

afterEach(async () => {
  await lab.query('delete from __schema__.webhooks');
});

const webhooks = (): WebhookService => host().get(WebhookService);
const derive = (): Promise<number> => host().get(DeliveryDeriver).runOnce();
const send = (): Promise<number> => host().get(DeliveryWorker).runOnce();

async function deliveriesOf(id: string): Promise<readonly WebhookDelivery[]> {
  const pages: WebhookDelivery[] = [];
  for (let after: string | null | undefined; after !== null;) {
    const page = await webhooks().deliveries(id, { limit: 100, ...(after !== undefined && { after }) });
    pages.push(...page.deliveries);
    after = page.next;
  }
  return pages;
}

describe('a webhook with a scope', () => {
  it('receives changes of the tasks in it and no others', async () => {
    await fc.assert(
      fc.asyncProperty(someTasks, async (plans) => {
        await lab.query('delete from __schema__.webhooks');
        const created = await Promise.all(
          SCOPES.map(async (known) => ({ known, id: (await webhooks().create({ url: URL }, known.scope)).id })),
        );
        const { inside: tasks } = await ran(host(), plans, { scope: {}, has: () => true });
        await derive();
        for (const { known, id } of created) {
          const told = new Set((await deliveriesOf(id)).map(({ change }) => change.taskId));
          expectSame(told, idsOf(tasks.filter((task) => task.course !== 'waits' && known.has(task))));
        }
      }),
      { numRuns: amount({ short: 4, full: 20 }), endOnFailure: true },
    );
  });

  it('receives nothing about a task that left the scope before the change was sent', async () => {
    const server = await servers.open(answering(200));
    const { id } = await webhooks().create(
      { url: server.url, filter: { events: ['task.completed'] } },
      { tags: ['red'] },
    );
    const [left, stayed] = await host().tasks.startMany([
      { ...EAST!.request, tags: ['red'] },
      { ...EAST!.request, tags: ['red'] },
    ]);
    await host().kit.runUntilIdle();
    await derive();
    await host().tasks.change(left!.id, { tags: [] }, BY);
    expect(await send()).toBe(1);
    expect(server.received.map(({ body }) => (JSON.parse(body) as WebhookMessage).data.taskId)).toEqual([stayed!.id]);
    const states = new Map((await deliveriesOf(id)).map((delivery) => [delivery.change.taskId, delivery]));
    expect(states.get(stayed!.id)).toMatchObject({ state: 'delivered' });
    expect(states.get(left!.id)).toMatchObject({
      state: 'failed',
      lastError: 'The task is no longer in the scope of the webhook.',
    });

    await webhooks().redeliverFailed(id);
    expect(await send()).toBe(0);
    expect(server.received).toHaveLength(1);
  });

  it('keeps its scope when it is changed', async () => {
    const { id } = await webhooks().create({ url: URL }, { namespaces: [] });
    await webhooks().change(id, { filter: {}, description: 'of another' });
    await host().tasks.start(EAST!.request);
    await host().kit.runUntilIdle();
    await derive();
    expect(await deliveriesOf(id)).toEqual([]);
  });

  it('is told nothing if the database cannot look at its scope, and holds up nobody', async () => {
    const broken = await webhooks().create({ url: URL }, { contextPath: '$ ? (@.course == $missing)' });
    const other = await webhooks().create({ url: URL }, { initiator: 'ann' });
    await host().tasks.start({ ...EAST!.request, initiator: 'ann' });
    await host().kit.runUntilIdle();
    await derive();
    expect(await deliveriesOf(broken.id)).toEqual([]);
    expect(await deliveriesOf(other.id)).toHaveLength(4);
  });
});

describe('a caller with a scope', () => {
  it('knows the webhooks that were created with an equal one, and no others', async () => {
    const mine = await webhooks().create({ url: URL }, { ...ONE_NAMESPACE, tags: ['red', 'green'] });
    const same: TaskScope = { tags: ['green', 'red'], initiator: 'ann', namespaces: ['east'] };
    const others = [
      await webhooks().create({ url: URL }),
      await webhooks().create({ url: URL }, {}),
      await webhooks().create({ url: URL }, ONE_NAMESPACE),
    ];
    expect(idsOf(await webhooks().list(same))).toEqual([mine.id]);
    expect(await webhooks().get(mine.id, same)).toMatchObject({ id: mine.id });
    expect(idsOf(await webhooks().list())).toEqual(idsOf([mine, ...others]));
    for (const { id } of others) {
      for (const asked of [
        webhooks().get(id, same),
        webhooks().change(id, { isEnabled: false }, same),
        webhooks().remove(id, same),
        webhooks().rotateSecret(id, same),
        webhooks().deliveries(id, {}, same),
        webhooks().redeliver(id, '1', same),
        webhooks().redeliverFailed(id, same),
      ]) {
        await expect(asked).rejects.toThrow(UnknownWebhookError);
      }
      expect(await webhooks().get(id)).toMatchObject({ isEnabled: true });
    }
    await webhooks().remove(mine.id, same);
    expect(await webhooks().list(same)).toEqual([]);
  });

  it('creates none with a scope that is wrong', async () => {
    const wrong = { namespaces: undefined } as unknown as TaskScope;
    await expect(webhooks().create({ url: URL }, wrong)).rejects.toThrow(InvalidScopeError);
    await expect(webhooks().create({ url: URL }, { contextPath: '$$' })).rejects.toThrow(InvalidScopeError);
    await expect(webhooks().list(wrong)).rejects.toThrow(InvalidScopeError);
  });
});
