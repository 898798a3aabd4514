import { describe, expect, it } from '@jest/globals';
import {
  EventBus,
  PermanentError,
  UnknownStepError,
  UnknownTaskError,
  type EventName,
  type StepContext,
} from 'nestjs-tasker';
import { InvalidActionError } from '../../../lib/engine/engine.errors.js';
import { Worker } from '../../../lib/engine/steps/worker.js';
import { CancellationWatcher } from '../../../lib/engine/steps/cancellation.watcher.js';
import { aGate, eventually } from '../../support/eventually.js';
import { aChain, aTemplate, independent, type TemplateSettings } from '../../support/factories.js';
import { COMMITTED_EVENTS } from '../../support/heard.events.js';
import { movesOf, taskMoves, waitOf } from '../../support/history.js';
import type { Host, StepFunction } from '../../support/host.js';
import { brokenInvariants } from '../../support/invariants.js';
import { useLab } from '../../support/lab.js';
import { BY } from '../../support/operations.js';
import { alwaysFailing, aScript, failing, type Script } from '../../support/script.js';
import { useStage } from '../../support/stage.js';
import { statesOf } from '../../support/workflow.js';

const lab = useLab();
const play = useStage(lab);

interface Started extends Host {
  readonly id: string;
  readonly script: Script;
}

async function startedTask(
  nodes: ReturnType<typeof aChain>,
  acts: Readonly<Record<string, StepFunction>> = {},
  settings: TemplateSettings = {},
): Promise<Started> {
  const script = aScript(acts);
  const template = aTemplate(nodes, settings);
  const host = await play({ templates: [template], handlers: script.handlers });
  const { id } = await host.tasks.start(template.request);
  return { ...host, id, script };
}

const permanent = (): StepFunction => alwaysFailing(() => new PermanentError('no', { code: 'NO' }));

describe('a task that is cancelled', () => {
  it('keeps what is done, cancels the rest, and says who did it and why', async () => {
    const { id, kit, tasks } = await startedTask(aChain('first', 'flaky', 'last'), { flaky: failing(1) });
    await kit.runUntilIdle();
    await tasks.cancel(id, { actor: 'ann', reason: 'no longer wanted' });
    expect(await statesOf(lab.persistence, id)).toEqual({ first: 'complete', flaky: 'cancelled', last: 'cancelled' });
    const { state, completedAt, summary } = await kit.task(id);
    expect(state).toBe('cancelled');
    expect(completedAt).not.toBeNull();
    expect(summary).toMatchObject({ executionStatus: 'all_complete', cancelledSteps: 2, completedSteps: 1 });
    const rows = await lab.query(
      `select actor, reason from tasker.task_transitions where task_id = $1 and to_state = 'cancelled'
       union all select actor, reason from tasker.workflow_step_transitions where task_id = $1 and to_state = 'cancelled'
       union all select actor, reason from tasker.operator_actions where task_id = $1`,
      id,
    );
    expect(rows).toEqual(Array(4).fill({ actor: 'ann', reason: 'no longer wanted' }));
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });

  it('never begins a step again', async () => {
    const { id, kit, tasks, script } = await startedTask(aChain('flaky', 'last'), { flaky: failing(1) });
    await kit.runUntilIdle();
    await tasks.cancel(id, BY);
    await kit.makeDue(id);
    await kit.runUntilIdle();
    expect(script.runs).toHaveLength(1);
  });

  it('aborts what runs, whose outcome no longer counts', async () => {
    const begun = aGate<StepContext>();
    const end = aGate();
    const { id, tasks, get } = await startedTask(aChain('long', 'after'), {
      long: async (context) => {
        begun.open(context);
        await end.passed;
      },
    });
    const stale: unknown[] = [];
    get(EventBus).on('step.outcome_stale', (fact) => stale.push(fact));
    const worker = get(Worker);
    await worker.runOnce();
    const { signal } = await begun.passed;
    await tasks.cancel(id, BY);
    expect(signal.aborted).toBe(false);
    expect(await get(CancellationWatcher).lookOnce()).toBe(1);
    expect(signal.reason).toMatchObject({ code: 'TASKER_STEP_ABANDONED', reason: 'cancelled' });
    expect(worker.runningSteps).toBe(0);
    end.open();
    await worker.runOnce();
    expect(await statesOf(lab.persistence, id)).toEqual({ long: 'cancelled', after: 'cancelled' });
    expect(stale).toEqual([]); // it was dropped, not sent
  });

  it('is announced, step by step', async () => {
    const { id, tasks, get } = await startedTask(aChain('a', 'b'));
    const heard: [EventName, unknown][] = [];
    get(EventBus).on(COMMITTED_EVENTS, (payload, name) => heard.push([name, (payload as { step?: string }).step]));
    await tasks.cancel(id, BY);
    expect(heard).toEqual([
      ['step.cancelled', 'a'],
      ['step.cancelled', 'b'],
      ['task.cancelled', undefined],
    ]);
  });
});

