import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ClaimedStep } from '../../../lib/persistence/worker.gateway.js';
import { brokenHistory } from '../../support/history.rules.js';
import { brokenInvariants } from '../../support/invariants.js';
import { connect, usePersistence } from '../../support/persistence.js';
import { lockWaited } from '../../support/waiting.js';
import {
  complete,
  failForGood,
  HandWorker,
  registerShape,
  startTask,
  statesOf,
  taskState,
} from '../../support/workflow.js';

const persistence = usePersistence();
beforeEach(() => persistence.query('delete from __schema__.tasks'));

const CHAIN = [
  { name: 'first', dependsOn: [] },
  { name: 'second', dependsOn: ['first'] },
];

/** Begins `waiting` while this session holds the task, lets `meanwhile` happen, and then lets go of the task. */
async function whileHeld(
  taskId: string,
  waiting: () => Promise<unknown>,
  statement: string,
  meanwhile: (query: (sql: string) => Promise<unknown>) => Promise<unknown>,
): Promise<void> {
  const holder = await connect(persistence.url);
  try {
    await holder.query('begin');
    await holder.query(`select from tasker.tasks where task_id = ${taskId} for update`);
    const waited = waiting();
    await lockWaited(holder, statement);
    await meanwhile((sql) => holder.query(sql));
    await holder.query('commit');
    await waited;
  } finally {
    await holder.end();
  }
}

async function movesByTime(stepId: string): Promise<string[]> {
  const rows = await persistence.query<{ move: string }>(
    `select from_state || ' > ' || to_state as move from __schema__.workflow_step_transitions
     where workflow_step_id = $1 order by created_at, id`,
    stepId,
  );
  return rows.map(({ move }) => move);
}

