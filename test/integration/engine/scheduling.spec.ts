import { describe, expect, it } from '@jest/globals';
import { aChain, aTemplate, independent } from '../../support/factories.js';
import { aGate } from '../../support/eventually.js';
import { movesOf, taskMoves } from '../../support/history.js';
import { useLab } from '../../support/lab.js';
import { alwaysFailing, aScript, failing } from '../../support/script.js';
import { useStage } from '../../support/stage.js';

const lab = useLab();
const stage = useStage(lab);

const FORK = [
  { name: 'root', dependsOn: [] },
  { name: 'left', dependsOn: ['root'] },
  { name: 'right', dependsOn: ['root'] },
  { name: 'right_too', dependsOn: ['right'] },
  { name: 'join', dependsOn: ['left', 'right_too'] },
];

describe('a task one of whose branches failed for good', () => {
  const broken = { left: { retryable: false } };

  it('runs its other branches to their ends, never starts the join, and only then is in error', async () => {
    const states: string[] = [];
    const script = aScript({
      left: alwaysFailing(),
      right_too: async ({ task }) => {
        states.push((await kit.task(task.id)).state);
      },
    });
    const template = aTemplate(FORK, { steps: broken });
    const { tasks, kit } = await stage({ templates: [template], handlers: script.handlers });
    const { id } = await tasks.start(template.request);
    await kit.runUntilIdle();
    const task = await kit.task(id);
    expect(states).toEqual(['in_progress']);
    expect(task.state).toBe('error');
    expect(Object.fromEntries(task.steps.map(({ name, state }) => [name, state]))).toEqual({
      root: 'complete',
      left: 'error',
      right: 'complete',
      right_too: 'complete',
      join: 'pending',
    });
    expect(await taskMoves(lab, id)).toEqual(['pending > in_progress', 'in_progress > error']);
  });

  it('stays in progress while another branch waits for its retry', async () => {
    const script = aScript({ left: alwaysFailing(), right: failing(1) });
    const template = aTemplate(FORK, { steps: broken });
    const { tasks, kit } = await stage({ templates: [template], handlers: script.handlers });
    const { id } = await tasks.start(template.request);
    await kit.runUntilIdle();
    expect((await kit.task(id)).state).toBe('in_progress');
    const { state, summary } = await kit.runToEnd(id);
    expect({ state, completed: summary.completedSteps }).toEqual({ state: 'error', completed: 3 });
  });
});

describe('a task without steps', () => {
  it('is complete as soon as it is started', async () => {
    const template = aTemplate([]);
    const { tasks, kit } = await stage({ templates: [template] });
    const started = await tasks.start(template.request);
    expect(started.state).toBe('complete');
    expect(await kit.task(started.id)).toMatchObject({ state: 'complete', steps: [], completedAt: expect.any(String) });
    expect(await taskMoves(lab, started.id)).toEqual(['pending > complete']);
  });
});

describe('the order of ready steps', () => {
  it('is by priority: that of the task, else that of the step; the oldest task first among equals', async () => {
    const script = aScript();
    const plain = aTemplate(independent('plain'));
    const urgent = aTemplate(independent('urgent'), { defaults: { priority: 5 } });
    const { tasks, kit } = await lab.open({
      templates: [plain, urgent],
      handlers: script.handlers,
      worker: { concurrency: 1 },
    });
    const started: string[] = [];
    for (const request of [
      { ...plain.request, priority: -1 },
      plain.request,
      plain.request,
      urgent.request,
      { ...plain.request, priority: 6 },
      { ...urgent.request, priority: -2 },
    ]) {
      started.push((await tasks.start(request)).id);
    }
    await kit.runUntilIdle();
    expect(script.runs.map(({ taskId }) => started.indexOf(taskId))).toEqual([4, 3, 1, 2, 0, 5]);
  });

  it('lets steps that do not wait for each other run at the same time', async () => {
    const [one, two] = [aGate(), aGate()];
    const script = aScript({
      one: () => (one.open(), two.passed),
      two: () => (two.open(), one.passed),
    });
    const template = aTemplate(independent('one', 'two'));
    const { tasks, kit } = await stage({ templates: [template], handlers: script.handlers });
    const { id } = await tasks.start(template.request);
    expect((await kit.runToEnd(id)).state).toBe('complete');
  });

  it('never has more steps of a process running than its concurrency', async () => {
    let [running, most] = [0, 0];
    const names = Array.from({ length: 12 }, (_, index) => `step_${index}`);
    const act = async (): Promise<void> => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
    };
    const script = aScript(Object.fromEntries(names.map((name) => [name, act])));
    const template = aTemplate(independent(...names));
    const { tasks, kit } = await lab.open({
      templates: [template],
      handlers: script.handlers,
      worker: { concurrency: 3 },
    });
    const { id } = await tasks.start(template.request);
    expect((await kit.runToEnd(id)).state).toBe('complete');
    expect({ most, runs: script.runs.length }).toEqual({ most: 3, runs: 12 });
  });
});