describe('a step that is cancelled', () => {
  const nodes = [
    { name: 'root', dependsOn: [] },
    { name: 'left', dependsOn: ['root'] },
    { name: 'right', dependsOn: ['root'] },
    { name: 'join', dependsOn: ['left', 'right'] },
    { name: 'end', dependsOn: ['right'] },
  ];

  it('takes what depends on it along; the rest goes on, and the task ends as cancelled', async () => {
    const { id, kit, tasks } = await startedTask(nodes);
    await tasks.cancelStep(id, 'left', BY);
    expect(await statesOf(lab.persistence, id)).toMatchObject({
      root: 'pending',
      left: 'cancelled',
      join: 'cancelled',
    });
    const { state } = await kit.runToEnd(id);
    expect(state).toBe('cancelled');
    expect(await statesOf(lab.persistence, id)).toMatchObject({ root: 'complete', right: 'complete', end: 'complete' });
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });

  it('ends a failed task of which nothing else is left', async () => {
    const { id, kit, tasks } = await startedTask(aChain('broken', 'after'), { broken: permanent() });
    await kit.runUntilIdle();
    const { tasks: changes } = await tasks.cancelStep(id, 'broken', BY);
    expect(changes).toMatchObject([{ from: 'error', to: 'cancelled' }]);
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });
});

describe('an action on the last step of a task', () => {
  it('done again after it ended the task, changes nothing', async () => {
    const { id, tasks } = await startedTask(independent('a', 'b'), {}, { steps: { a: { skippable: true } } });
    await tasks.skipStep(id, 'a', BY);
    await tasks.resolveStep(id, 'b', { ...BY, results: 1 }); // which completes the task
    expect(await tasks.resolveStep(id, 'b', { ...BY, results: 1 })).toMatchObject({ changed: false });
    expect(await tasks.skipStep(id, 'a', BY)).toMatchObject({ changed: false });
    await expect(tasks.cancelStep(id, 'a', BY)).rejects.toThrow(`its task ${id} is complete. Permitted now: nothing.`);
  });

  it('that was cancelled, too', async () => {
    const { id, tasks, kit } = await startedTask(aChain('a'));
    await tasks.cancelStep(id, 'a', BY);
    expect((await kit.task(id)).state).toBe('cancelled');
    expect(await tasks.cancelStep(id, 'a', BY)).toMatchObject({ changed: false });
  });
});

