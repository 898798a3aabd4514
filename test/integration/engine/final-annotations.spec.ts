import { describe, expect, it, jest } from '@jest/globals';
import type { Provider } from '@nestjs/common';
import {
  RecordService,
  TaskHandler,
  type EndedTask,
  type NewAnnotation,
  type TaskHandlerContract,
} from 'nestjs-tasker';
import { FinalHookRunner } from '../../../lib/engine/tasks/final-hook.runner.js';
import { Worker } from '../../../lib/engine/steps/worker.js';
import { WorkerIdentity } from '../../../lib/engine/steps/worker.identity.js';
import { CancellationWatcher } from '../../../lib/engine/steps/cancellation.watcher.js';
import { aGate, eventually } from '../../support/eventually.js';
import { aChain, aTemplate, type TestTemplate } from '../../support/factories.js';
import type { Host } from '../../support/host.js';
import { brokenInvariants } from '../../support/invariants.js';
import { useLab } from '../../support/lab.js';
import { BY } from '../../support/operations.js';
import { alwaysFailing, aScript, type Script } from '../../support/script.js';
import { SHAPES } from '../../support/shapes.js';
import { useStage } from '../../support/stage.js';

const lab = useLab();
const stage = useStage(lab);

type Update = NonNullable<TaskHandlerContract['updateAnnotations']>;

function annotating({ request }: TestTemplate, updateAnnotations: Update): Provider {
  @TaskHandler(request)
  class Tasks implements TaskHandlerContract {
    readonly updateAnnotations = updateAnnotations;
  }
  return Tasks;
}

/** Notes how the task ended. */
const ends: Update = ({ state }) => [{ type: 'end', annotation: { state } }];

/** The shared host, with this task handler. */
const openShared = (
  template: TestTemplate,
  updateAnnotations: Update,
  { handlers }: Script = aScript(),
): Promise<Host> =>
  stage({ templates: [template], handlers, taskHandlers: new Map([[template, { updateAnnotations }]]) });

const open = (template: TestTemplate, update: Update, script: Script = aScript()): Promise<Host> =>
  lab.open({ templates: [template], handlers: script.handlers, providers: [annotating(template, update)] });

const annotationsOf = async ({ get }: Host, taskId: string): Promise<unknown[]> =>
  (await get(RecordService).annotationsOf(taskId)).map(({ annotation }) => annotation);

const waiting = () =>
  lab.query('select state, attempts, due_at, error from __schema__.final_hooks order by final_hook_id');

/** Runs what is due as a worker does that dies before it tells anybody. */
async function runUntold({ get }: Host): Promise<void> {
  const worker = get(Worker);
  for (let claimed = 1; claimed > 0 || worker.waitingOutcomes > 0;) {
    ({ claimed } = await worker.runOnce());
    await worker.settled();
  }
}

