import { afterEach, describe, expect, it } from '@jest/globals';
import type { OnModuleDestroy } from '@nestjs/common';
import {
  EventBus,
  EVENTS,
  OnTaskerEvent,
  PermanentError,
  RetryableError,
  TaskerSubscriber,
  TaskHandler,
  TaskRetention,
  type EventName,
  type NewAnnotation,
  type TaskHandlerContract,
} from 'nestjs-tasker';
import { Worker } from '../../../lib/engine/steps/worker.js';
import { FinalHookRunner } from '../../../lib/engine/tasks/final-hook.runner.js';
import { aGate, eventually } from '../../support/eventually.js';
import { aTemplate, HANDLER, independent, type TestTemplate } from '../../support/factories.js';
import { expectValid, listenTo, type Ears, type Heard } from '../../support/heard.events.js';
import type { Host, HostSettings } from '../../support/host.js';
import { useLab } from '../../support/lab.js';
import { BY } from '../../support/operations.js';
import { alwaysFailing, aScript, failing, type Script } from '../../support/script.js';

const lab = useLab();
/** All that the hosts of this file published. */
const published: Heard[] = [];
let opened: { readonly host: Host; readonly ears: Ears }[] = [];

afterEach(() => {
  for (const { host, ears } of opened) expectValid(host, ears.all);
  published.push(...opened.flatMap(({ ears }) => ears.all));
  opened = [];
});

async function listening(
  template: TestTemplate,
  script: Script = aScript(),
  settings: Partial<HostSettings> = {},
): Promise<Host & { readonly ears: Ears; readonly pass: () => Promise<void> }> {
  const host = await lab.open({ templates: [template], handlers: script.handlers, ...settings });
  const ears = listenTo(host);
  opened.push({ host, ears });
  const worker = host.get(Worker);
  const pass = async (): Promise<void> => {
    await worker.runOnce();
    await worker.settled();
  };
  return { ...host, ears, pass };
}

const named = ({ request: { namespace, name, version } }: TestTemplate) => ({ namespace, name, version });

describe('a pass of a worker', () => {
  it('is published by task and as a whole: what was claimed, what came of it, and that nothing is left', async () => {
    const template = aTemplate(independent('charge', 'reserve'));
    const script = aScript({ reserve: alwaysFailing(() => new PermanentError('no')) });
    const { tasks, ears, pass } = await listening(template, script);
    const { id } = await tasks.start(template.request);
    const task = { ...named(template), taskId: id };
    expect(ears.of('observability.task.enqueue')).toEqual([{ ...task, runAt: null }]);
    await pass();
    const [{ workerId }] = ears.of('worker.registered') as [{ workerId: string }];
    expect(ears.of('workflow.steps_execution_started')).toEqual([{ workerId, stepCount: 2 }]);
    expect(ears.of('workflow.task_started')).toEqual([{ ...task, workerId }]);
    const [claimed] = ears.of('workflow.viable_steps_discovered') as [{ stepIds: string[]; steps: string[] }];
    expect(claimed).toEqual({ ...task, workerId, stepCount: 2, steps: claimed.steps, stepIds: claimed.stepIds });
    const began = ears.of('step.execution_requested') as { step: string; stepId: string }[];
    expect(claimed.steps).toEqual(began.map(({ step }) => step));
    expect(claimed.stepIds).toEqual(began.map(({ stepId }) => stepId));
    await eventually(() =>
      expect(ears.of('step.before_handle')).toEqual(
        began.map(({ step, stepId }) => ({ ...task, step, stepId, attempt: 1 })),
      ),
    );
    expect(ears.of('workflow.steps_execution_completed')).toEqual([]);
    expect(ears.of('workflow.no_viable_steps')).toEqual([]);
    await pass();
    expect(ears.of('workflow.steps_execution_completed')).toEqual([
      { workerId, processedCount: 2, successfulCount: 1, failedCount: 1 },
    ]);
    expect(ears.of('workflow.no_viable_steps')).toEqual([{ workerId }]);
    expect(ears.of('workflow.task_started')).toHaveLength(1);
    const ofCharge = ears.all.filter(({ payload }) => payload.step === 'charge').map(({ name }) => name);
    expect(ofCharge).toEqual(['step.execution_requested', 'step.before_handle', 'step.completed']);
  });

  it('that wants no steps says nothing about their absence', async () => {
    const template = aTemplate();
    const { get, ears } = await listening(template);
    await get(Worker).runOnce(0);
    expect(ears.all.map(({ name }) => name)).toEqual(['worker.registered']);
  });

  it('is published once for each of its tasks, and for a task that goes on without its beginning', async () => {
    const template = aTemplate(independent('first', 'second'));
    const { tasks, get, ears } = await listening(template);
    const { id } = await tasks.start(template.request);
    await get(Worker).runOnce(1);
    const other = await tasks.start(template.request);
    await get(Worker).runOnce(3);
    const claims = ears.of('workflow.viable_steps_discovered') as { taskId: string; stepCount: number }[];
    expect(claims.map(({ taskId, stepCount }) => [taskId, stepCount])).toEqual([
      [id, 1],
      [id, 1],
      [other.id, 2],
    ]);
    expect(ears.of('workflow.task_started')).toMatchObject([{ taskId: id }, { taskId: other.id }]);
    expect(ears.of('workflow.steps_execution_started')).toMatchObject([{ stepCount: 1 }, { stepCount: 3 }]);
    await get(Worker).settled();
  });
});

