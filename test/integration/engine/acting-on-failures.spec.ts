import { describe, expect, it } from '@jest/globals';
import { PermanentError, type StartTaskRequest, type StepContext, type TaskService } from 'nestjs-tasker';
import { CancellationWatcher } from '../../../lib/engine/steps/cancellation.watcher.js';
import { aChain, aTemplate, independent } from '../../support/factories.js';
import { taskMoves } from '../../support/history.js';
import { brokenInvariants } from '../../support/invariants.js';
import { useLab } from '../../support/lab.js';
import { BY } from '../../support/operations.js';
import { aScript, failing } from '../../support/script.js';
import { statesOf } from '../../support/workflow.js';

const lab = useLab();

const flakyAndBroken = aTemplate(independent('flaky', 'broken'), { steps: { flaky: { skippable: true } } });
const chain = aTemplate(aChain('extra', 'broken'), { steps: { extra: { skippable: true } } });
const single = aTemplate();
const brokenTwice = aTemplate(independent('broken', 'broken_too'));
const limited = aTemplate(aChain('broken'), { steps: { broken: { limits: { concurrency: 1 } } } });
/** What each attempt of `broken` was told. */
const told: unknown[] = [];
const broken = ({ attempt, retryLimit }: StepContext): never => {
  told.push([attempt, retryLimit]);
  throw new PermanentError('no', { code: 'NO' });
};
const { handlers, runs } = aScript({ flaky: failing(1), broken, broken_too: broken });
const host = lab.share({ templates: [flakyAndBroken, chain, single, brokenTwice, limited], handlers });

async function run(request: StartTaskRequest): Promise<string> {
  const { id } = await host().tasks.start(request);
  await host().kit.runUntilIdle();
  return id;
}

const stepOf = async (id: string, step: string) => (await host().kit.task(id)).steps.find(({ name }) => name === step);

const SETTLED: Readonly<Record<string, (tasks: TaskService, id: string) => Promise<unknown>>> = {
  cancelled: (tasks, id) => tasks.cancelStep(id, 'flaky', BY),
  resolved_manually: (tasks, id) => tasks.resolveStep(id, 'flaky', { ...BY, results: {} }),
  skipped: (tasks, id) => tasks.skipStep(id, 'flaky', BY),
};

describe('a step that waits for its retry', () => {
  it.each(Object.entries(SETTLED))(
    'counts as no failure once it is %s, while another failed step still does',
    async (state, act) => {
      const id = await run(flakyAndBroken.request);
      expect(await statesOf(lab.persistence, id)).toEqual({ flaky: 'error', broken: 'error' });
      expect((await host().kit.task(id)).state).toBe('in_progress');
      await act(host().tasks, id);
      expect(await statesOf(lab.persistence, id)).toEqual({ flaky: state, broken: 'error' });
      expect((await host().kit.task(id)).state).toBe('error');
      expect(await brokenInvariants(lab.persistence)).toEqual({});
    },
  );

  it('keeps the attempts that it has left where a retry asks for fewer', async () => {
    const id = await run(flakyAndBroken.request);
    await host().tasks.retryStep(id, 'flaky', { ...BY, attempts: 1 });
    expect(await stepOf(id, 'flaky')).toMatchObject({ attempts: 1, retryLimit: 3 });
  });
});

