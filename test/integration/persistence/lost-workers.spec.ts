import { beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { whileHeld } from '../../support/meeting.js';
import { connect, usePersistence } from '../../support/persistence.js';
import { layered, SHAPES } from '../../support/shapes.js';
import {
  complete,
  fail,
  HandWorker,
  registerShape,
  release,
  startTask,
  statesOf,
  taskState,
  type ShapeSettings,
} from '../../support/workflow.js';

const persistence = usePersistence();
let worker: HandWorker;

beforeEach(async () => {
  await persistence.query('delete from __schema__.tasks');
  await persistence.query('delete from __schema__.workers');
  worker = await HandWorker.register(persistence);
});

const single = [{ name: 'only', dependsOn: [] }];

const startSingle = async (settings: NonNullable<ShapeSettings['steps']>[string] = {}): Promise<string> =>
  startTask(persistence, await registerShape(persistence, single, { steps: { only: settings } }));

/** Lets the lease of a worker run out, as time would. */
const silence = ({ id }: HandWorker) =>
  persistence.query(
    `update __schema__.workers set last_heartbeat_at = now() - interval '1 hour' where worker_id = $1`,
    id,
  );

describe('a worker that stopped', () => {
  it('is not lost, however long ago, and does not come back to life', async () => {
    await persistence.query('select __schema__.stop_worker($1)', worker.id);
    await silence(worker);
    expect(await persistence.workers.reapLostWorkers()).toMatchObject({ workers: [], steps: [] });
    expect(await persistence.query('select __schema__.heartbeat($1) as lives', worker.id)).toEqual([{ lives: false }]);
    expect(await persistence.query('select lost_at from __schema__.workers')).toEqual([{ lost_at: null }]);
  });
});

describe('a step that a worker handed back and was given again', () => {
  it('is revoked at its earlier attempt only', async () => {
    await startSingle();
    const [first] = await worker.claim();
    await worker.record(release(first!));
    const [second] = await worker.claim();
    const revoked = await persistence.workers.findRevokedSteps(worker.id, [first!, second!]);
    expect(revoked).toMatchObject([{ id: first!.id, attemptNumber: first!.attemptNumber }]);
  });
});

describe('a worker that went silent', () => {
  it('is looked after for as long as it holds a step, such as of a task that somebody is busy with', async () => {
    const task = await startSingle();
    const [step] = await worker.claim();
    await persistence.query(`update __schema__.workers set lost_at = now() - interval '2 hours'`);
    const reap = () => persistence.workers.reapLostWorkers();
    const busy = (holder: pg.Client) => holder.query('select from tasker.tasks where task_id = $1 for update', [task]);
    expect(await whileHeld(persistence.url, busy, reap)).toMatchObject({ steps: [] });
    expect(await reap()).toMatchObject({ steps: [{ stepId: step!.id }] });
  });

  it('loses its steps, with the attempt counted and the reason told, and another goes on at once', async () => {
    const task = await startSingle();
    const [step] = await worker.claim();
    await silence(worker);
    const reaped = await persistence.workers.reapLostWorkers();
    expect(reaped).toMatchObject({
      workers: [worker.id],
      steps: [
        {
          workerId: worker.id,
          stepId: step!.id,
          taskId: task,
          step: 'only',
          version: '1.0.0',
          attempt: 1,
          error: {
            message: expect.stringContaining('silent'),
            code: 'WORKER_LOST',
            class: 'WorkerLost',
            permanent: false,
          },
          retryAt: expect.stringMatching(/Z$/),
        },
      ],
      tasks: [],
    });

    const [transition] = await persistence.query(
      'select * from __schema__.workflow_step_transitions order by id desc limit 1',
    );
    expect(transition).toMatchObject({
      from_state: 'in_progress',
      to_state: 'error',
      reason: 'worker_lost',
      attempt: 1,
      worker_id: worker.id,
    });
    const [again] = await (await HandWorker.register(persistence)).claim();
    expect(again).toMatchObject({ id: step!.id, attempt: 2, from: 'error' });
    expect(await taskState(persistence, task)).toBe('in_progress');
  });

  it('leaves the step in error and ends the task when that was its last attempt', async () => {
    const task = await startSingle({ retryLimit: 1 });
    await worker.claim();
    await silence(worker);
    const { steps, tasks } = await persistence.workers.reapLostWorkers();
    expect(steps.map(({ retryAt }) => retryAt)).toEqual([null]);
    expect(tasks).toEqual([{ id: task, from: 'in_progress', to: 'error' }]);
    expect(await statesOf(persistence, task)).toEqual({ only: 'error' });
    expect(await taskState(persistence, task)).toBe('error');
  });

  it('has its late outcome refused, and is given nothing more until it registers anew', async () => {
    await startSingle();
    const [step] = await worker.claim();
    await silence(worker);
    await persistence.workers.reapLostWorkers();
    expect(await worker.advance([complete(step!)])).toMatchObject({
      lost: true,
      facts: { stale: [1] },
      claimed: { steps: [], tasks: [] },
    });
    expect(await persistence.workers.heartbeat(worker.id)).toBe(false);
    expect(await (await HandWorker.register(persistence)).claim()).toHaveLength(1);
  });

  it('is declared lost once, by whoever looks first', async () => {
    await startTask(persistence, await registerShape(persistence, layered(1, 20)));
    await worker.claim();
    await silence(worker);
    const answers = await Promise.all(Array.from({ length: 4 }, () => persistence.workers.reapLostWorkers()));
    expect(answers.flatMap(({ workers }) => workers)).toEqual([worker.id]);
    expect(answers.flatMap(({ steps }) => steps)).toHaveLength(20);
    const [counted] = await persistence.query(
      `select count(*)::integer from __schema__.workflow_step_transitions where reason = 'worker_lost'`,
    );
    expect(counted!.count).toBe(20);
  });

  it('keeps everything as long as it beats', async () => {
    await startSingle();
    const [step] = await worker.claim();
    await silence(worker);
    expect(await persistence.workers.heartbeat(worker.id)).toBe(true);
    expect(await persistence.workers.reapLostWorkers()).toEqual({ workers: [], steps: [], tasks: [], refusals: [] });
    expect((await worker.record(complete(step!))).facts!.stale).toEqual([]);
  });

  it('gives back what it claimed while it was being declared lost', async () => {
    await startSingle();
    await silence(worker);
    const claimer = await connect(persistence.url);
    await claimer.query('begin');
    await claimer.query(
      `select tasker.add_to_totals(changes) from tasker.claim_steps(
         $1, 1, array(select lane_id from tasker.lanes), array(select task_namespace_id from tasker.lanes), '{}', '{}', 0, '{}')`,
      [worker.id],
    );
    expect(await persistence.workers.reapLostWorkers()).toMatchObject({ workers: [worker.id], steps: [] });
    await claimer.query('commit');
    await claimer.end();

    const reaped = await persistence.workers.reapLostWorkers();
    expect(reaped).toMatchObject({ workers: [], steps: [{ retryAt: expect.any(String) }] });
    expect(await (await HandWorker.register(persistence)).claim()).toHaveLength(1);
  });
});

describe('a worker that stopped', () => {
  it('gives back what it still held', async () => {
    await startSingle();
    await worker.claim();
    await persistence.workers.stop(worker.id);
    expect(await worker.advance([])).toMatchObject({ lost: true, claimed: { steps: [], tasks: [] } });
    expect((await persistence.workers.reapLostWorkers()).steps).toHaveLength(1);
    expect(await (await HandWorker.register(persistence)).claim()).toHaveLength(1);
  });

  it('is forgotten after a week', async () => {
    await persistence.workers.stop(worker.id);
    await persistence.query(`update __schema__.workers set stopped_at = now() - interval '8 days'`);
    await persistence.workers.reapLostWorkers(); // looks whether it holds anything
    await persistence.workers.reapLostWorkers();
    expect(await persistence.query('select * from __schema__.workers')).toEqual([]);
  });
});

describe('taking the steps of lost workers back', () => {
  it('passes over tasks that somebody holds, until the next time', async () => {
    const namedTask = await registerShape(persistence, SHAPES.linear);
    const [held, free] = [await startTask(persistence, namedTask), await startTask(persistence, namedTask)];
    await worker.claim();
    await silence(worker);

    const holder = await connect(persistence.url);
    await holder.query('begin');
    await holder.query('select from tasker.tasks where task_id = $1 for no key update', [held]);
    const { workers, steps } = await persistence.workers.reapLostWorkers();
    expect([workers, steps.map(({ taskId }) => taskId)]).toEqual([[worker.id], [free]]);
    await holder.query('commit');
    await holder.end();
    expect((await persistence.workers.reapLostWorkers()).steps.map(({ taskId }) => taskId)).toEqual([held]);
  });

  it('comes however long nobody looked, and only then forgets the worker', async () => {
    await startSingle();
    await worker.claim();
    await persistence.query(`update __schema__.workers set stopped_at = now() - interval '8 days'`);
    expect((await persistence.workers.reapLostWorkers()).steps).toHaveLength(1);
    expect((await persistence.workers.reapLostWorkers()).steps).toEqual([]);
    await persistence.workers.reapLostWorkers();
    expect(await persistence.query('select from __schema__.workers')).toEqual([]);
  });
});

describe('a worker that lost the answer to a claim', () => {
  it('hands back what it does not know of, with the attempt not counted, and keeps the rest', async () => {
    await startTask(persistence, await registerShape(persistence, layered(1, 5)));
    const [known] = await worker.claim({ want: 1 });
    await worker.claim({ want: 3 }); // the answer that never arrived
    expect(await persistence.workers.returnUnknownClaims(worker.id, [known!])).toBe(3);
    expect(await persistence.workers.returnUnknownClaims(worker.id, [known!])).toBe(0);
    expect((await worker.claim()).map(({ attempt }) => attempt)).toEqual([1, 1, 1, 1]);
    expect((await worker.record(complete(known!))).facts!.stale).toEqual([]);
  });

  it('hands back an attempt that it does not know of, although it knows an earlier one of the same step', async () => {
    await startSingle();
    const [first] = await worker.claim();
    await worker.record(fail(first!, 0)); // the answer that never arrived
    await worker.claim(); // and another one
    expect(await persistence.workers.returnUnknownClaims(worker.id, [first!])).toBe(1);
    expect((await worker.record(fail(first!, 0))).facts!.stale).toEqual([1]);
    expect((await worker.claim()).map(({ attempt }) => attempt)).toEqual([2]);
  });

  it('asks again while the server has not given the lost session up, which may still commit', async () => {
    await startSingle();
    const lost = await connect(persistence.url);
    await lost.query('begin');
    await lost.query(
      `select tasker.advance($1, '{}', '{}', '{}', '{}', '{}', '{}', '{}', 1, null, '{}', '{}', 0, 1048576)`,
      [worker.id],
    );
    expect(await persistence.workers.returnUnknownClaims(worker.id, [])).toBeNull();
    await lost.query('commit');
    await lost.end();
    expect(await persistence.workers.returnUnknownClaims(worker.id, [])).toBe(1);
    expect(await worker.claim()).toHaveLength(1);
  });
});

describe('the functions that share parts with advance', () => {
  it('set the planner as it does, since the first on a connection decides on the plans of the parts', async () => {
    const functions = await persistence.query(
      `select proname as name, prosrc as text, proconfig as settings from pg_proc
       where pronamespace = to_regnamespace('tasker') and provolatile <> 'i'`, // those have no plans of their own,
    );
    /** Down to those that set it themselves. */
    const calledBy = (text: string): string[] =>
      functions
        .filter(({ name, settings }) => !settings && text.includes(`.${name}(`))
        .flatMap(({ name, text: inner }) => [name, ...calledBy(inner)]);
    const { text: advance, settings: pinned } = functions.find(({ name }) => name === 'advance')!;
    // What reads no table has no plan to decide on, and neither has what only inserts values.
    const reading = new Set(
      functions.filter(({ text }) => /(from|join|update) tasker\./.test(text)).map(({ name }) => name),
    );
    const parts = new Set(calledBy(advance).filter((name) => reading.has(name)));
    const inner = new Set(functions.flatMap(({ text }) => calledBy(text)));
    const calling = functions.filter(
      ({ name, text, settings }) => (settings || !inner.has(name)) && calledBy(text).some((part) => parts.has(part)),
    );
    expect(calling.map(({ name }) => name)).toEqual(expect.arrayContaining(['reap_lost_workers', 'cancel_task']));
    for (const { name, settings } of calling) {
      expect([name, settings?.toSorted()]).toEqual([name, pinned.toSorted()]);
    }
  });
});