describe('a task that is to start later', () => {
  it('is published as queued with that time, and one without steps not at all', async () => {
    const template = aTemplate();
    const empty = aTemplate([]);
    const { tasks, ears } = await listening(template, aScript(), { templates: [template, empty] });
    const runAt = new Date(Date.now() + 3_600_000);
    await tasks.start({ ...template.request, runAt });
    await tasks.start(empty.request);
    expect(ears.of('observability.task.enqueue')).toMatchObject([{ runAt: runAt.toISOString() }]);
  });
});

describe('a failed step that waits for its next attempt', () => {
  it.each([
    ['its template says', 'exponential', 60, () => new Error('it went wrong')],
    ['its handler says', 'server_requested', 90, () => new RetryableError('busy', { retryAfter: 90 })],
  ] as const)('is published with the wait that %s', async (_, backoffType, seconds, error) => {
    const template = aTemplate();
    const { tasks, ears, pass } = await listening(template, aScript({ only: failing(1, error) }));
    const { id } = await tasks.start(template.request);
    await pass();
    await pass();
    const [failure] = ears.of('step.failed') as [{ retryAt: string; stepId: string }];
    const { retryAt, stepId } = failure;
    expect(ears.of('observability.step.backoff')).toEqual([
      {
        ...named(template),
        taskId: id,
        stepId,
        step: 'only',
        attempt: 1,
        backoffSeconds: seconds,
        backoffType,
        retryAt,
      },
    ]);
    expect(ears.of('workflow.task_reenqueue_delayed')).toEqual([
      {
        ...{ ...named(template), taskId: id, step: 'only', reason: 'retry_backoff' },
        ...{ delaySeconds: seconds, scheduledFor: retryAt },
      },
    ]);
  });

  it('is not published when it has no attempts left', async () => {
    const template = aTemplate(undefined, { steps: { only: { retryLimit: 1 } } });
    const { tasks, ears, pass } = await listening(template, aScript({ only: alwaysFailing() }));
    await tasks.start(template.request);
    await pass();
    await pass();
    expect(ears.of('step.failed')).toMatchObject([{ retryAt: null }]);
    expect(ears.of('observability.step.backoff')).toEqual([]);
  });
});

describe('steps that go back to the queue', () => {
  it('are published when a worker hands them back, which counts as no outcome', async () => {
    const running = aGate();
    const template = aTemplate();
    const script = aScript({ only: () => (running.open(), aGate().passed) });
    const { tasks, get, ears } = await listening(template, script);
    const { id } = await tasks.start(template.request);
    await get(Worker).runOnce();
    await running.passed;
    get(Worker).abandon('shutdown');
    await get(Worker).settled();
    await get(Worker).runOnce(0);
    expect(ears.of('workflow.task_reenqueue_requested')).toEqual([
      { ...named(template), taskId: id, steps: ['only'], reason: 'handed_back' },
    ]);
    expect(ears.of('workflow.steps_execution_completed')).toMatchObject([{ processedCount: 0, failedCount: 0 }]);
  });

  it('are published when a person retries them, together for their task', async () => {
    const template = aTemplate(independent('a', 'b'));
    const script = aScript({
      a: failing(1, () => new PermanentError('no')),
      b: failing(1, () => new PermanentError('no')),
    });
    const { tasks, ears, kit } = await listening(template, script);
    const { id } = await tasks.start(template.request);
    await kit.runUntilIdle();
    await tasks.retry(id, BY);
    const [back] = ears.of('workflow.task_reenqueue_requested') as [{ steps: string[] }];
    expect(back).toEqual({ ...named(template), taskId: id, steps: back.steps, reason: 'retry_requested' });
    expect(back.steps.toSorted()).toEqual(['a', 'b']);
  });

  it('are published when their worker is lost, and by this worker that it lost its lease', async () => {
    const running = aGate();
    const template = aTemplate();
    const once = aTemplate(undefined, { steps: { only: { retryLimit: 1 } } });
    const script = aScript({ only: () => (running.open(), aGate().passed) });
    const lost = await listening(template, script, { templates: [template, once] });
    const other = await listening(template);
    const { id } = await lost.tasks.start(template.request);
    await lost.tasks.start(once.request);
    await lost.get(Worker).runOnce();
    await running.passed;
    const [{ workerId }] = lost.ears.of('worker.registered') as [{ workerId: string }];
    await lab.query(`update __schema__.workers set last_heartbeat_at = now() - interval '1 day'`);
    await other.kit.beat();
    expect(other.ears.of('worker.lost')).toEqual([{ workerId }]);
    expect(other.ears.of('workflow.task_reenqueue_requested')).toEqual([
      { ...named(template), taskId: id, steps: ['only'], reason: 'worker_lost' },
    ]);
    await lost.kit.beat();
    expect(lost.ears.of('worker.lease_lost')).toEqual([{ workerId, droppedSteps: 2 }]);
  });
});