describe('the end of a task', () => {
  it('that was reported to nobody is reported as soon as a process starts', async () => {
    const template = aTemplate();
    const host = await openShared(template, ends);
    const { id } = await host.tasks.start(template.request);
    await runUntold(host);
    const other = await lab.open({
      templates: [template],
      handlers: aScript().handlers,
      providers: [annotating(template, ends)],
      worker: { enabled: true, pollIntervalMs: 60_000 },
    });
    await eventually(async () => expect(await annotationsOf(other, id)).toEqual([{ state: 'complete' }]));
  });

  it('is told to its handler with all steps and their results: one note a step of four', async () => {
    const template = aTemplate(SHAPES.dummy);
    const told: EndedTask[] = [];
    const host = await openShared(template, (task, steps) => {
      told.push(task);
      return steps.map(({ name, results }) => ({ type: 'step', annotation: { name, results } }));
    });
    const { id } = await host.tasks.start({ ...template.request, context: { n: 1 }, initiator: 'bob', tags: ['x'] });
    await host.kit.runToEnd(id);
    expect(told).toMatchObject([
      {
        id,
        ...template.request,
        state: 'complete',
        endedAt: expect.any(Date),
        context: { n: 1 },
        initiator: 'bob',
        tags: ['x'],
      },
    ]);
    const names = SHAPES.dummy.map(({ name }) => name);
    expect(await annotationsOf(host, id)).toEqual(names.map((name) => ({ name, results: { step: name } })));
    expect(await host.get(RecordService).findAnnotated('step', 'name', 'step-two')).toEqual([id]);
    expect(await waiting()).toEqual([]);
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });

  it('is an error, and each end after it: retried to the next error, then resolved by hand', async () => {
    const template = aTemplate(aChain('a', 'b'), { steps: { b: { retryLimit: 1 } } });
    const host = await openShared(template, ends, aScript({ b: alwaysFailing() }));
    const { id } = await host.tasks.start(template.request);
    await host.kit.runToEnd(id);
    expect(await annotationsOf(host, id)).toEqual([{ state: 'error' }]);
    await host.tasks.retry(id, BY);
    await host.kit.runToEnd(id);
    await host.tasks.resolve(id, BY);
    await host.kit.runUntilIdle();
    expect(await annotationsOf(host, id)).toEqual(['error', 'error', 'resolved_manually'].map((state) => ({ state })));
  });

  it('is noted for nobody if the task has no handler', async () => {
    const template = aTemplate();
    const host = await stage({ templates: [template], handlers: aScript().handlers });
    const [whole, gone] = await host.tasks.startMany([template.request, template.request]);
    await host.tasks.cancel(gone!.id, BY);
    await host.kit.runToEnd(whole!.id);
    expect(await waiting()).toEqual([]);
  });

  it('is that it was cancelled, or passed its deadline, or had no steps', async () => {
    const template = aTemplate(aChain('a', 'b'));
    const empty = aTemplate([]);
    const host = await stage({
      templates: [template, empty],
      handlers: aScript().handlers,
      taskHandlers: new Map([template, empty].map((each) => [each, { updateAnnotations: ends }])),
    });
    const late = { ...template.request, deadlineAt: new Date(Date.now() - 1) };
    const [whole, step, expired] = await host.tasks.startMany([template.request, template.request, late]);
    await host.tasks.cancel(whole!.id, BY);
    await host.tasks.cancelStep(step!.id, 'a', BY);
    const none = await host.tasks.start(empty.request);
    await host.get(CancellationWatcher).lookOnce();
    await host.kit.runUntilIdle();
    expect(await annotationsOf(host, whole!.id)).toEqual([{ state: 'cancelled' }]);
    expect(await annotationsOf(host, step!.id)).toEqual([{ state: 'cancelled' }]);
    expect(await annotationsOf(host, expired!.id)).toEqual([{ state: 'error' }]);
    expect(await annotationsOf(host, none.id)).toEqual([{ state: 'complete' }]);
  });

  it('costs no row where nobody is to be told', async () => {
    const template = aTemplate();
    const { tasks, get } = await stage({ templates: [template], handlers: aScript().handlers });
    await tasks.start(template.request);
    await runUntold({ get } as Host);
    expect(await waiting()).toEqual([]);
  });

  it('need not be noted', async () => {
    const template = aTemplate();
    const host = await openShared(template, () => []);
    const { id } = await host.tasks.start(template.request);
    await host.kit.runToEnd(id);
    expect(await annotationsOf(host, id)).toEqual([]);
    expect(await waiting()).toEqual([]);
  });

  it('is told at once by the process it came about in, and with the poll by others', async () => {
    const template = aTemplate();
    const update = jest.fn(ends);
    const settings = { templates: [template], handlers: aScript().handlers, providers: [annotating(template, update)] };
    const patient = await lab.open({ ...settings, worker: { enabled: true, pollIntervalMs: 60_000 } });
    const { id } = await patient.tasks.start(template.request);
    await eventually(async () => expect(await annotationsOf(patient, id)).toEqual([{ state: 'complete' }]));
    await patient.close();

    const idle = await lab.open(settings); // no worker: tells nobody
    const other = await idle.tasks.start(template.request);
    await idle.tasks.cancel(other.id, BY);
    expect(update).toHaveBeenCalledTimes(1);
    await lab.open({ ...settings, worker: { enabled: true, pollIntervalMs: 20 } });
    await eventually(async () => expect(await annotationsOf(idle, other.id)).toEqual([{ state: 'cancelled' }]));
  });
});

