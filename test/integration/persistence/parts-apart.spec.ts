import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { brokenInvariants } from '../../support/invariants.js';
import { usePersistence } from '../../support/persistence.js';
import { complete, HandWorker, registerShape, startTask, statesOf } from '../../support/workflow.js';

const persistence = usePersistence();
const ONE = [{ name: 'only', dependsOn: [] }];
const limits = { name: 'apart/many', concurrency: 10, rate: null, key: null };

let worker: HandWorker;
let plain: string;
let limited: string;

beforeAll(async () => {
  plain = await registerShape(persistence, ONE);
  limited = await registerShape(persistence, ONE, { steps: { only: { limits } } });
});
beforeEach(async () => {
  worker = await HandWorker.register(persistence);
});
afterEach(async () => {
  await persistence.query('drop function if exists __schema__.let_none_pass cascade');
  await persistence.query('delete from __schema__.tasks');
});

/** A rule of the host's that lets no step of these tasks come to a state. */
async function refuse(tasks: readonly string[], sqlState = 'P0001', state = 'in_progress'): Promise<void> {
  await persistence.query(
    `create function __schema__.let_none_pass() returns trigger language plpgsql as $$
     begin
       if new.task_id in (${tasks.join()}) and new.state = '${state}' then
         raise exception 'not this one' using errcode = '${sqlState}';
       end if;
       return new;
     end $$`,
  );
  await persistence.query(
    `create trigger let_none_pass before update on __schema__.workflow_steps for each row execute function __schema__.let_none_pass()`,
  );
}

const claimedTasks = async (want: number): Promise<readonly string[]> =>
  (await worker.claimApart({ want })).map(({ taskId }) => taskId);

/** How long the step of a task is to wait still, in seconds. */
async function waitOf(task: string): Promise<number> {
  const [row] = await persistence.query<{ seconds: number }>(
    `select greatest(0, extract(epoch from run_at - now()))::float as seconds from __schema__.ready_steps where task_id = $1`,
    task,
  );
  return row!.seconds;
}

describe('a step whose claim is refused', () => {
  it('as data, while others are not, is due again half a minute later', async () => {
    const [bad, good] = [await startTask(persistence, plain, { priority: 1 }), await startTask(persistence, plain)];
    await refuse([bad]);
    expect(await claimedTasks(10)).toEqual([good]);
    expect(await waitOf(bad)).toBeGreaterThan(20);
  });

  it('as data, where everything is refused, stays due', async () => {
    const bad = await startTask(persistence, plain);
    await refuse([bad]);
    expect(await claimedTasks(10)).toEqual([]);
    expect(await waitOf(bad)).toBe(0);
  });

  it('for something that may pass by itself stays due', async () => {
    const [bad, good] = [await startTask(persistence, plain, { priority: 1 }), await startTask(persistence, plain)];
    await refuse([bad], '55006');
    expect(await claimedTasks(10)).toEqual([good]);
    expect(await waitOf(bad)).toBe(0);
  });

  it('leaves its place to another one', async () => {
    const bad = [];
    for (let n = 0; n < 3; n++) bad.push(await startTask(persistence, plain, { priority: 1 }));
    const good = await startTask(persistence, plain);
    await refuse(bad);
    expect(await claimedTasks(1)).toEqual([good]);
  });

  it('under a limit is looked at again when its time has come', async () => {
    const [bad] = [await startTask(persistence, limited), await startTask(persistence, plain)];
    await refuse([bad]);
    await claimedTasks(10);
    expect(await waitOf(bad)).toBeGreaterThan(20);
    expect(await brokenInvariants(persistence)).toEqual({});
  });

  it('and that somebody has claimed meanwhile is left alone', async () => {
    const task = await startTask(persistence, plain);
    const [step] = await worker.claim();
    const refusal = [{ sqlState: 'P0001', stepId: step!.id }];
    await persistence.query('select __schema__.postpone_refused($1)', JSON.stringify(refusal));
    expect(await waitOf(task)).toBe(0);
  });
});

describe('an outcome that is refused', () => {
  /** A refused one, and one that is told twice. */
  async function recorded(sqlState: string) {
    const task = await startTask(persistence, plain);
    const [bad] = await worker.claim();
    await startTask(persistence, plain);
    const [good] = await worker.claim();
    await worker.record(complete(good!));
    await refuse([task], sqlState, 'complete');
    return { task, answer: await worker.recordApart(complete(bad!), complete(good!)) };
  }

  it('as data becomes a failure, and what is stale is told by its position', async () => {
    const { task, answer } = await recorded('P0001');
    expect(answer).toMatchObject({
      facts: { stale: [2] },
      outcomes: [{ position: 1, sqlState: 'P0001', error: expect.stringContaining('OUTCOME_REFUSED') }],
    });
    expect(await statesOf(persistence, task)).toEqual({ only: 'error' });
  });

  it('for something that may pass by itself is not recorded as a failure yet', async () => {
    const { task, answer } = await recorded('55006');
    expect(answer.outcomes).toMatchObject([{ position: 1, sqlState: '55006', error: null }]);
    expect(await statesOf(persistence, task)).toEqual({ only: 'in_progress' });
  });
});

describe('a limit of starts', () => {
  it('counts what was claimed apart', async () => {
    const rate = { name: 'apart/rate', concurrency: null, rate: { count: 1, seconds: 3_600 }, key: null };
    const rated = await registerShape(persistence, ONE, { steps: { only: { limits: rate } } });
    await startTask(persistence, rated);
    expect(await claimedTasks(10)).toHaveLength(1);
    await startTask(persistence, rated);
    expect(await claimedTasks(10)).toEqual([]);
    expect(await brokenInvariants(persistence)).toEqual({});
  });
});
