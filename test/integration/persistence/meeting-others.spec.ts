import type pg from 'pg';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { startSingle } from '../../support/backlog.js';
import { afterHeld, whileHeld } from '../../support/meeting.js';
import { usePersistence } from '../../support/persistence.js';
import { HandWorker } from '../../support/workflow.js';

const persistence = usePersistence();
const { query } = persistence;

/** The answer of one of our functions. */
async function call<Answer>(text: string, ...parameters: readonly unknown[]): Promise<Answer> {
  const [row] = await query<{ answer: Answer }>(`select __schema__.${text} as answer`, ...parameters);
  return row!.answer;
}

const hold =
  (text: string, ...parameters: readonly unknown[]) =>
  (holder: pg.Client) =>
    holder.query(text, [...parameters]);

describe('an idempotency key', () => {
  beforeEach(() => query('delete from __schema__.idempotent_requests'));

  const take = (key: string) => `take_idempotent_request('ann', '${key}', 'print', 60, 3600)`;

  it.each([
    ['commit', 'busy'],
    ['rollback', 'mine'],
  ] as const)('makes the second of two requests wait for the first: after its %s it is %s', async (end, outcome) => {
    const answer = await afterHeld(persistence.url, hold(`select tasker.${take('met')}`), () => call(take('met')), {
      statement: 'take_idempotent_request',
      end,
    });
    expect(answer).toEqual({ outcome, answer: null });
  });

  it('whose request died is still no other request', async () => {
    await call(take('dead'));
    await query(`update __schema__.idempotent_requests set taken_until = now() - interval '1 second'`);
    expect(await call(take('dead').replace('print', 'another'))).toEqual({ outcome: 'different', answer: null });
    expect(await call(take('dead'))).toEqual({ outcome: 'mine', answer: null });
  });

  it('can be used for another request when it has expired, and is removed', async () => {
    await call(take('old'));
    await query(`update __schema__.idempotent_requests set expires_at = now() - interval '1 second'`);
    expect(await call(take('old').replace('print', 'another'))).toEqual({ outcome: 'mine', answer: null });
    await query(`update __schema__.idempotent_requests set expires_at = now() - interval '1 second'`);
    await call(take('next'));
    expect(await query('select key from __schema__.idempotent_requests')).toEqual([{ key: 'next' }]);
  });

  it('can be used again also when so many have expired that it has not been removed yet', async () => {
    for (const key of [...Array.from({ length: 10 }, (_, n) => `older ${n}`), 'last']) await call(take(key));
    await query(
      `update __schema__.idempotent_requests set expires_at = now() - make_interval(secs => case key when 'last' then 1 else 9 end)`,
    );
    expect(await call(take('last').replace('print', 'another'))).toEqual({ outcome: 'mine', answer: null });
  });

  it('is not kept waiting by old ones that somebody is removing', async () => {
    await call(take('old'));
    await query(`update __schema__.idempotent_requests set expires_at = now() - interval '1 second'`);
    const locked = hold('select from tasker.idempotent_requests for update');
    expect(await whileHeld(persistence.url, locked, () => call(take('new')))).toMatchObject({ outcome: 'mine' });
  });
});

describe('the deliveries of a webhook', () => {
  let webhook: string;
  let deliveries: readonly string[];

  beforeEach(async () => {
    await query('delete from __schema__.webhooks');
    const [row] = await query<{ id: string }>(
      `insert into __schema__.webhooks (url, secret, filter, is_enabled, told_task, told_step)
       values ('http://127.0.0.1', 's', '{}', true, '{[0,)}', '{[0,)}') returning webhook_id as id`,
    );
    webhook = row!.id;
    const rows = await query<{ id: string }>(
      `insert into __schema__.webhook_deliveries (webhook_id, change) values ($1, '{}'), ($1, '{}')
       returning webhook_delivery_id as id`,
      webhook,
    );
    deliveries = rows.map(({ id }) => id);
  });

  const locked = (index: number) =>
    hold('select from tasker.webhook_deliveries where webhook_delivery_id = $1 for update', deliveries[index]);

  type Claimed = readonly { readonly id: string }[];

  it.each(['claim_webhook_deliveries', 'claim_deliveries_apart'])(
    'are passed over while another session has locked them: %s',
    async (name) => {
      const claim = async (): Promise<string[]> => {
        const answer = await call<Claimed | { readonly claimed: Claimed }>(`${name}(10, 10, '{}', 60)`);
        return ('claimed' in answer ? answer.claimed : answer).map(({ id }) => id);
      };
      expect(await whileHeld(persistence.url, locked(0), claim)).toEqual([deliveries[1]]);
      expect(await claim()).toEqual([deliveries[0]]);
    },
  );

  it('are made again once where two people ask for all that failed', async () => {
    await query('update __schema__.webhook_deliveries set due_at = null, given_up_at = now()');
    const again = `redeliver_webhook_deliveries($1, null, 10)`;
    const counted = await afterHeld(
      persistence.url,
      hold(`select tasker.${again}`, webhook),
      () => call(again, webhook),
      { statement: 'redeliver_webhook_deliveries' },
    );
    expect(counted).toBe(0);
  });

  it('are passed over when they are old and another session has locked them', async () => {
    await query(`update __schema__.webhook_deliveries set due_at = null, delivered_at = now() - interval '1 hour'`);
    const remove = () => call('remove_old_webhook_deliveries(60, 60, 10)');
    expect(await whileHeld(persistence.url, locked(0), remove)).toBe(1);
    expect(await remove()).toBe(1);
  });

  it('are derived by the first of two processes that begin at the same time', async () => {
    const read = (reader: string) => `take_webhook_reading('${reader}', 60)`;
    await query('update __schema__.webhook_cursor set reader = null, read_until = null');
    const answer = await afterHeld(persistence.url, hold(`select tasker.${read('one')}`), () => call(read('other')), {
      statement: 'take_webhook_reading',
    });
    expect(answer).toBeNull();
    expect(await call(read('one'))).not.toBeNull();
  });
});

