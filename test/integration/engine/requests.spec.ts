import { describe, expect, it } from '@jest/globals';
import { TaskReader } from 'nestjs-tasker';
import { Worker } from '../../../lib/engine/steps/worker.js';
import { CancellationWatcher } from '../../../lib/engine/steps/cancellation.watcher.js';
import { aGate } from '../../support/eventually.js';
import { aChain, aTemplate, independent } from '../../support/factories.js';
import { taskMoves } from '../../support/history.js';
import { brokenInvariants } from '../../support/invariants.js';
import { useLab } from '../../support/lab.js';
import { BY } from '../../support/operations.js';
import { aScript } from '../../support/script.js';
import { useStage } from '../../support/stage.js';
import { statesOf } from '../../support/workflow.js';

const lab = useLab();
const play = useStage(lab);
const HOUR = 3_600_000;

describe('steps that a request bypasses', () => {
  const template = aTemplate(aChain('check', 'notify', 'close'), { steps: { notify: { skippable: true } } });

  it('are passed over in their turn, so that what comes after still waits for what comes before', async () => {
    const script = aScript();
    const { tasks, kit } = await play({ templates: [template], handlers: script.handlers });
    const { id } = await tasks.start({ ...template.request, bypassSteps: ['notify'], initiator: 'bob' });
    expect(await statesOf(lab.persistence, id)).toEqual({ check: 'pending', notify: 'pending', close: 'pending' });
    expect((await kit.runToEnd(id)).state).toBe('complete');
    expect(script.runs.map(({ step, results }) => [step, results])).toEqual([
      ['check', {}],
      ['close', { notify: null }],
    ]);
    const how = await lab.query(
      `select actor, reason from tasker.workflow_step_transitions where task_id = $1 and to_state = 'skipped'`,
      id,
    );
    expect(how).toEqual([{ actor: 'bob', reason: 'bypass_steps' }]);
    expect(await kit.task(id)).toMatchObject({ bypassSteps: ['notify'] });
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });

  it('are passed over at once where they come first, and all of them complete the task', async () => {
    const all = aTemplate(independent('a', 'b'), { steps: { a: { skippable: true }, b: { skippable: true } } });
    const { tasks } = await play({ templates: [all], handlers: aScript().handlers });
    const started = await tasks.startMany([
      { ...all.request, bypassSteps: ['a'] },
      { ...all.request, bypassSteps: ['a', 'b'] },
      all.request,
    ]);
    expect(started.map(({ state }) => state)).toEqual(['pending', 'complete', 'pending']);
    expect(await statesOf(lab.persistence, started[0]!.id)).toEqual({ a: 'skipped', b: 'pending' });
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });

  it.each([
    ['unknown', '/bypassSteps/0 is not a step of the template; skippable: notify'],
    ['check', '/bypassSteps/0 names a step that is not skippable in its template'],
  ])('are refused when the template does not allow it: %s', async (step, message) => {
    const { tasks } = await play({ templates: [template], handlers: aScript().handlers });
    await expect(tasks.start({ ...template.request, bypassSteps: [step] })).rejects.toThrow(message);
    expect(await lab.query('select from tasker.tasks')).toEqual([]);
  });
});

describe('a task that is to run later', () => {
  it('begins when its time has come, and not before', async () => {
    const template = aTemplate(aChain('a', 'b'));
    const script = aScript();
    const { tasks, kit } = await play({ templates: [template], handlers: script.handlers });
    const { id } = await tasks.start({ ...template.request, runAt: new Date(Date.now() + HOUR) });
    await kit.runUntilIdle();
    expect(script.runs).toEqual([]);
    expect(await brokenInvariants(lab.persistence)).toEqual({});
    await kit.makeDue(id);
    await kit.runUntilIdle();
    expect((await kit.task(id)).state).toBe('complete');
  });

  it('may be given as text with a time zone', async () => {
    const template = aTemplate();
    const { tasks } = await play({ templates: [template], handlers: aScript().handlers });
    const { id } = await tasks.start({ ...template.request, runAt: '2099-01-31T10:00:00+02:00' });
    const [row] = await lab.query('select run_at from tasker.tasks where task_id = $1', id);
    expect(row!.run_at).toEqual(new Date('2099-01-31T08:00:00Z'));
  });
});

