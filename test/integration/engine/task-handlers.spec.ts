import { describe, expect, it } from '@jest/globals';
import type { Provider } from '@nestjs/common';
import {
  TaskHandler,
  type RequestedTask,
  type StepTailoring,
  type StepTemplate,
  type TaskHandlerContract,
} from 'nestjs-tasker';
import { aChain, aTemplate, independent, type TestTemplate } from '../../support/factories.js';
import { brokenInvariants } from '../../support/invariants.js';
import { useLab } from '../../support/lab.js';
import { BY } from '../../support/operations.js';
import { alwaysFailing, aScript } from '../../support/script.js';
import { useStage } from '../../support/stage.js';
import { statesOf } from '../../support/workflow.js';

const lab = useLab();
const stage = useStage(lab);

function handlerOf({ request }: TestTemplate, members: TaskHandlerContract): Provider {
  @TaskHandler(request)
  class Tasks {
    constructor() {
      Object.assign(this, members);
    }
  }
  return Tasks;
}

/** A handler that makes such changes to every task, and remembers what it was asked. */
function tailoring(changes: readonly StepTailoring[]) {
  const asked: { readonly task: RequestedTask; readonly steps: readonly StepTemplate[] }[] = [];
  const establishStepDependenciesAndDefaults = (task: RequestedTask, steps: readonly StepTemplate[]) => {
    asked.push({ task, steps });
    return changes;
  };
  return { asked, establishStepDependenciesAndDefaults };
}

const open = (template: TestTemplate, members: TaskHandlerContract, { handlers } = aScript()) =>
  stage({ templates: [template], handlers, taskHandlers: new Map([[template, members]]) });

describe('the steps of one task', () => {
  it('are shown to its handler once, before anything is stored, with the whole request', async () => {
    const template = aTemplate(aChain('a', 'b'), { steps: { b: { retryLimit: 7 } } });
    const { asked, ...members } = tailoring([]);
    const providers = [handlerOf(template, members)];
    const { tasks, kit } = await lab.open({ templates: [template], handlers: aScript().handlers, providers });
    const { id } = await tasks.start({
      ...template.request,
      context: { n: 1 },
      initiator: 'bob',
      tags: ['x'],
      priority: 3,
    });
    await kit.runToEnd(id);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({
      task: { ...template.request, context: { n: 1 }, initiator: 'bob', reason: 'unknown', tags: ['x'], priority: 3 },
      steps: [
        { name: 'a', dependsOn: [], retryLimit: 3 },
        { name: 'b', dependsOn: ['a'], retryLimit: 7, retryable: true },
      ],
    });
  });

  it('may get more attempts, or only one', async () => {
    const template = aTemplate(independent('more', 'once'));
    const script = aScript({ more: alwaysFailing(), once: alwaysFailing() });
    const { tasks, kit } = await open(
      template,
      tailoring([
        { step: 'more', retryLimit: 4 },
        { step: 'once', retryable: false },
      ]),
      script,
    );
    const { id } = await tasks.start(template.request);
    expect((await kit.runToEnd(id)).state).toBe('error');
    expect([script.runsOf('more').length, script.runsOf('once').length]).toEqual([4, 1]);
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });

  it('may wait for more than their template says', async () => {
    const template = aTemplate([...aChain('a', 'b'), ...independent('wrap')]);
    const script = aScript();
    const changes = [
      { step: 'b', alsoDependsOn: ['a', 'wrap'] },
      { step: 'wrap', alsoDependsOn: ['a'] },
      { step: 'wrap', retryLimit: 9 },
    ];
    const { tasks, kit } = await open(template, tailoring(changes), script);
    const [first] = await tasks.startMany([template.request, template.request]);
    const { id } = first!;
    expect(await brokenInvariants(lab.persistence)).toEqual({});
    const readiness = await lab.query(
      'select name, dependencies_satisfied, total_parents from __schema__.get_step_readiness_status($1) order by name',
      id,
    );
    expect(
      readiness.map(({ name, dependencies_satisfied, total_parents }) => [name, dependencies_satisfied, total_parents]),
    ).toEqual([
      ['a', true, 0],
      ['b', false, 2],
      ['wrap', false, 1],
    ]);
    const { state, steps } = await kit.runToEnd(id);
    expect(state).toBe('complete');
    expect(steps.find(({ name }) => name === 'wrap')).toMatchObject({ retryLimit: 9, dependsOn: ['a'] });
    expect(script.runs.filter(({ taskId }) => taskId === id).map(({ step }) => step)).toEqual(['a', 'wrap', 'b']);
    expect(Object.keys(script.runs.find(({ step }) => step === 'b')!.results)).toEqual(['a', 'wrap']);
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });

  it('wait for it too where they are bypassed', async () => {
    const template = aTemplate(independent('a', 'b'), { steps: { b: { skippable: true } } });
    const { tasks, kit } = await open(template, tailoring([{ step: 'b', alsoDependsOn: ['a'] }]));
    const { id } = await tasks.start({ ...template.request, bypassSteps: ['b'] });
    expect(await statesOf(lab.persistence, id)).toEqual({ a: 'pending', b: 'pending' });
    expect(await brokenInvariants(lab.persistence)).toEqual({});
    expect((await kit.runToEnd(id)).state).toBe('complete');
    expect(await statesOf(lab.persistence, id)).toEqual({ a: 'complete', b: 'skipped' });
  });

  it('are changed again for a task that repeats another, by what that one is given', async () => {
    const template = aTemplate(aChain('a', 'b'));
    const { asked, ...members } = tailoring([{ step: 'a', retryLimit: 5 }]);
    const { tasks, kit } = await open(template, members);
    const first = await tasks.start({ ...template.request, context: { n: 1 }, initiator: 'bob' });
    await kit.runToEnd(first.id);
    const again = await tasks.rerun(first.id, { ...BY, context: { n: 2 } });
    expect((await kit.task(again.id)).steps[0]).toMatchObject({ name: 'a', retryLimit: 5 });
    expect(asked.map(({ task }) => [task.context, task.initiator])).toEqual([
      [{ n: 1 }, 'bob'],
      [{ n: 2 }, 'bob'],
    ]);
    expect((await kit.runToEnd(again.id)).state).toBe('complete');
  });
});