describe('a failed task that is retried', () => {
  it('goes on at the step that failed, with more attempts, and completes', async () => {
    let isBack = false;
    const { id, kit, tasks, script } = await startedTask(aChain('first', 'flaky', 'last'), {
      flaky: () => {
        if (!isBack) throw new Error('the service is down');
      },
    });
    expect((await kit.runToEnd(id)).state).toBe('error');
    isBack = true;
    const { changed, tasks: changes } = await tasks.retry(id, BY);
    expect([changed, changes]).toMatchObject([true, [{ from: 'error', to: 'in_progress' }]]);
    const { state, steps } = await kit.runToEnd(id);
    expect(state).toBe('complete');
    expect(steps[1]).toMatchObject({ attempts: 4, retryLimit: 6, error: null });
    expect(script.runsOf('first')).toHaveLength(1);
    expect(await taskMoves(lab, id)).toEqual([
      'pending > in_progress',
      'in_progress > error',
      'error > in_progress',
      'in_progress > complete',
    ]);
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });

  it('gets as many attempts as were asked for', async () => {
    const { id, kit, tasks } = await startedTask(aChain('broken'), { broken: alwaysFailing() });
    await kit.runToEnd(id);
    await tasks.retry(id, { ...BY, attempts: 1 });
    const { state, steps } = await kit.runToEnd(id);
    expect([state, steps[0]!.attempts, steps[0]!.retryLimit]).toEqual(['error', 4, 4]);
  });

  it('twice, is retried once', async () => {
    const { id, kit, tasks } = await startedTask(aChain('broken'), { broken: permanent() });
    await kit.runUntilIdle();
    const results = [await tasks.retry(id, BY), await tasks.retry(id, BY)];
    expect(results.map(({ changed }) => changed)).toEqual([true, false]);
    expect(await movesOf(lab, id, 'broken')).toEqual([
      'pending > in_progress',
      'in_progress > error',
      'error > pending',
    ]);
  });

  it('also where its template allows no second attempt, or the failure was final', async () => {
    const { id, kit, tasks } = await startedTask(
      aChain('broken'),
      { broken: permanent() },
      {
        steps: { broken: { retryable: false } },
      },
    );
    await kit.runUntilIdle();
    await tasks.retryStep(id, 'broken', BY);
    expect(await brokenInvariants(lab.persistence)).toEqual({});
    const { steps } = await kit.runToEnd(id);
    expect(steps[0]).toMatchObject({ state: 'error', attempts: 2 });
  });
});

describe('a step that waits for its next attempt', () => {
  it('runs at once when it is retried', async () => {
    const { id, kit, tasks } = await startedTask(aChain('flaky'), { flaky: failing(1) });
    await kit.runUntilIdle();
    expect(await waitOf(lab, id)).toBeCloseTo(60, 3);
    await tasks.retryStep(id, 'flaky', BY);
    await kit.runUntilIdle(); // without letting any wait be over
    expect((await kit.task(id)).state).toBe('complete');
  });

  it('begins anew when it is reset: no attempts, no error, the limit of its template', async () => {
    const { id, kit, tasks } = await startedTask(aChain('flaky'), { flaky: alwaysFailing() });
    await kit.runToEnd(id);
    await tasks.retryStep(id, 'flaky', { ...BY, attempts: 5 });
    await kit.runUntilIdle();
    await tasks.reset(id, BY);
    const [step] = (await kit.task(id)).steps;
    expect(step).toMatchObject({ state: 'pending', attempts: 0, retryLimit: 3, error: null, results: null });
    expect((await kit.runToEnd(id)).steps[0]!.attempts).toBe(3);
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });
});