describe('a task that passes its deadline', () => {
  it('fails: what runs is aborted and counts as failed for good, nothing else begins', async () => {
    const begun = aGate<AbortSignal>();
    const template = aTemplate(aChain('long', 'after'));
    const script = aScript({
      long: ({ signal }) => {
        begun.open(signal);
        return new Promise(() => undefined);
      },
    });
    const host = await play({ templates: [template], handlers: script.handlers });
    const { id } = await host.tasks.start({ ...template.request, deadlineAt: new Date(Date.now() + HOUR) });
    await host.get(Worker).runOnce();
    const signal = await begun.passed;
    await pass(id);
    await host.get(CancellationWatcher).lookOnce();
    expect(signal.reason).toMatchObject({ reason: 'deadline_exceeded' });
    const { state, steps } = await host.kit.task(id);
    expect(state).toBe('error');
    expect(steps.map((step) => [step.state, step.error?.code])).toEqual([
      ['error', 'DEADLINE_EXCEEDED'],
      ['pending', undefined],
    ]);
    expect(await lab.query('select reason from tasker.task_transitions where task_id = $1 order by id', id)).toEqual([
      { reason: null },
      { reason: 'deadline_exceeded' },
    ]);
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });

  it('begins nothing any more, also before anybody has looked', async () => {
    const template = aTemplate(aChain('a', 'b'));
    const script = aScript();
    const host = await play({ templates: [template], handlers: script.handlers });
    const request = { ...template.request, deadlineAt: new Date(Date.now() + HOUR) };
    const [begun, unbegun] = await host.tasks.startMany([{ ...request, priority: 1 }, request]);
    const worker = host.get(Worker);
    expect(await worker.runOnce(1)).toMatchObject({ claimed: 1 });
    await worker.settled();
    await pass(begun!.id);
    await pass(unbegun!.id);
    expect(await worker.runOnce()).toMatchObject({ recorded: 1, claimed: 0 });
    expect(script.runs.map(({ step }) => step)).toEqual(['a']);
    await host.kit.runUntilIdle();
    for (const { id } of [begun!, unbegun!]) expect((await host.kit.task(id)).state).toBe('error');
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });

  it('fails at once when that is past already at its start', async () => {
    const template = aTemplate();
    const script = aScript();
    const host = await play({ templates: [template], handlers: script.handlers });
    const { id } = await host.tasks.start({ ...template.request, deadlineAt: new Date(Date.now() - HOUR) });
    expect(await host.get(Worker).runOnce()).toMatchObject({ claimed: 0 });
    expect((await host.kit.runToEnd(id)).state).toBe('error');
    expect(script.runs).toEqual([]);
  });

  it('needs a person, although no step of it failed', async () => {
    const template = aTemplate(aChain('first', 'second'));
    const host = await play({ templates: [template], handlers: aScript().handlers });
    const { id } = await host.tasks.start({ ...template.request, deadlineAt: new Date(Date.now() - HOUR) });
    const { state, summary } = await host.kit.runToEnd(id);
    expect({ state, ...summary }).toMatchObject({
      state: 'error',
      executionStatus: 'blocked_by_failures',
      healthStatus: 'blocked',
      failedSteps: 0,
      readySteps: 0,
    });
    const task = await host.get(TaskReader).get(id, ['analysis']);
    expect(task.analysis).toMatchObject({ readySteps: [], waitingSteps: [], blockedSteps: ['first', 'second'] });
  });

  it('keeps no other task waiting, also where nobody can fail it yet', async () => {
    const template = aTemplate();
    const host = await play({ templates: [template], handlers: aScript().handlers });
    const late = await host.tasks.start({ ...template.request, deadlineAt: new Date(Date.now() - HOUR) });
    const { id } = await host.tasks.start(template.request);
    const client = await lab.connect();
    await client.query('begin');
    await client.query('select from tasker.tasks where task_id = $1 for update', [late.id]);
    await host.get(CancellationWatcher).lookOnce();
    expect(await host.get(Worker).runOnce(1)).toMatchObject({ claimed: 1 });
    expect(await statesOf(lab.persistence, id)).toEqual({ only: 'in_progress' });
  });

  it('is among the thousand that one look fails', async () => {
    const template = aTemplate();
    const host = await play({ templates: [template], handlers: aScript().handlers });
    const late = { ...template.request, deadlineAt: new Date(Date.now() - HOUR) };
    await host.tasks.startMany(Array.from({ length: 1_001 }, () => late));
    await host.get(CancellationWatcher).lookOnce();
    expect(await lab.query(`select from tasker.tasks where state <> 'error'`)).toEqual([]);
    expect(await lab.query('select from tasker.task_deadlines')).toEqual([]);
  });

  it('goes on when a person retries it, without the deadline', async () => {
    const template = aTemplate(independent('flaky', 'other'), { steps: { other: { queue: 'elsewhere' } } });
    const script = aScript({
      flaky: ({ attempt }) => {
        if (attempt === 1) throw new Error('once');
      },
    });
    const host = await lab.open({ templates: [template], handlers: script.handlers, worker: { queues: ['default'] } });
    const { id } = await host.tasks.start({ ...template.request, deadlineAt: new Date(Date.now() + HOUR) });
    await host.kit.runUntilIdle();
    await pass(id);
    await host.get(CancellationWatcher).lookOnce();
    expect(await statesOf(lab.persistence, id)).toEqual({ flaky: 'error', other: 'pending' });
    expect(await brokenInvariants(lab.persistence)).toEqual({});
    await host.tasks.retry(id, BY);
    expect(await brokenInvariants(lab.persistence)).toEqual({});
    await host.get(CancellationWatcher).lookOnce();
    await host.kit.runUntilIdle();
    expect(await statesOf(lab.persistence, id)).toEqual({ flaky: 'complete', other: 'pending' });
  });

  it('has its deadline taken away also by a retry that began before the deadline and had to wait for the task', async () => {
    const template = aTemplate();
    const host = await play({ templates: [template], handlers: aScript().handlers });
    const { id } = await host.tasks.start({ ...template.request, deadlineAt: new Date(Date.now() + HOUR) });
    const client = await lab.connect();
    await client.query('begin');
    await client.query('select now()'); // the retry's time stands still from here on
    await lab.query(`update tasker.tasks set deadline_at = clock_timestamp() where task_id = $1`, id);
    await lab.query(`update tasker.task_deadlines set deadline_at = clock_timestamp() where task_id = $1`, id);
    await host.get(CancellationWatcher).lookOnce();
    await client.query(`select tasker.retry_steps($1, null, null, false, 'ann', null)`, [id]);
    await client.query('commit');
    expect(await host.kit.task(id)).toMatchObject({ state: 'in_progress', deadlineAt: null });
  });

  it('comes from its template where the request has none, from when it may begin', async () => {
    const template = aTemplate(undefined, { deadlineSeconds: 90 });
    const { tasks } = await play({ templates: [template], handlers: aScript().handlers });
    const runAt = new Date(Date.now() + HOUR);
    const [now, later] = await tasks.startMany([template.request, { ...template.request, runAt }]);
    const rows = await lab.query(
      `select extract(epoch from deadline_at - coalesce(run_at, created_at))::float as seconds
       from tasker.tasks where task_id = any ($1) order by task_id`,
      [now!.id, later!.id],
    );
    expect(rows).toEqual([{ seconds: 90 }, { seconds: 90 }]);
  });

  it('changes nothing when it is over before', async () => {
    const template = aTemplate();
    const host = await play({ templates: [template], handlers: aScript().handlers });
    const { id } = await host.tasks.start({ ...template.request, deadlineAt: new Date(Date.now() + HOUR) });
    await host.kit.runToEnd(id);
    await pass(id);
    await host.get(CancellationWatcher).lookOnce();
    expect(await taskMoves(lab, id)).toEqual(['pending > in_progress', 'in_progress > complete']);
    expect(await lab.query('select from tasker.task_deadlines')).toEqual([]);
  });

  /** As if the deadline were a second ago. */
  async function pass(taskId: string): Promise<void> {
    await lab.query(`update tasker.tasks set deadline_at = now() - interval '1 second' where task_id = $1`, taskId);
    await lab.query(
      `update tasker.task_deadlines set deadline_at = now() - interval '1 second' where task_id = $1`,
      taskId,
    );
  }
});