describe('what people do', () => {
  it('is published with the actor and what it was about, whether or not it changed anything', async () => {
    const template = aTemplate();
    const { tasks, ears, kit } = await listening(
      template,
      aScript({ only: failing(1, () => new PermanentError('no')) }),
    );
    const { id: taskId } = await tasks.start(template.request);
    await tasks.hold(taskId, BY);
    await tasks.hold(taskId, BY);
    await tasks.bulk('release', { ids: [taskId] }, BY);
    await kit.runUntilIdle();
    await tasks.retryStep(taskId, 'only', BY);
    await kit.runToEnd(taskId);
    await tasks.rerun(taskId, BY);
    await expect(tasks.hold(taskId, BY)).rejects.toMatchObject({ code: 'TASKER_ACTION_REFUSED' });
    const { actor } = BY;
    expect(ears.of('operator.acted')).toEqual([
      { action: 'hold', taskId, step: null, actor, changed: true },
      { action: 'hold', taskId, step: null, actor, changed: false },
      { action: 'release', taskId, step: null, actor, changed: true },
      { action: 'retryStep', taskId, step: 'only', actor, changed: true },
      { action: 'rerun', taskId, step: null, actor, changed: true },
    ]);
  });
});

describe('a full rate limit', () => {
  const limitedTo = (seconds: number) =>
    aTemplate(undefined, { steps: { only: { limits: { rate: { count: 1, seconds } } } } });

  it('is published once, and is not said to be open before it is', async () => {
    const template = limitedTo(3_600);
    const { tasks, ears, pass } = await listening(template);
    await tasks.startMany([template.request, template.request, template.request]);
    for (let passes = 0; passes < 4; passes++) await pass();
    const [{ opensInSeconds }] = ears.of('limit.reached') as [{ opensInSeconds: number }];
    expect(ears.of('limit.reached')).toHaveLength(1);
    expect(opensInSeconds).toBeGreaterThan(3_000);
    expect(opensInSeconds).toBeLessThanOrEqual(3_600);
    expect(ears.of('limit.opened')).toEqual([]);
  });

  it('is published when it has room again', async () => {
    const template = limitedTo(0.2);
    const { tasks, ears, pass } = await listening(template);
    await tasks.startMany([template.request, template.request]);
    await eventually(async () => {
      await pass();
      expect(ears.of('limit.opened')).toHaveLength(1);
    });
    expect(ears.of('limit.reached')).toHaveLength(1);
    expect(ears.of('step.execution_requested')).toHaveLength(2);
  });
});

describe('tasks that are refused because of too many unfinished ones', () => {
  it('are published with the limit', async () => {
    const template = aTemplate();
    const { tasks, ears } = await listening(template, aScript(), { backPressure: { maxUnfinished: 1 } });
    await tasks.start(template.request);
    await expect(tasks.start(template.request)).rejects.toMatchObject({ httpStatus: 429 });
    await expect(tasks.startMany([template.request, template.request])).rejects.toMatchObject({ httpStatus: 429 });
    expect(ears.of('limit.refused_tasks')).toEqual([
      { namespace: 'tests', limit: 1, requested: 1, retryAfterSeconds: 1 },
      { namespace: 'tests', limit: 1, requested: 2, retryAfterSeconds: null },
    ]);
  });
});