describe('a step that is resolved by hand', () => {
  it('frees what depends on it, which finds the results, and the task goes on', async () => {
    const { id, kit, tasks, script } = await startedTask(aChain('broken', 'after'), { broken: permanent() });
    await kit.runUntilIdle();
    await tasks.resolveStep(id, 'broken', { ...BY, results: { paid: true } });
    expect((await kit.runToEnd(id)).state).toBe('complete');
    expect(script.runsOf('after')[0]!.results).toEqual({ broken: { paid: true } });
    expect((await kit.task(id)).steps[0]).toMatchObject({ state: 'resolved_manually', results: { paid: true } });
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });

  it('completes its task when nothing else is left', async () => {
    const { id, kit, tasks } = await startedTask(aChain('broken'), { broken: permanent() });
    await kit.runUntilIdle();
    const { tasks: changes } = await tasks.resolveStep(id, 'broken', BY);
    expect(changes.map(({ from, to }) => `${from} > ${to}`)).toEqual(['error > in_progress', 'in_progress > complete']);
  });

  it('before its turn, takes effect when its turn comes', async () => {
    const { id, kit, tasks, script } = await startedTask(aChain('first', 'second', 'third'));
    expect(await tasks.resolveStep(id, 'second', { ...BY, results: 2 })).toMatchObject({ changed: true, steps: [] });
    expect(await statesOf(lab.persistence, id)).toEqual({ first: 'pending', second: 'pending', third: 'pending' });
    expect((await kit.runToEnd(id)).state).toBe('complete');
    expect(script.runs.map(({ step, results }) => [step, results])).toEqual([
      ['first', {}],
      ['third', { second: 2 }],
    ]);
    expect(await movesOf(lab, id, 'second')).toEqual(['pending > resolved_manually']);
    const [how] = await lab.query(
      `select actor, reason from tasker.workflow_step_transitions where task_id = $1 and to_state = 'resolved_manually'`,
      id,
    );
    expect(how).toEqual(BY);
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });

  it('twice with the same results changes nothing, and with others is refused', async () => {
    const { id, tasks } = await startedTask(aChain('a', 'b'));
    await tasks.resolveStep(id, 'a', { ...BY, results: { n: 1 } });
    expect(await tasks.resolveStep(id, 'a', { ...BY, results: { n: 1 } })).toMatchObject({ changed: false });
    await expect(tasks.resolveStep(id, 'a', { ...BY, results: { n: 2 } })).rejects.toThrow(
      'Cannot resolve step a, which is resolved_manually: it is settled already with other results.',
    );
  });

  it('by two people at once, is resolved by one of them, and what depends on it runs once', async () => {
    const { id, kit, tasks, script } = await startedTask(aChain('a', 'b'));
    const tries = await Promise.allSettled([1, 2].map((n) => tasks.resolveStep(id, 'a', { ...BY, results: { n } })));
    expect(tries.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    await kit.runToEnd(id);
    expect(script.runsOf('b')).toHaveLength(1);
  });
});

describe('a step that is skipped', () => {
  it('counts as done, also when it had failed', async () => {
    const { id, kit, tasks } = await startedTask(
      aChain('broken', 'after'),
      { broken: permanent() },
      {
        steps: { broken: { skippable: true } },
      },
    );
    await kit.runUntilIdle();
    await tasks.skipStep(id, 'broken', BY);
    const { state, summary } = await kit.runToEnd(id);
    expect([state, summary.completedSteps, summary.completionPercentage]).toEqual(['complete', 2, 100]);
    expect(await statesOf(lab.persistence, id)).toEqual({ broken: 'skipped', after: 'complete' });
  });

  it('is never offered where its template does not say skippable', async () => {
    const { id, tasks, kit } = await startedTask(aChain('a'), { a: alwaysFailing() });
    await kit.runUntilIdle();
    await expect(tasks.changeRetryLimit(id, 'a', 1, BY)).rejects.toThrow(
      'Cannot change the retry limit of step a, which is error: attempts begun: 1, so the limit must be at least 2. ' +
        'Permitted now: cancel, resolve, retry, reset.',
    );
  });

  it('is refused where its template does not say skippable', async () => {
    const { id, tasks } = await startedTask(aChain('a'));
    await expect(tasks.skipStep(id, 'a', BY)).rejects.toThrow(
      'Cannot skip step a, which is pending: its template does not say that it is skippable. ' +
        'Permitted now: cancel, changeRetryLimit, resolve.',
    );
  });

  it('one after the other in a row, all at once when the first has its turn', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const skippable = { b: { skippable: true }, c: { skippable: true }, d: { skippable: true } };
    const { id, kit, tasks, script } = await startedTask(aChain(...names), {}, { steps: skippable });
    for (const name of ['d', 'c', 'b']) await tasks.skipStep(id, name, BY);
    expect((await kit.runToEnd(id)).state).toBe('complete');
    expect(script.runs.map(({ step }) => step)).toEqual(['a']);
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });
});