describe('a template with concurrent: false', () => {
  it('runs one step at a time, in the order of declaration as far as dependencies allow', async () => {
    const nodes = [
      { name: 'c', dependsOn: ['a'] },
      { name: 'a', dependsOn: [] },
      { name: 'b', dependsOn: [] },
    ];
    const template = aTemplate(nodes, { concurrent: false });
    let running = 0;
    const seen: [string, number][] = [];
    const act = async ({ step }: { readonly step: { readonly name: string } }): Promise<void> => {
      seen.push([step.name, ++running]);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
    };
    const { tasks, kit } = await play({
      templates: [template],
      handlers: aScript({ a: act, b: act, c: act }).handlers,
    });
    const { id } = await tasks.start(template.request);
    await kit.runToEnd(id);
    expect(seen).toEqual([
      ['a', 1],
      ['c', 1],
      ['b', 1],
    ]);
  });
});

describe('a request that is none', () => {
  it.each([null, undefined, 'process_order', []])('is refused: %j', async (request) => {
    const { tasks } = await play({ templates: [aTemplate()], handlers: aScript().handlers });
    await expect(tasks.start(request as never)).rejects.toThrow('it must be an object');
  });
});

describe('a request with a wrong field', () => {
  it.each([
    [{ bypassSteps: 'b' }, '/bypassSteps must be a list of strings'],
    [{ runAt: 'tomorrow' }, '/runAt must be a Date or an instant in ISO 8601 with a time zone'],
    [{ runAt: '2030-01-31T08:00:00' }, '/runAt must be a Date or an instant in ISO 8601 with a time zone'],
    [{ runAt: '2027-02-30T10:00:00Z' }, '/runAt must be a Date or an instant in ISO 8601 with a time zone'],
    [{ deadlineAt: new Date(NaN) }, '/deadlineAt must be a Date or an instant'],
    [{ idempotencyKey: '' }, '/idempotencyKey must not be empty'],
    [{ idempotencyKey: 'x'.repeat(256) }, '/idempotencyKey must have at most 255 characters'],
    [{ retained: 'yes' }, '/retained must be true or false'],
  ])('is refused: %j', async (field, message) => {
    const template = aTemplate();
    const { tasks } = await play({ templates: [template], handlers: aScript().handlers });
    await expect(tasks.start({ ...template.request, ...field } as never)).rejects.toThrow(message);
    expect(await lab.query('select from tasker.tasks')).toEqual([]);
  });
});