describe('the end of a task of which its handler is to be told', () => {
  beforeEach(async () => {
    await query('delete from __schema__.tasks');
    await query('delete from __schema__.final_hooks');
  });

  /** Answers the id of the named task. */
  async function ended(count: number): Promise<string> {
    for (let n = 0; n < count; n++) await startSingle(persistence, {});
    const [row] = await query<{ id: string }>(
      `insert into __schema__.final_hooks (task_id, named_task_id, state)
       select task_id, named_task_id, 'complete' from __schema__.tasks order by task_id returning named_task_id as id`,
    );
    return row!.id;
  }

  const claim = (namedTask: string) =>
    call<readonly { id: string; taskId: string; attempt: number }[]>('claim_final_hooks($1, 10, 60)', [namedTask]);

  it('can be finished, postponed or released only by the latest claim', async () => {
    const namedTask = await ended(1);
    const [first] = await claim(namedTask);
    await query('update __schema__.final_hooks set due_at = now()');
    const [second] = await claim(namedTask);
    const note = `'[{"type": "note", "annotation": {}}]'`;
    const said = (sql: string, attempt: number) => call(sql, first!.id, attempt);
    for (const sql of [
      `finish_final_hook($1, $2, ${note})`,
      `postpone_final_hook($1, $2, 'no', 5)`,
      'release_final_hook($1, $2)',
    ]) {
      expect(await said(sql, first!.attempt)).toBe(false);
    }
    expect(await said(`finish_final_hook($1, $2, ${note})`, second!.attempt)).toBe(true);
  });

  it('is passed over while another session has locked it', async () => {
    const namedTask = await ended(2);
    const first = hold('select from tasker.final_hooks order by final_hook_id limit 1 for update');
    expect(await whileHeld(persistence.url, first, () => claim(namedTask))).toHaveLength(1);
    expect(await claim(namedTask)).toHaveLength(1);
  });

  it('waits for somebody who removes the task, and is gone with it', async () => {
    const [hook] = await claim(await ended(1));
    const stored = await afterHeld(
      persistence.url,
      hold('select from tasker.tasks where task_id = $1 for update', hook!.taskId),
      () => call(`finish_final_hook($1, $2, '[{"type": "note", "annotation": {}}]')`, hook!.id, hook!.attempt),
      {
        statement: 'finish_final_hook',
        // In the order of the sweep: it has nothing of the hook yet, and neither has who waits for it.
        meanwhile: hold('delete from tasker.tasks where task_id = $1', hook!.taskId),
      },
    );
    expect(stored).toBe(false);
    expect(await query('select from __schema__.task_annotations')).toEqual([]);
  });

  it('does not wait for somebody who acts on the task', async () => {
    const [hook] = await claim(await ended(1));
    const acting = hold('select from tasker.tasks where task_id = $1 for no key update', hook!.taskId);
    const finish = () => call(`finish_final_hook($1, $2, '[]')`, hook!.id, hook!.attempt);
    expect(await whileHeld(persistence.url, acting, finish)).toBe(true);
  });
});

describe('the totals by state', () => {
  beforeEach(async () => {
    await query('delete from __schema__.lost_totals');
    await startSingle(persistence, {});
  });

  it('are added up by one process at a time, and others go on at once', async () => {
    const fold = () => call('fold_state_totals()');
    expect(await whileHeld(persistence.url, hold('select tasker.fold_state_totals()'), fold)).toBe(0);
    expect(await fold()).toBeGreaterThan(0);
  });

  it('are not recounted while they are added up: it says what is lost still', async () => {
    await query(`insert into __schema__.lost_totals (sql_state, message) values ('P0001', 'refused')`);
    const recount = () => call('recount_state_totals()');
    expect(await whileHeld(persistence.url, hold('select tasker.fold_state_totals()'), recount)).toEqual({
      sqlState: 'P0001',
      message: 'refused',
    });
    expect(await recount()).toBeNull();
  });
});

describe('a worker whose late heartbeat is being committed', () => {
  it('is passed over by those who look for lost workers, and keeps its steps', async () => {
    await query('delete from __schema__.workers');
    await startSingle(persistence, {});
    const worker = await HandWorker.register(persistence);
    await worker.claim();
    await query(`update __schema__.workers set last_heartbeat_at = now() - interval '1 hour'`);
    const reap = () => persistence.workers.reapLostWorkers();
    const nobody = { workers: [], steps: [], tasks: [], refusals: [] };
    expect(await whileHeld(persistence.url, hold('select tasker.heartbeat($1)', worker.id), reap)).toEqual(nobody);
    expect(await reap()).toMatchObject({ workers: [worker.id] }); // it was rolled back
  });
});