describe('a worker of one queue', () => {
  it('leaves the steps of other queues to others', async () => {
    const nodes = aChain('write', 'send', 'archive');
    const template = aTemplate(nodes, { steps: { send: { queue: 'mail' } } });
    const [writer, mailer] = [aScript(), aScript()];
    const office = await lab.open({
      templates: [template],
      handlers: writer.handlers,
      worker: { queues: ['default'] },
    });
    const post = await lab.open({ templates: [template], handlers: mailer.handlers, worker: { queues: ['mail'] } });
    const { id } = await office.tasks.start(template.request);
    expect(await post.kit.runUntilIdle()).toBe(0);
    expect(await office.kit.runUntilIdle()).toBe(1);
    expect(await office.kit.runUntilIdle()).toBe(0);
    expect(await post.kit.runUntilIdle()).toBe(1);
    expect((await office.kit.runToEnd(id)).state).toBe('complete');
    expect(writer.runs.map(({ step }) => step)).toEqual(['write', 'archive']);
    expect(mailer.runs.map(({ step }) => step)).toEqual(['send']);
  });

  it('serves every queue when it names none', async () => {
    const template = aTemplate(aChain('one', 'two'), { steps: { two: { queue: 'far.away' } } });
    const { tasks, kit } = await stage({ templates: [template], handlers: aScript().handlers });
    const { id } = await tasks.start(template.request);
    expect((await kit.runToEnd(id)).state).toBe('complete');
  });
});

describe('a step whose handler a process lacks', () => {
  it('is left to a process that has it, and its attempts do not count', async () => {
    const template = aTemplate(aChain('first', 'second'), { steps: { second: { handler: 'tests.elsewhere' } } });
    const [here, there] = [aScript(), aScript()];
    const lacking = await lab.open({ templates: [template], handlers: here.handlers });
    const { id } = await lacking.tasks.start(template.request);
    await lacking.kit.runUntilIdle();
    const { state, steps } = await lacking.kit.task(id);
    expect(state).toBe('in_progress');
    expect(steps[1]).toMatchObject({ state: 'pending', attempts: 0, error: null });
    expect(await lacking.kit.runUntilIdle()).toBe(0);

    const able = await lab.open({
      templates: [template],
      handlers: { 'tests.elsewhere': there.handlers['tests.step']! },
    });
    await able.kit.runUntilIdle();
    const task = await able.kit.task(id);
    expect(task).toMatchObject({ state: 'complete', steps: [{ attempts: 1 }, { attempts: 1 }] });
    expect(there.runs).toMatchObject([{ step: 'second', attempt: 1 }]);
    expect(await movesOf(lab, id, 'second')).toEqual([
      'pending > in_progress',
      'in_progress > pending',
      'pending > in_progress',
      'in_progress > complete',
    ]);
  });

  it('is the same when the process lacks a variable of its configuration', async () => {
    const settings = { steps: { only: { handlerConfig: { url: '${SHOP_URL}' } } } };
    const template = aTemplate(undefined, settings);
    const seen: unknown[] = [];
    const handlers = aScript({ only: ({ config }) => seen.push(config) }).handlers;
    const plain = aTemplate();
    const lacking = await lab.open({ templates: { sources: [template, plain], variables: {} }, handlers });
    const { id } = await lacking.tasks.start(template.request);
    const beside = await lacking.tasks.start(plain.request);
    await lacking.kit.runUntilIdle();
    expect((await lacking.kit.task(id)).steps[0]).toMatchObject({ state: 'pending', attempts: 0 });
    expect((await lacking.kit.task(beside.id)).state).toBe('complete');

    const variables = { SHOP_URL: 'https://shop.example' };
    const able = await lab.open({ templates: { sources: [template], variables }, handlers });
    expect((await able.kit.runToEnd(id)).state).toBe('complete');
    expect(seen).toEqual([{}, { url: 'https://shop.example' }]);
  });
});
