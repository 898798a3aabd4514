import { HOUR, start, type Border, type Times } from '../../support/borders.js';
import { complete } from '../../support/workflow.js';

export const ofTasks = (times: Times): readonly Border[] => [
  {
    what: 'the time until the deadline of a task',
    seconds: HOUR,
    begin: () => start(times, {}, { deadlineSeconds: HOUR }),
    instants: [
      ['task_deadlines', 'deadline_at'],
      ['tasks', 'deadline_at'],
    ],
    isPast: async () => (await times.call<{ changed: boolean }>('expire_tasks()')).changed,
  },
  {
    what: 'the time for which a request of the same identity is the same',
    seconds: HOUR,
    begin: () => start(times, {}, { identity: { hash: 'same', seconds: HOUR } }),
    instants: [['task_identities', 'expires_at']],
    isPast: async () => {
      const before = await times.query('select from __schema__.tasks');
      await start(times, {}, { identity: { hash: 'same', seconds: HOUR } });
      return (await times.query('select from __schema__.tasks')).length > before.length;
    },
  },
  {
    what: 'the time for which a finished task is kept',
    seconds: HOUR,
    begin: async () => {
      await start(times);
      await times.worker.record(...(await times.worker.claim()).map((step) => complete(step)));
      await times.query(`update __schema__.tasks set created_at = created_at - interval '1 day'`);
    },
    instants: [['tasks', 'completed_at']],
    isPast: async () =>
      (await times.call<{ removed: number }>(`remove_finished_tasks(${HOUR}, 0, 10, false, 1)`)).removed > 0,
  },
  {
    what: 'the time after which nobody else is telling a task handler of an end',
    seconds: 60,
    begin: async () => {
      const task = await start(times);
      await times.query(
        `insert into __schema__.final_hooks (task_id, named_task_id, state)
         select task_id, named_task_id, 'complete' from __schema__.tasks where task_id = $1`,
        task,
      );
      await claimHooks(times);
    },
    instants: [['final_hooks', 'due_at']],
    isPast: async () => (await claimHooks(times)).length > 0,
  },
];

const claimHooks = (times: Times) =>
  times.call<readonly unknown[]>(
    'claim_final_hooks(array(select named_task_id from __schema__.named_tasks), 10, 60)'.replaceAll(
      '__schema__',
      'tasker',
    ),
  );

const take = async (times: Times, print = 'print') =>
  (await times.call<{ outcome: string }>(`take_idempotent_request('ann', 'key', $1, 60, ${HOUR})`, print)).outcome;

export const ofRequests = (times: Times): readonly Border[] => [
  {
    what: 'the time for which a request is left to the process that carries it out',
    seconds: 60,
    begin: () => take(times),
    instants: [['idempotent_requests', 'taken_until']],
    isPast: async () => (await take(times)) === 'mine',
  },
  {
    what: 'the time for which a request is answered as before',
    seconds: HOUR,
    begin: async () => {
      await take(times);
      await times.query(`update __schema__.idempotent_requests set answer = '{}'`);
    },
    instants: [['idempotent_requests', 'expires_at']],
    isPast: async () => (await take(times)) === 'mine',
  },
  {
    what: 'the time for which a key stands for one request',
    seconds: HOUR,
    begin: () => take(times),
    instants: [['idempotent_requests', 'expires_at']],
    isPast: async () => (await take(times, 'another')) === 'mine',
  },
];

const aDelivery = (times: Times, values: string) => async () => {
  await times.query(
    `with webhook as (
       insert into __schema__.webhooks (url, secret, filter, is_enabled, told_task, told_step)
       values ('http://127.0.0.1', 's', '{}', true, '{[0,)}', '{[0,)}') returning webhook_id
     )
     insert into __schema__.webhook_deliveries (webhook_id, change, due_at, delivered_at, given_up_at)
     select webhook_id, '{}', ${values} from webhook`,
  );
};

const read = (times: Times, reader: string) => times.call(`take_webhook_reading('${reader}', 60)`);

const begins =
  (...steps: readonly (() => Promise<unknown>)[]) =>
  async () => {
    for (const step of steps) await step();
  };

const claimDeliveries = (times: Times) => times.call<readonly unknown[]>(`claim_webhook_deliveries(10, 10, '{}', 60)`);
const claimApart = async (times: Times) =>
  (await times.call<{ claimed: readonly unknown[] }>(`claim_deliveries_apart(10, 10, '{}', 60)`)).claimed;

export const ofWebhooks = (times: Times): readonly Border[] => [
  ...[claimDeliveries, claimApart].map((claim, at): Border => ({
    what: `the time for which a delivery is left to the process that makes it${at > 0 ? ', where some are refused' : ''}`,
    seconds: 60,
    begin: begins(aDelivery(times, 'now(), null, null'), () => claim(times)),
    instants: [['webhook_deliveries', 'due_at']],
    isPast: async () => (await claim(times)).length > 0,
  })),
  {
    what: 'the wait before a delivery is made again',
    seconds: HOUR,
    begin: begins(
      aDelivery(times, 'now(), null, null'),
      () => claimDeliveries(times),
      () =>
        times.query(`select __schema__.finish_webhook_delivery(webhook_delivery_id, claim, 'retry', 500, null, ${HOUR})
             from __schema__.webhook_deliveries`),
    ),
    instants: [['webhook_deliveries', 'due_at']],
    isPast: async () => (await claimDeliveries(times)).length > 0,
  },
  {
    what: 'the time for which a delivery that was made is kept',
    seconds: HOUR,
    begin: aDelivery(times, 'null, now(), null'),
    instants: [['webhook_deliveries', 'delivered_at']],
    isPast: async () => (await times.call<number>(`remove_old_webhook_deliveries(${HOUR}, 60, 10)`)) > 0,
  },
  {
    what: 'the time for which a delivery that failed is kept',
    seconds: HOUR,
    begin: aDelivery(times, 'null, null, now()'),
    instants: [['webhook_deliveries', 'given_up_at']],
    isPast: async () => (await times.call<number>(`remove_old_webhook_deliveries(60, ${HOUR}, 10)`)) > 0,
  },
  {
    what: 'the time for which one process derives deliveries',
    seconds: 60,
    begin: begins(
      () => times.query('update __schema__.webhook_cursor set read_until = null, reader = null'),
      () => read(times, 'one'),
    ),
    instants: [['webhook_cursor', 'read_until']],
    isPast: async () => (await read(times, 'another')) !== null,
  },
  {
    what: 'half of that time, after which the process says that it still does',
    seconds: 30,
    begin: begins(
      () => times.query('update __schema__.webhook_cursor set read_until = null, reader = null'),
      () => read(times, 'one'),
    ),
    instants: [['webhook_cursor', 'read_until']],
    isPast: async () => {
      const until = 'select read_until as at from __schema__.webhook_cursor';
      const [before] = await times.query<{ at: Date }>(until);
      await read(times, 'one');
      const [after] = await times.query<{ at: Date }>(until);
      return after!.at > before!.at;
    },
  },
];