describe('a history', () => {
  it('does not run back in time when an action waited for another', async () => {
    const task = await startTask(persistence, await registerShape(persistence, CHAIN));
    const worker = await HandWorker.register(persistence);
    const [first] = await worker.claim();
    await worker.record(failForGood(first!));
    await whileHeld(
      task,
      () => persistence.query(`select __schema__.cancel_task($1, 'ann', null)`, task),
      'cancel_task',
      (query) => query(`select tasker.retry_steps(${task}, null, null, false, 'bob', null)`),
    );
    expect(await brokenInvariants(persistence)).toEqual({});
    expect(await movesByTime(first!.id)).toEqual([
      'pending > in_progress',
      'in_progress > error',
      'error > pending',
      'pending > cancelled',
    ]);
  });

  /** As where the clock of the server was set back by a minute. */
  async function setClockBack(task: string): Promise<void> {
    const dated = {
      tasks: 'updated_at',
      task_transitions: 'created_at',
      workflow_steps: 'updated_at',
      workflow_step_transitions: 'created_at',
    };
    for (const [table, column] of Object.entries(dated)) {
      await persistence.query(
        `update __schema__.${table} set ${column} = ${column} + interval '1 minute' where task_id = $1`,
        task,
      );
    }
  }

  it('does not run back in time when the clock of the server does', async () => {
    const task = await startTask(persistence, await registerShape(persistence, CHAIN));
    const worker = await HandWorker.register(persistence);
    const [first] = await worker.claim();
    await worker.record(failForGood(first!));
    await setClockBack(task);
    await persistence.query(`select __schema__.retry_steps($1, null, null, false, 'bob', null)`, task);
    expect(await movesByTime(first!.id)).toEqual(['pending > in_progress', 'in_progress > error', 'error > pending']);
    expect(await brokenInvariants(persistence)).toEqual({});
  });

  it('ends after it began, whatever the clock of the server did meanwhile', async () => {
    const task = await startTask(persistence, await registerShape(persistence, [CHAIN[0]!]));
    const worker = await HandWorker.register(persistence);
    const steps = await worker.claim();
    await setClockBack(task);
    await worker.record(...steps.map((step) => complete(step)));
    expect(await taskState(persistence, task)).toBe('complete');
    expect(await brokenInvariants(persistence)).toEqual({});
  });

  it.each([
    ['is done', (worker: HandWorker, step: ClaimedStep) => worker.record(complete(step))],
    [
      'is resolved by hand',
      async (worker: HandWorker, step: ClaimedStep) => {
        await worker.record(failForGood(step));
        await persistence.query(
          `select __schema__.settle_step($1, 'first', 'resolved_manually', '{}', 'ann', null)`,
          step.taskId,
        );
      },
    ],
  ])('of a step begins after what it waited for %s, whatever the clock of the server did meanwhile', async (_, end) => {
    const task = await startTask(persistence, await registerShape(persistence, CHAIN));
    const worker = await HandWorker.register(persistence);
    const first = (await worker.claim()).find(({ taskId }) => taskId === task)!;
    await setClockBack(task);
    await end(worker, first);
    await worker.claim();
    expect(await statesOf(persistence, task)).toMatchObject({ second: 'in_progress' });
    expect(await brokenInvariants(persistence)).toEqual({});
  });

  it('of a task that has ended does not go on, whatever is booked on the task', async () => {
    const task = await startTask(persistence, await registerShape(persistence, CHAIN));
    await persistence.query(`select __schema__.cancel_task($1, 'ann', null)`, task);
    await persistence.query('select __schema__._move_tasks(array[$1::bigint], array[1], array[0])', task);
    expect(await taskState(persistence, task)).toBe('cancelled');
    expect(await brokenInvariants(persistence)).toEqual({});
  });

  it('lets no step begin before what it waited for ended, when the claim travelled with an outcome that waited', async () => {
    const named = await registerShape(persistence, CHAIN);
    const [held, other] = [await startTask(persistence, named), await startTask(persistence, named)];
    const [one, two] = [await HandWorker.register(persistence), await HandWorker.register(persistence)];
    const steps = await one.claim();
    const ofHeld = steps.find(({ taskId }) => taskId === held)!;
    const lent = steps.find(({ taskId }) => taskId === other)!;
    await persistence.query(
      'update __schema__.ready_steps set worker_id = $1 where workflow_step_id = $2',
      two.id,
      lent.id,
    );
    await whileHeld(
      held,
      () => one.advance([complete(ofHeld)]),
      'advance',
      () => two.record(complete(lent)),
    );
    expect(await brokenInvariants(persistence)).toEqual({});
    const [begun] = await persistence.query(
      `select b.created_at >= e.created_at as after from __schema__.workflow_step_transitions b
       join __schema__.workflow_step_transitions e on e.task_id = b.task_id and e.to_state = 'complete'
       where b.task_id = $1 and b.workflow_step_id <> $2 and b.to_state = 'in_progress'`,
      other,
      lent.id,
    );
    expect(begun).toEqual({ after: true });
  });

  it('dates a hold after the steps that began while it waited', async () => {
    const both = [CHAIN[0]!, { name: 'beside', dependsOn: [] }];
    const task = await startTask(persistence, await registerShape(persistence, both));
    const worker = await HandWorker.register(persistence);
    await worker.claim({ want: 1 });
    await whileHeld(
      task,
      () => persistence.query(`select __schema__.hold_task($1, true, 'ann', null)`, task),
      'hold_task',
      async () => expect(await worker.claim()).toHaveLength(1),
    );
    expect(await brokenHistory(persistence)).toEqual({});
  });

  it('has no more starts within the span of a limit than that allows, however slowly they are counted', async () => {
    const limits = { name: 'slowly', key: null, concurrency: null, rate: { count: 1, seconds: 0.05 } };
    const named = await registerShape(persistence, [CHAIN[0]!], { steps: { first: { limits } } });
    for (let n = 0; n < 2; n++) await startTask(persistence, named);
    await persistence.query(
      `create function slow() returns trigger language plpgsql as 'begin perform pg_sleep(0.06); return null; end'`,
    );
    await persistence.query('create trigger slow after insert on __schema__.limit_starts execute function slow()');
    const worker = await HandWorker.register(persistence);
    expect(await worker.claim()).toHaveLength(1);
    await persistence.query('drop function slow cascade');
    while ((await worker.claim()).length === 0);
    expect(await brokenHistory(persistence)).toEqual({});
  });
});