describe('changes that cannot be', () => {
  const template = aTemplate(aChain('a', 'b', 'c'));
  it.each<[string, unknown, string]>([
    ['a cycle', [{ step: 'a', alsoDependsOn: ['c'] }], 'makes steps depend on each other in a cycle: a → b → c → a'],
    ['a step that waits for itself', [{ step: 'a', alsoDependsOn: ['a'] }], 'a → a'],
    ['an unknown step', [{ step: 'x' }], '/0/step names an unknown step "x"; known: a, b, c'],
    ['an unknown parent', [{ step: 'a', alsoDependsOn: ['x'] }], '/0/alsoDependsOn/0 names an unknown step "x"'],
    ['no attempts', [{ step: 'a', retryLimit: 0 }], '/0/retryLimit must be a whole number from 1 to 32767'],
    ['a misspelt field', [{ step: 'a', retries: 2 }], '/0/retries is not a known field; known: step, retryLimit'],
    ['wrong types', [{ step: 1, retryable: 'no', alsoDependsOn: 'b' }, 3], '/1 must be an object, got a number'],
    ['nothing', undefined, 'it must be a list of changes, not a promise of one, got undefined'],
    ['a promise', Promise.resolve([]), 'it must be a list of changes, not a promise of one, got a Promise'],
  ])('are refused, and nothing is stored: %s', async (_, changes, message) => {
    const { tasks } = await open(template, { establishStepDependenciesAndDefaults: () => changes as never });
    const work = tasks.startMany([template.request, template.request]);
    await expect(work).rejects.toMatchObject({ code: 'TASKER_INVALID_TASK_HANDLER_ANSWER', handler: 'Tasks' });
    await expect(work).rejects.toThrow(message);
    await expect(work).rejects.toThrow(`tests/${template.request.name}@1.0.0`);
    expect(await lab.query('select from __schema__.tasks')).toEqual([]);
  });

  it('are whatever the handler throws, as it is', async () => {
    const refusal = new Error('this customer may not');
    const { tasks } = await open(template, {
      establishStepDependenciesAndDefaults: () => {
        throw refusal;
      },
    });
    await expect(tasks.start(template.request)).rejects.toBe(refusal);
    expect(await lab.query('select from __schema__.tasks')).toEqual([]);
  });
});

describe('the schema of a task handler', () => {
  it('counts instead of that of the template, and leaves the stored template as it was written', async () => {
    const template = aTemplate(undefined, { schema: { type: 'object', required: ['old'] } } as never);
    await lab.open({ templates: [template] });
    const schema = {
      type: 'object',
      required: ['id'],
      properties: { id: { type: 'integer' }, size: { default: 'm' } },
    };
    const providers = [handlerOf(template, { schema })];
    const { tasks, kit } = await lab.open({ templates: [template], handlers: aScript().handlers, providers });
    await expect(tasks.start({ ...template.request, context: { old: 1 } })).rejects.toMatchObject({
      code: 'TASKER_INVALID_CONTEXT',
      problems: [{ pointer: '/id', message: 'is required' }],
    });
    const { id } = await tasks.start({ ...template.request, context: { id: 7 } });
    expect((await kit.task(id)).context).toEqual({ id: 7, size: 'm' });
  });
});

describe('the identity that a task handler tells', () => {
  const template = aTemplate();
  const identify: TaskHandlerContract['identify'] = ({ context }) => (context.order as string | undefined) ?? null;

  it('makes requests with the same one a single task, and leaves those without alone', async () => {
    const { tasks } = await open(template, { identify });
    const first = await tasks.start({ ...template.request, context: { order: 'A', n: 1 } });
    expect(await tasks.start({ ...template.request, context: { order: 'A', n: 2 } })).toMatchObject({
      id: first.id,
      created: false,
    });
    expect((await tasks.start({ ...template.request, context: { order: 'B' } })).created).toBe(true);
    const [one, two] = await tasks.startMany([template.request, template.request]);
    expect(one!.id).not.toBe(two!.id);
  });

  it('comes after the key of the caller, and before the strategy of the options', async () => {
    const { tasks } = await lab.open({
      templates: [template],
      identity: { strategy: 'hash' },
      providers: [handlerOf(template, { identify })],
    });
    const context = { order: 'C' };
    const first = await tasks.start({ ...template.request, context });
    expect((await tasks.start({ ...template.request, context, idempotencyKey: 'k' })).created).toBe(true);
    expect((await tasks.start({ ...template.request, context, reason: 'another' })).id).toBe(first.id);
    await tasks.start(template.request);
    expect((await tasks.start(template.request)).created).toBe(true); // `hash` would have found them equal
  });

  it('must be a string or null', async () => {
    const { tasks } = await open(template, { identify: () => 7 as never });
    await expect(tasks.start(template.request)).rejects.toThrow('Tasks.identify returned something invalid');
    expect(await lab.query('select from __schema__.tasks')).toEqual([]);
  });
});