describe('old tasks that are removed', () => {
  it('are published as a number, if there were any', async () => {
    const template = aTemplate();
    const { tasks, ears, kit, get } = await listening(template, aScript(), {
      retention: { afterDays: 1, archive: true },
    });
    for (let n = 0; n < 2; n++) await kit.runToEnd((await tasks.start(template.request)).id);
    await lab.query(`update __schema__.tasks set created_at = created_at - interval '2 days',
         completed_at = completed_at - interval '2 days'`);
    await get(TaskRetention).runOnce();
    await get(TaskRetention).runOnce();
    expect(ears.of('retention.removed')).toEqual([{ removed: 2, archived: true }]);
  });
});

describe('a task that ends and has a task handler', () => {
  it('is published when the handler is called, and when what it answered is stored', async () => {
    const template = aTemplate();
    let calls = 0;
    @TaskHandler(template.request)
    class Tasks implements TaskHandlerContract {
      updateAnnotations(): NewAnnotation[] {
        if (calls++ === 0) throw new Error('not now');
        return [{ type: 'end', annotation: { calls } }];
      }
    }
    const { tasks, ears, kit, get } = await listening(template, aScript(), { providers: [Tasks] });
    const { id } = await tasks.start(template.request);
    await kit.runToEnd(id);
    const called = { ...named(template), taskId: id, state: 'complete' };
    expect(ears.of('workflow.task_finalization_started')).toEqual([called]);
    expect(ears.of('workflow.task_finalization_completed')).toEqual([]);
    await lab.query('update __schema__.final_hooks set due_at = now()');
    await get(FinalHookRunner).runOnce();
    expect(ears.of('workflow.task_finalization_started')).toEqual([called, called]);
    expect(ears.of('workflow.task_finalization_completed')).toEqual([called]);
  });
});

describe('a process', () => {
  it('publishes its handlers and subscribers once it is up, and when its worker registers and stops', async () => {
    const heard: Heard[] = [];
    @TaskerSubscriber()
    class All {
      @OnTaskerEvent('handler.*', 'subscriber.registered', 'worker.*')
      hear(payload: object, name: EventName): void {
        heard.push({ name, payload: payload as Heard['payload'] });
      }
    }
    const host = await lab.open({ handlers: aScript().handlers, providers: [All], worker: { enabled: true } });
    await eventually(() => expect(heard.map(({ name }) => name)).toContain('worker.registered'));
    await host.close();
    expectValid(host, heard);
    published.push(...heard);
    const of = (name: EventName) => heard.filter((each) => each.name === name).map(({ payload }) => payload);
    expect(of('subscriber.registered')).toMatchObject([
      { subscriber: 'All', events: ['handler.*', 'subscriber.registered', 'worker.*'] },
    ]);
    expect(of('handler.registered')).toContainEqual(expect.objectContaining({ handler: HANDLER }));
    const [registered] = of('worker.registered');
    expect(registered).toMatchObject({ pid: process.pid, concurrency: 50, queues: null });
    expect(of('worker.stopped')).toMatchObject([{ workerId: registered!.workerId }]);
  });
});

describe('an application that closes', () => {
  it('waits for its listeners before other modules close what they use', async () => {
    const order: string[] = [];
    @TaskerSubscriber()
    class Slow implements OnModuleDestroy {
      @OnTaskerEvent('worker.stopped')
      async stopped(): Promise<void> {
        await new Promise((resolve) => setImmediate(resolve));
        order.push('heard');
      }

      onModuleDestroy(): void {
        order.push('closed');
      }
    }
    const host = await lab.open({ handlers: aScript().handlers, providers: [Slow], worker: { enabled: true } });
    await host.close();
    expect(order).toEqual(['heard', 'closed']);
  });

  it('does not wait for ever', async () => {
    const host = await lab.open({
      handlers: aScript().handlers,
      worker: { enabled: true, shutdownTimeoutMs: 50 },
    });
    host.get(EventBus).on('worker.stopped', () => aGate().passed);
    await host.close();
    expect(host.get(EventBus).statistics()).toMatchObject([{ running: 1 }]);
  });
});

describe('the events of this file', () => {
  it('cover all events of work, workers and limits', () => {
    const isHere = (name: string): boolean => /^(workflow|observability|operator|limit|retention|worker)\./.test(name);
    const heard = new Set<string>(published.map(({ name }) => name));
    expect(Object.keys(EVENTS).filter((name) => isHere(name) && !heard.has(name))).toEqual([]);
  });
});