describe('a failed step', () => {
  it('that is cancelled leaves its task failed where another failed as well', async () => {
    const id = await run(brokenTwice.request);
    await host().tasks.cancelStep(id, 'broken', BY);
    expect(await taskMoves(lab, id)).toEqual(['pending > in_progress', 'in_progress > error']);
  });

  it('that is cancelled when no other step is left cancels its task', async () => {
    const { id } = await host().tasks.start(brokenTwice.request);
    await host().tasks.cancelStep(id, 'broken', BY);
    expect(await taskMoves(lab, id)).toEqual([]); // nothing has begun
    await host().kit.runUntilIdle();
    expect(await taskMoves(lab, id)).toEqual(['pending > in_progress', 'in_progress > error']);
    await host().tasks.cancelStep(id, 'broken_too', BY);
    expect(await taskMoves(lab, id)).toEqual(['pending > in_progress', 'in_progress > error', 'error > cancelled']);
  });

  it('of a held task that is retried begins when the task is released', async () => {
    const id = await run(flakyAndBroken.request);
    await host().tasks.hold(id, BY);
    await host().tasks.retryStep(id, 'flaky', BY);
    await host().kit.runUntilIdle();
    expect(await statesOf(lab.persistence, id)).toEqual({ flaky: 'pending', broken: 'error' });
    await host().tasks.release(id, BY);
    await host().kit.runUntilIdle();
    expect(await statesOf(lab.persistence, id)).toEqual({ flaky: 'complete', broken: 'error' });
  });

  it('under a limit is claimed again when it is retried', async () => {
    const id = await run(limited.request);
    await host().tasks.retryStep(id, 'broken', BY);
    await host().kit.runUntilIdle();
    expect(await stepOf(id, 'broken')).toMatchObject({ state: 'error', attempts: 2 });
  });

  it('that is reset begins at attempt 1 again, with the limit of its template', async () => {
    const id = await run(flakyAndBroken.request);
    await host().tasks.resetStep(id, 'broken', BY);
    await host().kit.runUntilIdle();
    expect(told.slice(-2)).toEqual([
      [1, 3],
      [1, 3],
    ]);
  });

  it('says when it was resolved', async () => {
    const id = await run(flakyAndBroken.request);
    expect(await stepOf(id, 'broken')).toMatchObject({ processedAt: null });
    await host().tasks.resolveStep(id, 'broken', { ...BY, results: {} });
    expect(await stepOf(id, 'broken')).toMatchObject({ processedAt: expect.any(String) });
  });
});

describe('the retry limit of a step', () => {
  it.each([
    ['the attempt that is due', 'flaky', 2],
    ['the attempts that failed for good', 'broken', 1],
  ])('can be lowered to %s', async (_, step, limit) => {
    const id = await run(flakyAndBroken.request);
    await host().tasks.changeRetryLimit(id, step, limit, BY);
    expect(await stepOf(id, step)).toMatchObject({ attempts: 1, retryLimit: limit });
  });

  it('counts from the reset on', async () => {
    const id = await run(flakyAndBroken.request);
    await host().tasks.resetStep(id, 'broken', BY);
    await host().tasks.changeRetryLimit(id, 'broken', 2, BY);
    expect(await stepOf(id, 'broken')).toMatchObject({ attempts: 0, retryLimit: 2 });
  });
});

describe('a task that passed its deadline before anything of it failed', () => {
  it('goes on when it is retried', async () => {
    const { id } = await host().tasks.start({ ...single.request, deadlineAt: new Date(Date.now() - 60_000) });
    await host().get(CancellationWatcher).lookOnce();
    expect((await host().kit.task(id)).state).toBe('error');
    await host().tasks.retry(id, BY);
    expect((await host().kit.runToEnd(id)).state).toBe('complete');
  });
});

describe('a task that failed before its deadline and is retried after it', () => {
  it('has none any more, and is not ended by it', async () => {
    const id = await run({ ...brokenTwice.request, deadlineAt: new Date(Date.now() + 3_600_000) });
    for (const table of ['tasks', 'task_deadlines']) {
      await lab.query(
        `update __schema__.${table} set deadline_at = now() - interval '1 second' where task_id = $1`,
        id,
      );
    }
    await host().tasks.retry(id, BY);
    await host().get(CancellationWatcher).lookOnce();
    expect(await host().kit.task(id)).toMatchObject({ state: 'in_progress', deadlineAt: null });
  });
});

describe('a rerun', () => {
  it('has the priority of the task', async () => {
    const id = await run({ ...flakyAndBroken.request, priority: 7 });
    await host().tasks.cancel(id, BY);
    const again = await host().tasks.rerun(id, BY);
    expect((await host().kit.task(again.id)).priority).toBe(7);
  });

  it('from a step on does not run what was skipped before that step', async () => {
    const { id } = await host().tasks.start(chain.request);
    await host().tasks.skipStep(id, 'extra', BY);
    await host().kit.runUntilIdle();
    const again = await host().tasks.rerun(id, { ...BY, from: 'broken' });
    await host().kit.runUntilIdle();
    expect(await statesOf(lab.persistence, again.id)).toEqual({ extra: 'skipped', broken: 'error' });
    expect(runs.filter(({ taskId }) => taskId === again.id).map(({ step }) => step)).toEqual(['broken']);
  });

  it('is refused while the task runs, and is no task then', async () => {
    const id = await run(flakyAndBroken.request);
    await expect(host().tasks.rerun(id, BY)).rejects.toMatchObject({ code: 'TASKER_ACTION_REFUSED' });
    expect(await lab.query('select task_id::text from tasker.tasks')).toEqual([{ task_id: id }]);
  });
});