describe('a task on hold', () => {
  it('begins nothing, lets what runs finish, and goes on when it is released', async () => {
    const { id, kit, tasks, script } = await startedTask(aChain('a', 'b'));
    await tasks.hold(id, BY);
    await kit.runUntilIdle();
    expect(script.runs).toEqual([]);
    expect((await kit.task(id)).summary).toMatchObject({
      executionStatus: 'on_hold',
      recommendedAction: 'release_task',
    });
    await tasks.release(id, BY);
    expect((await kit.runToEnd(id)).state).toBe('complete');
  });

  it('holds what was freed, failed or retried meanwhile too', async () => {
    const begun = aGate();
    const end = aGate();
    const { id, get, tasks, script } = await startedTask(aChain('long', 'after'), {
      long: async () => {
        begun.open();
        await end.passed;
      },
    });
    const worker = get(Worker);
    await worker.runOnce();
    await begun.passed;
    await tasks.hold(id, BY);
    end.open();
    await worker.settled();
    await worker.runOnce();
    await worker.runOnce();
    expect(await statesOf(lab.persistence, id)).toEqual({ long: 'complete', after: 'pending' });
    expect(script.runs).toHaveLength(1);
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });
});

describe('a task that is changed', () => {
  it('runs before others with a higher priority', async () => {
    const template = aTemplate();
    const script = aScript();
    const host = await lab.open({ templates: [template], handlers: script.handlers, worker: { concurrency: 1 } });
    const [first, second] = await host.tasks.startMany([template.request, template.request]);
    await host.tasks.change(second!.id, { priority: 5 }, BY);
    await host.kit.runUntilIdle();
    expect(script.runs.map(({ taskId }) => taskId)).toEqual([second!.id, first!.id]);
  });

  it('has its tags, reason and retention changed in any state, and what was before is kept', async () => {
    const { id, kit, tasks } = await startedTask(aChain('a'));
    await kit.runToEnd(id);
    await tasks.change(id, { tags: ['audited'], reason: 'audit', retained: true }, BY);
    expect(await kit.task(id)).toMatchObject({ tags: ['audited'], reason: 'audit' });
    const [row] = await lab.query('select details from tasker.operator_actions where task_id = $1', id);
    expect(row!.details).toEqual({
      from: { tags: [], reason: 'unknown', retained: false },
      to: { tags: ['audited'], reason: 'audit', retained: true },
    });
  });
});

describe('the retry limit of a step', () => {
  it('can be raised while it waits', async () => {
    const { id, kit, tasks } = await startedTask(aChain('broken'), { broken: alwaysFailing() });
    await kit.runUntilIdle();
    await tasks.changeRetryLimit(id, 'broken', 5, BY);
    expect((await kit.runToEnd(id)).steps[0]).toMatchObject({ attempts: 5, retryLimit: 5 });
  });

  it('cannot be lowered below the attempt that is due', async () => {
    const { id, kit, tasks } = await startedTask(aChain('broken'), { broken: alwaysFailing() });
    await kit.runUntilIdle();
    await expect(tasks.changeRetryLimit(id, 'broken', 1, BY)).rejects.toThrow(
      'attempts begun: 1, so the limit must be at least 2.',
    );
  });
});

