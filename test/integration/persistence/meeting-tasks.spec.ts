import type pg from 'pg';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ClaimedStep } from '../../../lib/persistence/worker.gateway.js';
import { startSingle } from '../../support/backlog.js';
import { independent, ONE_STEP } from '../../support/factories.js';
import { brokenInvariants } from '../../support/invariants.js';
import { afterHeld, whileHeld } from '../../support/meeting.js';
import { connect, usePersistence } from '../../support/persistence.js';
import { complete, HandWorker, registerShape, startTask } from '../../support/workflow.js';

const persistence = usePersistence();
const { query } = persistence;

let worker: HandWorker;

beforeEach(async () => {
  await query('delete from __schema__.tasks');
  worker = await HandWorker.register(persistence);
});

describe('the row of a task', () => {
  const pair = [
    { name: 'a', dependsOn: [] },
    { name: 'b', dependsOn: ['a'] },
  ];
  const started = async () => startTask(persistence, await registerShape(persistence, pair));
  const lockTask = (taskId: string) => (holder: pg.Client) =>
    holder.query('select from tasker.tasks where task_id = $1 for no key update', [taskId]);

  it('makes an outcome wait for an action that may commit, and what it frees obeys that', async () => {
    const task = await started();
    const [a] = await worker.claim();
    const answer = await afterHeld(
      persistence.url,
      (holder) => holder.query(`select tasker.hold_task($1, true, 'ann', null)`, [task]),
      () => worker.advance([complete(a!)]),
      { statement: 'advance' },
    );
    expect(answer).toMatchObject({ facts: { freed: 1 }, claimed: { steps: [] } });
    expect(await brokenInvariants(persistence)).toEqual({});
  });

  it('makes an action wait for an outcome that may commit', async () => {
    const task = await started();
    const [a] = await worker.claim();
    const [answer] = await afterHeld(
      persistence.url,
      (holder) => recordIn(holder, a!),
      () => query(`select __schema__.settle_step($1, 'a', 'resolved_manually', '{}', 'ann', null) as result`, task),
      { statement: 'settle_step' },
    );
    expect(answer!.result).toMatchObject({ refused: { state: 'complete' } });
  });

  it('makes an operator wait for another one, and decide by what that left', async () => {
    const task = await started();
    const [answer] = await afterHeld(
      persistence.url,
      (holder) => holder.query(`select tasker.cancel_task($1, 'bob', null)`, [task]),
      () => query(`select __schema__.hold_task($1, true, 'ann', null) as result`, task),
      { statement: 'hold_task' },
    );
    expect(answer!.result).toMatchObject({ refused: { state: 'cancelled' } });
  });

  it('makes an annotation wait for somebody who removes the task, and there is none to annotate then', async () => {
    const task = await started();
    const [answer] = await afterHeld(
      persistence.url,
      (holder) => holder.query('delete from tasker.tasks where task_id = $1', [task]),
      () => query(`select __schema__.annotate_task($1, 'note', '{}') as id`, task),
      { statement: 'annotate_task' },
    );
    expect(answer).toEqual({ id: null });
  });

  it('is locked in the order of ids, whatever the order of the outcomes', async () => {
    const [first, second] = [await started(), await started()];
    const steps = await worker.claim();
    const [one, two] = [first, second].map((task) => steps.find(({ taskId }) => taskId === task)!);
    for (const outcomes of [
      [one, two],
      [two, one],
    ]) {
      const { facts } = await afterHeld(
        persistence.url,
        lockTask(first),
        () => worker.record(...outcomes.map((step) => complete(step!))),
        {
          statement: 'advance',
          meanwhile: async () => {
            const third = await connect(persistence.url);
            await third.query(`select from tasker.tasks where task_id = ${second} for no key update nowait`);
            await third.end();
          },
        },
      );
      expect(facts).not.toBeNull();
    }
  });

  it('is passed over where tasks past their deadline are ended, until the next time', async () => {
    const tasks = [await started(), await started()];
    await query(`update __schema__.tasks set deadline_at = now() - interval '1 second'`);
    await query(`insert into __schema__.task_deadlines select task_id, deadline_at from __schema__.tasks`);
    const expire = async () => {
      const [row] = await query<{ answer: { tasks: readonly { id: string }[] } }>(
        'select __schema__.expire_tasks() as answer',
      );
      return row!.answer.tasks.map(({ id }) => id);
    };
    expect(await whileHeld(persistence.url, lockTask(tasks[0]!), expire)).toEqual([tasks[1]]);
    expect(await expire()).toEqual([tasks[0]]);
  });

  it('is passed over where a worker hands back what it does not know of, until the next time', async () => {
    const tasks = [await started(), await started()];
    await worker.claim();
    const handBack = () => persistence.workers.returnUnknownClaims(worker.id, []);
    expect(await whileHeld(persistence.url, lockTask(tasks[0]!), handBack)).toBe(1);
    expect(await handBack()).toBe(1);
  });

  /** The outcome of a worker, in a transaction that stays open. */
  const recordIn = (client: pg.Client, { id, taskId, attemptNumber }: ClaimedStep) =>
    client.query(
      `select tasker.advance($1, $2, $3, $4, '{complete}', '{{}}', array[null], array[null::float8], 0, null, '{}', '{}', 0, 1)`,
      [worker.id, [id], [taskId], [attemptNumber]],
    );
});

