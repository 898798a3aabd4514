import { afterEach, describe, expect, it } from '@jest/globals';
import { StandingFaults } from '../../../lib/background/standing.faults.js';
import { answering, useServers } from '../../support/answering.server.js';
import { eventually } from '../../support/eventually.js';
import { messageOf, template, useWebhookLab } from './webhook.lab.js';

const lab = useWebhookLab();
const servers = useServers();

/** A rule of the host's own on the deliveries, such as an audit trigger that fails. */
async function refuse(condition: string, event: 'insert' | 'update', timing = 'before'): Promise<void> {
  await lab.query(
    `create function __schema__.refuse_delivery() returns trigger language plpgsql as $$
     begin
       if ${condition} then raise exception 'the auditor says no'; end if;
       return new;
     end $$`,
  );
  const row = 'on __schema__.webhook_deliveries';
  const when = timing === 'before' ? `before ${event} ${row}` : `after ${event} ${row} deferrable initially deferred`;
  const kind = timing === 'before' ? 'trigger' : 'constraint trigger';
  await lab.query(`create ${kind} refuse ${when} for each row execute function __schema__.refuse_delivery()`);
}

const allow = () => lab.query('drop function if exists __schema__.refuse_delivery() cascade');
afterEach(allow);

/** Events of the deliveries of a webhook. */
async function toldTo(webhookId: string): Promise<readonly string[]> {
  const rows = await lab.query<{ event: string }>(
    `select change ->> 'event' as event from __schema__.webhook_deliveries where webhook_id = $1 order by 1`,
    webhookId,
  );
  return rows.map(({ event }) => event);
}

const ALL = ['step.completed', 'step.execution_requested', 'task.completed', 'task.start_requested'];
const url = 'https://example.com';

describe('a delivery that the database refuses to store', () => {
  it.each(['before', 'at the commit'])('is passed over, and costs no other (%s)', async (timing) => {
    const { webhooks, deriver, runTasks } = await lab.open();
    const [one, other] = [await webhooks.create({ url }), await webhooks.create({ url })];
    await refuse(`new.change ->> 'event' = 'step.completed' and new.webhook_id = ${one.id}`, 'insert', timing);
    await runTasks(2);
    expect(await deriver.runOnce()).toBe(8);
    expect(await toldTo(one.id)).toEqual([...ALL, ...ALL].filter((event) => event !== 'step.completed').toSorted());
    expect(await toldTo(other.id)).toEqual([...ALL, ...ALL].toSorted());
    expect(await deriver.runOnce()).toBe(0);
  });

  it('is passed over where it is all that there is of its webhook, as others wait', async () => {
    const { webhooks, deriver, runTasks } = await lab.open();
    const filter = { events: ['task.completed'] } as const;
    const [refused, idle] = [
      await webhooks.create({ url, filter }),
      await webhooks.create({ url, filter: { events: ['task.failed'] } }),
    ];
    await refuse(`new.webhook_id = ${refused.id}`, 'insert');
    await runTasks();
    expect(await deriver.runOnce()).toBe(1);
    expect([await toldTo(refused.id), await toldTo(idle.id)]).toEqual([[], []]);
    await allow();
    await runTasks();
    await deriver.runOnce();
    expect(await toldTo(refused.id)).toEqual(['task.completed']);
  });

  it('is lost for nobody where all are refused: they wait, which readiness says, until that is mended', async () => {
    const { webhooks, deriver, runTasks, get } = await lab.open();
    const { id } = await webhooks.create({ url });
    await refuse('true', 'insert');
    await runTasks();
    await expect(deriver.runOnce()).rejects.toThrow('the auditor says no');
    await deriver.start();
    const faults = () => [...get(StandingFaults).all().keys()];
    await eventually(() => expect(faults()).toEqual(['webhook_deriving']));
    expect(await toldTo(id)).toEqual([]);
    await allow();
    await eventually(async () => expect(await toldTo(id)).toEqual(ALL));
    await eventually(() => expect(faults()).toEqual([]));
  });
});

describe('a delivery that the database refuses to change', () => {
  it('is not made, which readiness says, and costs no other', async () => {
    const receiver = await servers.open(answering(204));
    const { webhooks, deriver, deliveryWorker, runTasks, get } = await lab.open({ concurrency: 2 });
    await webhooks.create({ url: receiver.url });
    await runTasks(2);
    await deriver.runOnce();
    await refuse(`new.change ->> 'event' in ('step.completed', 'task.completed')`, 'update');
    expect(await deliveryWorker.runOnce()).toBe(4);
    expect([...get(StandingFaults).all()]).toEqual([['webhook_refused', expect.stringMatching(/refuses.*\.$/)]]);
    expect(receiver.received.map((each) => messageOf(each).type).toSorted()).toEqual([
      'step.execution_requested',
      'step.execution_requested',
      'task.start_requested',
      'task.start_requested',
    ]);
    await allow();
    expect(await deliveryWorker.runOnce()).toBe(4);
    expect(get(StandingFaults).all().size).toBe(0);
    expect(receiver.received.every((each) => messageOf(each).data.name === template.request.name)).toBe(true);
  });

  it('is made again if its outcome is refused, and costs no other', async () => {
    const receiver = await servers.open(answering(204));
    const { webhooks, deriver, deliveryWorker, runTasks } = await lab.open();
    await webhooks.create({ url: receiver.url });
    await runTasks();
    await deriver.runOnce();
    await refuse(`new.delivered_at is not null and new.change ->> 'event' = 'task.completed'`, 'update');
    await deliveryWorker.runOnce();
    expect(receiver.received).toHaveLength(4);
    const waiting = () =>
      lab.query(`select change ->> 'event' as event from __schema__.webhook_deliveries where due_at is not null`);
    expect(await waiting()).toEqual([{ event: 'task.completed' }]);
    await allow();
    await lab.makeDue();
    await deliveryWorker.runOnce();
    expect(await waiting()).toEqual([]);
    expect(receiver.received).toHaveLength(5);
  });
});