describe('an end that nobody could be told of', () => {
  it('waits, when the process died, for another', async () => {
    const template = aTemplate(aChain('a', 'b'));
    const first = await open(template, ends);
    const { id } = await first.tasks.start(template.request);
    await runUntold(first);
    await first.close();
    const second = await openShared(template, ends);
    expect(await annotationsOf(second, id)).toEqual([]);
    expect(await second.get(FinalHookRunner).runOnce()).toBe(1);
    expect(await annotationsOf(second, id)).toEqual([{ state: 'complete' }]);
    expect(await second.get(FinalHookRunner).runOnce()).toBe(0);
  });

  it('waits for a process that has the task handler', async () => {
    const template = aTemplate();
    const first = await open(template, ends);
    const { id } = await first.tasks.start(template.request);
    const without = await stage({ templates: [template], handlers: aScript().handlers });
    await runUntold(without);
    expect(await without.get(FinalHookRunner).runOnce()).toBe(0);
    expect(await first.get(FinalHookRunner).runOnce()).toBe(1);
    expect(await annotationsOf(first, id)).toEqual([{ state: 'complete' }]);
  });

  it('is told again when the process died in the middle; the one thought dead then stores nothing', async () => {
    const template = aTemplate();
    const gate = aGate();
    const entered = aGate();
    const slow = await open(template, async () => {
      entered.open();
      await gate.passed;
      return [{ type: 'end', annotation: 'too late' }];
    });
    const { id } = await slow.tasks.start(template.request);
    await runUntold(slow);
    const told = slow.get(FinalHookRunner).runOnce();
    await entered.passed;
    const quick = await openShared(template, ends);
    expect(await quick.get(FinalHookRunner).runOnce()).toBe(0); // its lease
    await lab.query(`update __schema__.final_hooks set due_at = now() - interval '1 second'`);
    expect(await quick.get(FinalHookRunner).runOnce()).toBe(1);
    gate.open();
    expect(await told).toBe(0);
    expect(await annotationsOf(quick, id)).toEqual([{ state: 'complete' }]);
  });

  it('goes with a task that is removed meanwhile', async () => {
    const template = aTemplate();
    const host = await openShared(template, async ({ id }) => {
      await lab.query('delete from __schema__.tasks where task_id = $1', id);
      return [{ type: 'end', annotation: 1 }];
    });
    await host.tasks.start(template.request);
    await runUntold(host);
    expect(await host.get(FinalHookRunner).runOnce()).toBe(0);
    expect(await waiting()).toEqual([]);
  });
});

describe('two processes', () => {
  it('store the notes of fifty ends once each, of a type that is new to both', async () => {
    const template = aTemplate();
    const update: Update = ({ id }) => [{ type: `fresh ${template.request.name}`, annotation: { id } }];
    const hosts = [await open(template, update), await openShared(template, update)] as const;
    const started = await hosts[0].tasks.startMany(Array.from({ length: 50 }, () => template.request));
    await runUntold(hosts[0]);
    const counts = await Promise.all(hosts.map(({ get }) => get(FinalHookRunner).runOnce()));
    expect(counts[0]! + counts[1]!).toBe(50);
    for (const { id } of started) expect(await annotationsOf(hosts[0], id)).toEqual([{ id }]);
  });
});

describe('a task handler that fails', () => {
  const tellAgain = async (host: Host): Promise<void> => {
    await lab.query(`update __schema__.final_hooks set due_at = now() where due_at is not null`);
    await host.get(FinalHookRunner).runOnce();
  };

  it('is told again later, and may succeed', async () => {
    const template = aTemplate();
    const update = jest.fn<Update>().mockImplementationOnce(() => {
      throw new Error('not now');
    });
    const host = await openShared(template, update.mockImplementation(ends));
    const { id } = await host.tasks.start(template.request);
    expect((await host.kit.runToEnd(id)).state).toBe('complete');
    expect(await waiting()).toMatchObject([
      { state: 'complete', attempts: 1, error: 'not now', due_at: expect.any(Date) },
    ]);
    await host.get(FinalHookRunner).runOnce();
    expect(update).toHaveBeenCalledTimes(1); // its time has not come
    await tellAgain(host);
    expect(await annotationsOf(host, id)).toEqual([{ state: 'complete' }]);
    expect(await waiting()).toEqual([]);
  });

  it('is given up after ten times, with the error kept', async () => {
    const template = aTemplate();
    const update = jest.fn<Update>(() => Promise.reject(new Error('never')));
    const host = await openShared(template, update);
    const { id } = await host.tasks.start(template.request);
    await host.kit.runToEnd(id);
    for (let times = 0; times < 12; times++) await tellAgain(host);
    expect(update).toHaveBeenCalledTimes(10);
    expect(await waiting()).toEqual([{ state: 'complete', attempts: 10, due_at: null, error: 'never' }]);
    expect(await annotationsOf(host, id)).toEqual([]);
  });

  it('is given up without being told when its process died each time', async () => {
    const template = aTemplate();
    const update = jest.fn(ends);
    const host = await openShared(template, update);
    await host.tasks.start(template.request);
    await runUntold(host);
    await lab.query('update __schema__.final_hooks set attempts = 10');
    await host.get(FinalHookRunner).runOnce();
    expect(update).not.toHaveBeenCalled();
    expect(await waiting()).toMatchObject([{ due_at: null, error: expect.stringContaining('died each time') }]);
  });

  it.each<[string, unknown, string]>([
    ['no list', { type: 'a', annotation: 1 }, 'it must be a list of annotations, got an object'],
    ['no type', [{ annotation: 1 }], '/0/type is required'],
    ['a long type', [{ type: 'x'.repeat(65), annotation: 1 }], '/0/type must have at most 64 characters'],
    ['no annotation', [{ type: 'a' }], '/0/annotation is required'],
    ['no JSON', [{ type: 'a', annotation: new Set() }], '/0/annotation must be JSON, but holds a Set'],
    ['nothing', undefined, 'it must be a list of annotations, got undefined'],
    ['no object', [7], '/0 must be an object, got a number'],
  ])('is one that answers %s', async (_, answer, message) => {
    const template = aTemplate();
    const host = await openShared(template, () => answer as NewAnnotation[]);
    const { id } = await host.tasks.start(template.request);
    await host.kit.runToEnd(id);
    expect(await waiting()).toMatchObject([{ attempts: 1, error: expect.stringContaining(message) }]);
    expect(await annotationsOf(host, id)).toEqual([]);
  });
});