describe('a step that is being claimed', () => {
  /** Its claim, in a transaction that stays open. */
  const claimIn = (client: pg.Client) =>
    client.query(
      `select tasker.advance($1, '{}', '{}', '{}', '{}', '{}', '{}', '{}', 1, null, '{}', '{}', 0, 1048576)`,
      [worker.id],
    );

  /** A task of which one step runs, so that the claim of the other does not touch the task. */
  async function begun(): Promise<string> {
    const nodes = independent('first', 'only');
    const task = await startTask(persistence, await registerShape(persistence, nodes));
    await worker.claim({ want: 1 });
    return task;
  }

  const act = async (sql: string, taskId: string) => {
    const [row] = await query(`select __schema__.${sql} as answer`, taskId);
    return row!.answer;
  };

  it.each([
    ['settles it', `settle_step($1, 'only', 'resolved_manually', '{}', 'ann', null)`],
    ['retries it', `retry_steps($1, 'only', null, false, 'ann', null)`],
  ])('is waited for by an operator who %s, and is found running', async (_, sql) => {
    const task = await begun();
    const answer = await afterHeld(persistence.url, claimIn, () => act(sql, task), { statement: sql.split('(')[0]! });
    expect(answer).toMatchObject({ refused: { state: 'in_progress' } });
  });

  it('is waited for by an operator who cancels it, and ends as one that ran', async () => {
    const task = await begun();
    const answer = await afterHeld(persistence.url, claimIn, () => act(`cancel_step($1, 'only', 'ann', null)`, task), {
      statement: 'cancel_step',
    });
    expect(answer).toMatchObject({ changed: true, steps: [{ from: 'in_progress', to: 'cancelled' }] });
    expect(await brokenInvariants(persistence)).toEqual({});
  });
});

describe('a step that waits for its retry and is being claimed', () => {
  it('is no longer failed for an operator who retries all that failed', async () => {
    const task = await startSingle(persistence, {});
    const [step] = await worker.claim();
    await worker.record({
      ...complete(step!),
      kind: 'retry',
      results: null,
      error: '{"message": "x"}',
      afterSeconds: 0,
    });
    const [answer] = await afterHeld(
      persistence.url,
      (holder) =>
        holder.query(
          `select tasker.advance($1, '{}', '{}', '{}', '{}', '{}', '{}', '{}', 1, null, '{}', '{}', 0, 1048576)`,
          [worker.id],
        ),
      () => query(`select __schema__.retry_steps($1, null, null, false, 'ann', null) as result`, task),
      { statement: 'retry_steps' },
    );
    expect(answer!.result).toMatchObject({ changed: false });
    expect(await brokenInvariants(persistence)).toEqual({});
  });
});

describe('the identity of a task', () => {
  const START = `select task_id as id, created from tasker.start_tasks(
    array[$1::bigint], array['{}'], '{x}', '{x}', '{x}', array['[]'], array[null::smallint], array[$2::text])`;

  /** One start in a session that has not ended its transaction, and another with the same identity. */
  async function twoStarts(end: 'commit' | 'rollback') {
    const namedTask = await registerShape(persistence, ONE_STEP);
    const extra = { identity: { hash: `met by ${end}`, seconds: null } };
    let first: unknown;
    const second = await afterHeld(
      persistence.url,
      async (holder) => {
        const { rows } = await holder.query<{ id: string }>(START, [namedTask, JSON.stringify(extra)]);
        first = rows[0]!.id;
      },
      () =>
        query<{ id: string; created: boolean }>(
          START.replaceAll('tasker.', '__schema__.'),
          namedTask,
          JSON.stringify(extra),
        ),
      { statement: 'start_tasks', end },
    );
    return { first, second: second[0]! };
  }

  it('makes the second of two equal requests wait for the first, and answers it with its task', async () => {
    const { first, second } = await twoStarts('commit');
    expect(second).toEqual({ id: first, created: false });
  });

  it('is that of the second task where the first request was rolled back', async () => {
    const { first, second } = await twoStarts('rollback');
    expect(second.created).toBe(true);
    expect(second.id).not.toBe(first);
  });
});

describe('the row of a template', () => {
  it('makes a process that registers it wait for one that replaces it, and is compared with what that stored', async () => {
    const name = 'replaced meanwhile';
    await registerShape(persistence, ONE_STEP, { name });
    const replace = `select tasker.register_template('shapes', $1, '1.0.0', '', '{"n": 2}', 'two', '{"n": 2}', '[]', true)`;
    const register = `select __schema__.register_template('shapes', $1, '1.0.0', '', '{"n": 3}', 'three', '{"n": 3}', '[]', false) as result`;
    const [answer] = await afterHeld(
      persistence.url,
      (holder) => holder.query('select from tasker.named_tasks where name = $1 for no key update', [name]),
      () => query(register, name),
      { statement: 'register_template', meanwhile: (holder) => holder.query(replace, [name]) },
    );
    expect(answer!.result).toMatchObject({ outcome: 'changed', stored: { wording: { n: 2 } } });
  });

  it('is that of both processes that register it first', async () => {
    const register = `register_template('new to both', 'met', '1.0.0', '', '{"n": 1}', 'one', '{"n": 1}', '[]', false)`;
    const [answer] = await afterHeld(
      persistence.url,
      (holder) => holder.query(`select tasker.${register}`),
      () => query(`select __schema__.${register} as result`),
      { statement: 'register_template' },
    );
    expect(answer!.result).toMatchObject({ outcome: 'unchanged' });
  });
});