describe('a task that is run again', () => {
  it('has the deadline of its template, from when it may begin', async () => {
    const template = aTemplate(undefined, { deadlineSeconds: 90 });
    const { tasks, kit } = await play({ templates: [template], handlers: aScript().handlers });
    const { id } = await tasks.start(template.request);
    await kit.runToEnd(id);
    const again = await kit.task((await tasks.rerun(id, BY)).id);
    expect(new Date(again.deadlineAt!).getTime() - new Date(again.requestedAt).getTime()).toBe(90_000);
  });

  it('is a new one with the same request, and remembers which it repeats', async () => {
    const { id, kit, tasks, script } = await startedTask(aChain('a', 'b'), { b: permanent() });
    await kit.runUntilIdle();
    const again = await tasks.rerun(id, BY);
    expect(again).toMatchObject({ created: true, state: 'pending' });
    await kit.runUntilIdle();
    expect(script.runs.map(({ taskId, step }) => [taskId, step])).toEqual([
      [id, 'a'],
      [id, 'b'],
      [again.id, 'a'],
      [again.id, 'b'],
    ]);
    expect(await lab.query('select rerun_of from tasker.tasks where task_id = $1', again.id)).toEqual([
      { rerun_of: id },
    ]);
    expect((await kit.task(id)).state).toBe('error');
  });

  it('from a step on keeps the results of the others', async () => {
    let isBroken = true;
    const nodes = [
      { name: 'load', dependsOn: [] },
      { name: 'other', dependsOn: [] },
      { name: 'price', dependsOn: ['load'] },
      { name: 'send', dependsOn: ['price', 'other'] },
    ];
    const { id, kit, tasks, script } = await startedTask(nodes, { price: () => ({ price: isBroken ? -1 : 5 }) });
    await kit.runToEnd(id);
    isBroken = false;
    const again = await tasks.rerun(id, { ...BY, from: 'price' });
    expect((await kit.runToEnd(again.id)).state).toBe('complete');
    const runs = script.runs.filter(({ taskId }) => taskId === again.id);
    expect(runs.map(({ step, results }) => [step, results])).toEqual([
      ['price', { load: { step: 'load' } }],
      ['send', { price: { price: 5 }, other: { step: 'other' } }],
    ]);
    expect(await statesOf(lab.persistence, again.id)).toMatchObject({
      load: 'resolved_manually',
      other: 'resolved_manually',
    });
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });

  it('may get another context, which has to fit', async () => {
    const { id, kit, tasks } = await startedTask(
      aChain('a'),
      {},
      {
        contextSchema: { type: 'object', properties: { n: { type: 'integer' } } },
      },
    );
    await kit.runToEnd(id);
    await expect(tasks.rerun(id, { ...BY, context: { n: 'x' } })).rejects.toMatchObject({
      code: 'TASKER_INVALID_CONTEXT',
    });
    const again = await tasks.rerun(id, { ...BY, context: { n: 2 } });
    expect((await kit.task(again.id)).context).toEqual({ n: 2 });
  });
});

describe('many tasks at once', () => {
  it('get the same action each, and each tells what became of it', async () => {
    const { id, kit, tasks } = await startedTask(aChain('broken'), { broken: permanent() });
    const { namespace, name, version } = await kit.task(id);
    const others = await tasks.startMany(
      Array.from({ length: 3 }, () => ({ namespace, name, version, tags: ['night'] })),
    );
    await kit.runUntilIdle();
    await tasks.resolve(others[1]!.id, BY);
    const report = await tasks.bulk('retry', { name, tags: ['night'] }, BY);
    expect(report).toEqual({
      more: false,
      items: [
        { taskId: others[0]!.id, changed: true, error: null },
        {
          taskId: others[1]!.id,
          changed: false,
          error: { code: 'TASKER_ACTION_REFUSED', message: expect.stringContaining('which is resolved_manually') },
        },
        { taskId: others[2]!.id, changed: true, error: null },
      ],
    });
    expect((await kit.task(id)).state).toBe('error');
  });

  it('go on in the next call where there are more', async () => {
    const { kit, id, tasks } = await startedTask(aChain('a'));
    const { namespace, name, version } = await kit.task(id);
    await tasks.startMany(Array.from({ length: 4 }, () => ({ namespace, name, version })));
    const first = await tasks.bulk('cancel', { name, limit: 3 }, BY);
    expect([first.items.length, first.more]).toEqual([3, true]);
    const rest = await tasks.bulk('cancel', { name, limit: 2, afterId: first.items.at(-1)!.taskId }, BY);
    expect([rest.items.length, rest.more]).toEqual([2, false]);
  });

  it.each([
    [{}, '/filter must select some tasks; an empty filter would select every task'],
    [{ limit: 5 }, '/filter must select some tasks'],
    [{ nam: 'x' }, '/filter/nam is not a known field; known: ids, namespace'],
    [{ states: ['done'] }, '/filter/states must be a list of some of pending, in_progress'],
    [{ ids: [1] }, '/filter/ids must be a list of at most 1000 ids'],
    [{ name: 'x', limit: 0 }, '/filter/limit must be a whole number from 1 to 1000'],
  ])('are not meant by the filter %j', async (filter, message) => {
    const { tasks } = await startedTask(aChain('a'));
    await expect(tasks.bulk('cancel', filter as never, BY)).rejects.toThrow(message);
  });
});