describe('an application that closes while a task handler is told of an end', () => {
  const SHUTDOWN_MS = 200;

  /** A host whose task handler is being told; its lines of the log. */
  async function telling(template: TestTemplate, update: Update): Promise<{ host: Host; id: string; lines: string[] }> {
    const lines: string[] = [];
    const add = (line: unknown): unknown => lines.push(String(line));
    const told = aGate();
    const host = await lab.open({
      templates: [template],
      handlers: aScript().handlers,
      providers: [annotating(template, (...end) => (told.open(), update(...end)))],
      worker: { enabled: true, pollIntervalMs: 60_000, shutdownTimeoutMs: SHUTDOWN_MS },
      logger: { log: () => undefined, warn: add, error: add },
    });
    const { id } = await host.tasks.start(template.request);
    await told.passed;
    return { host, id, lines };
  }

  it('waits for its answer, and stores it', async () => {
    const answer = aGate<NewAnnotation[]>();
    const { host, id, lines } = await telling(aTemplate(), () => answer.passed);
    const closed = host.close();
    await eventually(() => expect(host.get(Worker).capacity).toBe(0));
    answer.open([{ type: 'end', annotation: 'in time' }]);
    await closed;
    expect(await lab.query('select annotation from __schema__.task_annotations where task_id = $1', id)).toEqual([
      { annotation: 'in time' },
    ]);
    expect(lines).toEqual([]);
  });

  it('ends in time although it does not answer, signs off, and leaves the end to others with the attempt not counted', async () => {
    const template = aTemplate();
    const { host, id, lines } = await telling(template, () => new Promise(() => undefined));
    const workerId = host.get(WorkerIdentity).current();
    const began = performance.now();
    await host.close();
    expect(performance.now() - began).toBeLessThan(5_000); // and not the default of 10 s
    expect(await waiting()).toMatchObject([{ attempts: 0, error: null }]);
    expect(
      await lab.query('select stopped_at is not null as gone from __schema__.workers where worker_id = $1', workerId),
    ).toEqual([{ gone: true }]);
    expect(lines).toEqual([
      `The task handler failed at the end of task ${id} (complete) during the shutdown; another process will call it again, and the ` +
        'attempt does not count: updateAnnotations did not finish before the end of the shutdown.',
    ]);
    const other = await openShared(template, ends);
    expect(await other.get(FinalHookRunner).runOnce()).toBe(1);
    expect(await annotationsOf(other, id)).toEqual([{ state: 'complete' }]);
  });

  it('does not count a failure', async () => {
    const template = aTemplate();
    const failure = aGate();
    const { host, id } = await telling(template, async () => {
      await failure.passed;
      throw new Error('The client is closed');
    });
    const closed = host.close();
    await eventually(() => expect(host.get(Worker).capacity).toBe(0));
    failure.open();
    await closed;
    expect(await waiting()).toMatchObject([{ attempts: 0, error: null, due_at: expect.any(Date) }]);
    const other = await openShared(template, ends);
    expect(await other.get(FinalHookRunner).runOnce()).toBe(1);
    expect(await annotationsOf(other, id)).toEqual([{ state: 'complete' }]);
  });
});