describe('an action with wrong parameters', () => {
  it.each<[string, (host: Started) => Promise<unknown>, string]>([
    [
      'without an actor',
      ({ tasks, id }) => tasks.cancel(id, {} as never),
      '/actor is required: the person or program that acts',
    ],
    [
      'with a long reason',
      ({ tasks, id }) => tasks.cancel(id, { actor: 'a', reason: 'x'.repeat(501) }),
      '/reason must',
    ],
    [
      'on an id that is none',
      ({ tasks }) => tasks.cancel('first', BY),
      '/taskId must be the id of a task, as a string',
    ],
    [
      'with no attempts',
      ({ tasks, id }) => tasks.retry(id, { ...BY, attempts: 0 }),
      '/attempts must be a whole number',
    ],
    [
      'with a limit of half an attempt',
      ({ tasks, id }) => tasks.changeRetryLimit(id, 'a', 0.5, BY),
      '/retryLimit must',
    ],
    [
      'with no step',
      ({ tasks, id }) => tasks.cancelStep(id, '', BY),
      '/step is required: the name or the id of a step',
    ],
    [
      'with results that are no JSON',
      ({ tasks, id }) => tasks.resolveStep(id, 'a', { ...BY, results: new Map() as never }),
      '/results must be JSON, but holds a Map',
    ],
    ['without anybody', ({ tasks, id }) => tasks.retry(id, undefined as never), '/actor is required'],
    ['of steps without anybody', ({ tasks, id }) => tasks.resolveStep(id, 'a', null as never), '/actor is required'],
    ['to repeat without anybody', ({ tasks, id }) => tasks.rerun(id, undefined as never), '/actor is required'],
    ['with a step that no name can be', ({ tasks, id }) => tasks.skipStep(id, 'a\0', BY), '/step must be well-formed'],
    [
      'from a step that no name can be',
      ({ tasks, id }) => tasks.rerun(id, { ...BY, from: 7 as never }),
      '/from must be a string',
    ],
    ['with no changes', ({ tasks, id }) => tasks.change(id, null as never, BY), '/changes must be an object'],
    ['on many without a filter', ({ tasks }) => tasks.bulk('cancel', null as never, BY), '/filter must be an object'],
    [
      'with a change that is none',
      ({ tasks, id }) => tasks.change(id, { state: 'x' } as never, BY),
      '/state is not a known field; known: priority, tags, reason, retained',
    ],
  ])('is refused: %s', async (_, act, message) => {
    const host = await startedTask(aChain('a'));
    const refusal = await act(host).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(InvalidActionError);
    expect((refusal as Error).message).toContain(message);
    expect((await host.kit.task(host.id)).state).toBe('pending');
  });

  it('is told of a task or step that does not exist', async () => {
    const { tasks, id } = await startedTask(independent('a', 'b'));
    await expect(tasks.cancel('999999', BY)).rejects.toThrow(UnknownTaskError);
    await expect(tasks.rerun('999999', BY)).rejects.toThrow(UnknownTaskError);
    await expect(tasks.cancelStep(id, 'c', BY)).rejects.toThrow(UnknownStepError);
    await expect(tasks.cancelStep(id, 'c', BY)).rejects.toThrow(`Task ${id} has no step "c". Its steps: a, b.`);
  });

  it('takes a step by its id as well', async () => {
    const { tasks, id, kit } = await startedTask(aChain('a'));
    const [step] = (await kit.task(id)).steps;
    expect(await tasks.cancelStep(id, step!.id, BY)).toMatchObject({ changed: true });
  });
});

describe('an operator action', () => {
  it('wakes a worker that sleeps', async () => {
    const script = aScript({ a: failing(1, () => new PermanentError('no', { code: 'NO' })) });
    const template = aTemplate(aChain('a'));
    const host = await lab.open({
      templates: [template],
      handlers: script.handlers,
      worker: { enabled: true, pollIntervalMs: 600_000 },
    });
    const { id } = await host.tasks.start(template.request);
    await eventually(async () => expect((await host.kit.task(id)).state).toBe('error'));
    await host.tasks.retry(id, BY);
    await eventually(async () => expect((await host.kit.task(id)).state).toBe('complete'));
  });
});
