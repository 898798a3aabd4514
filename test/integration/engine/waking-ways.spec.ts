import { describe, expect, it, jest } from '@jest/globals';
import { PermanentError, type StepContext, type TaskService } from 'nestjs-tasker';
import { ConcurrencyGovernor } from '../../../lib/engine/steps/concurrency.governor.js';
import { WorkerIdentity } from '../../../lib/engine/steps/worker.identity.js';
import { WorkerLoop } from '../../../lib/engine/steps/worker.loop.js';
import { Worker } from '../../../lib/engine/steps/worker.js';
import { CancellationWatcher } from '../../../lib/engine/steps/cancellation.watcher.js';
import { WorkerGateway } from '../../../lib/persistence/worker.gateway.js';
import { aGate, eventually, type Gate } from '../../support/eventually.js';
import { aChain, aTemplate, ONE_STEP, type TestTemplate } from '../../support/factories.js';
import type { Host, HostSettings } from '../../support/host.js';
import { useLab } from '../../support/lab.js';
import { BY } from '../../support/operations.js';
import { aScript, failing, type Script } from '../../support/script.js';
import { useStage } from '../../support/stage.js';
import { lockWaited } from '../../support/waiting.js';
import { HandWorker, startTask } from '../../support/workflow.js';

const lab = useLab();
/** Acts on tasks and runs nothing. */
const anOffice = useStage(lab);

/** Looks for work when it is woken, and never by itself. */
const worker = { enabled: true, pollIntervalMs: 600_000 };

/** A host whose worker has looked for work and found none. */
async function anIdleHost({ worker: own, ...settings }: Omit<HostSettings, 'url'>): Promise<Host> {
  const host = await lab.open({ ...settings, worker: { ...worker, ...own } });
  await idle(host);
  return host;
}

const idle = (host: Host) =>
  eventually(() => {
    expect(host.get(WorkerLoop).lastContactAt).not.toBeNull();
    expect(host.get(Worker).isIdle).toBe(true);
  });

const ended = (host: Host, id: string, state = 'complete') =>
  eventually(async () => expect((await host.kit.task(id)).state).toBe(state));

/** Starts tasks of which no worker is told. */
async function startUnheard(template: TestTemplate, count = 1): Promise<string[]> {
  const { name, version } = template.request;
  const [row] = await lab.query<{ id: string }>(
    'select named_task_id as id from __schema__.named_tasks where name = $1 and version = $2',
    name,
    version,
  );
  const ids: string[] = [];
  for (let n = 0; n < count; n++) ids.push(await startTask(lab.persistence, row!.id));
  return ids;
}

/** Whose steps run until their gate opens; those of `only` these tasks, if given. */
function gated(gate: Gate, isGated: (context: StepContext) => boolean = () => true): Script {
  return aScript({ only: (context) => (isGated(context) ? gate.passed : undefined) });
}

const running = (script: Script, count = 1) => eventually(() => expect(script.runs).toHaveLength(count));

describe('what an operator does', () => {
  const aWorkshop = useStage(lab, { worker });
  const ACTIONS: Readonly<Record<string, (tasks: TaskService, id: string) => Promise<unknown>>> = {
    retry: (tasks, id) => tasks.retry(id, BY),
    reset: (tasks, id) => tasks.reset(id, BY),
    retryStep: (tasks, id) => tasks.retryStep(id, 'first', BY),
    resetStep: (tasks, id) => tasks.resetStep(id, 'first', BY),
    skipStep: (tasks, id) => tasks.skipStep(id, 'first', BY),
    resolveStep: (tasks, id) => tasks.resolveStep(id, 'first', { ...BY, results: {} }),
  };

  it.each(['this', 'another'])('in %s process is acted on at once', async (which) => {
    const failed = new Set<string>();
    const script = aScript({
      first: ({ task }) => {
        if (failed.size === failed.add(task.id).size) return;
        throw new PermanentError('the first time');
      },
    });
    const template = aTemplate(aChain('first', 'second'), { steps: { first: { skippable: true } } });
    const workshop = await aWorkshop({ templates: [template], handlers: script.handlers });
    const { tasks } = which === 'this' ? workshop : await anOffice({ templates: [template] });
    for (const [action, act] of Object.entries(ACTIONS)) {
      const { id } = await workshop.tasks.start(template.request);
      await ended(workshop, id, 'error');
      await idle(workshop);
      await act(tasks, id);
      await ended(workshop, id).catch(() => expect(action).toBe('acted on'));
    }
    const { id } = await workshop.tasks.start(template.request);
    await ended(workshop, id, 'error');
    const again = await tasks.rerun(id, BY);
    await ended(workshop, again.id, 'error');
  });

  it.each(['this', 'another'])('in %s process to let a task go on is acted on at once', async (which) => {
    const [held, go] = [aGate(), aGate()];
    const script = aScript({ first: () => (held.open(), go.passed) });
    const template = aTemplate(aChain('first', 'second'));
    const workshop = await aWorkshop({ templates: [template], handlers: script.handlers });
    const { tasks } = which === 'this' ? workshop : await anOffice({ templates: [template] });
    const { id } = await workshop.tasks.start(template.request);
    await held.passed;
    await tasks.hold(id, BY);
    go.open();
    await idle(workshop);
    await tasks.release(id, BY);
    await ended(workshop, id);
  });
});

describe('what an operator does in a process that is full', () => {
  it('makes room at once', async () => {
    const gate = aGate();
    let first: string | undefined;
    const script = gated(gate, ({ task }) => task.id === (first ??= task.id));
    const template = aTemplate();
    const host = await anIdleHost({ templates: [template], handlers: script.handlers, worker: { concurrency: 1 } });
    const { id } = await host.tasks.start(template.request);
    await running(script);
    const next = await host.tasks.start(template.request);
    await host.tasks.cancel(id, BY);
    await ended(host, next.id);
    gate.open();
  });
});

describe('a step that waits for a place under a limit', () => {
  /** One step runs, in a host of its own, and another waits for an idle host. */
  async function full(own: Omit<HostSettings, 'url'> = {}) {
    const gate = aGate();
    const script = gated(gate);
    const limits = { concurrency: 1 };
    const here = aTemplate(ONE_STEP, { steps: { only: { limits, queue: 'here' } } });
    const { namespace, name } = here.request;
    const there = aTemplate(ONE_STEP, {
      namespace,
      name,
      version: '2.0.0',
      steps: { only: { limits, queue: 'there' } },
    });
    const templates = [here, there];
    const one = await anIdleHost({
      templates,
      handlers: script.handlers,
      ...own,
      worker: { queues: ['here'], ...own.worker },
    });
    const other = await anIdleHost({ templates, handlers: aScript().handlers, worker: { queues: ['there'] } });
    const { id: ahead } = await one.tasks.start(here.request);
    await running(script);
    const { id: waiting } = await one.tasks.start(there.request);
    await eventually(async () => {
      // It was looked at, and is not until a place is free.
      expect(await lab.query(`select from __schema__.limit_checks where due_at <= now()`)).toEqual([]);
    });
    await idle(other);
    return { gate, one, other, ahead, waiting };
  }

  it('begins at once when a process that has no use for the place ends the step before it', async () => {
    const { gate, other, waiting } = await full();
    gate.open();
    await ended(other, waiting);
  });

  it('begins at once when a process that closes hands the step before it back', async () => {
    const { gate, one, other, waiting } = await full({ worker: { shutdownTimeoutMs: 0 } });
    await one.close();
    await ended(other, waiting);
    gate.open();
  });

  it('begins at once when the task before it is cancelled', async () => {
    const { gate, one, other, ahead, waiting } = await full();
    const office = await anOffice({ templates: [] });
    await office.tasks.cancel(ahead, BY);
    await ended(other, waiting);
    expect(one.get(Worker).runningSteps).toBe(1); // it has not heard of it yet
    gate.open();
  });

  it('begins at once when the task before it passes its deadline', async () => {
    const { gate, other, ahead, waiting } = await full();
    await lab.query(
      `with ended as (update __schema__.tasks set deadline_at = now() where task_id = $1 returning task_id, deadline_at)
       insert into __schema__.task_deadlines select * from ended`,
      ahead,
    );
    await (await anOffice({ templates: [] })).get(CancellationWatcher).lookOnce();
    await ended(other, waiting);
    gate.open();
  });

  it('begins by itself when time opens it', async () => {
    const template = aTemplate(ONE_STEP, { steps: { only: { limits: { rate: { count: 1, seconds: 0.2 } } } } });
    const host = await anIdleHost({ templates: [template], handlers: aScript().handlers });
    const started = await host.tasks.startMany([template.request, template.request]);
    for (const { id } of started) await ended(host, id);
  });
});

describe('a step that its worker gives up', () => {
  it('is begun at once by others when the application closes', async () => {
    const gate = aGate();
    const script = gated(gate);
    const template = aTemplate();
    const one = await anIdleHost({
      templates: [template],
      handlers: script.handlers,
      worker: { shutdownTimeoutMs: 0 },
    });
    const { id } = await one.tasks.start(template.request);
    await running(script);
    const other = await anIdleHost({ templates: [template], handlers: aScript().handlers });
    await one.close();
    await ended(other, id);
    gate.open();
  });

  it.each(['this', 'another'])('is begun at once when %s process finds that its worker is lost', async (which) => {
    const template = aTemplate();
    const office = await anOffice({ templates: [template] });
    const lost = await HandWorker.register(lab.persistence);
    const { id } = await office.tasks.start(template.request);
    await lost.claim();
    const workshop = await anIdleHost({ templates: [template], handlers: aScript().handlers });
    await lab.query(
      `update __schema__.workers set last_heartbeat_at = now() - interval '1 hour' where worker_id = $1`,
      lost.id,
    );
    await (which === 'this' ? workshop : office).kit.beat();
    await ended(workshop, id);
  });

  it('as the answer to a claim was lost is begun at once when it finds that', async () => {
    const template = aTemplate();
    const host = await anIdleHost({ templates: [template], handlers: aScript().handlers });
    const [id] = await startUnheard(template);
    const request = { want: 1, queues: null, without: [], scarce: [], scarceWant: 0, maxBytes: 1_024, outcomes: [] };
    const workerId = host.get(WorkerIdentity).current()!;
    const { claimed } = await lab.persistence.workers.advance({ workerId, ...request });
    expect(claimed.steps).toHaveLength(1);
    await host.kit.beat();
    await ended(host, id!);
  });
});

describe('a process that leaves something to others', () => {
  /** An idle host, and beside it one of these settings that is woken where two tasks wait of which nobody was told. */
  async function woken(
    template: TestTemplate,
    settings: Omit<HostSettings, 'url' | 'templates' | 'handlers'>,
    isKnown = true,
  ) {
    const gate = aGate();
    let ran: string | undefined;
    const script = gated(gate, ({ task }) => task.id !== ran);
    const one = await anIdleHost({ templates: [template], handlers: script.handlers, ...settings });
    if (isKnown) {
      ran = (await startUnheard(template))[0]!;
      one.get(WorkerLoop).wake();
      await ended(one, ran);
      await idle(one);
    }
    const other = await anIdleHost({ templates: [template], handlers: aScript().handlers });
    const ids = await startUnheard(template, 2);
    one.get(WorkerLoop).wake();
    const before = isKnown ? 1 : 0;
    await running(script, before + 1);
    const taken = script.runs[before]!.taskId;
    await ended(
      other,
      ids.find((id) => id !== taken)!,
    );
    gate.open();
  }

  it('tells them when it is full', () => woken(aTemplate(), { worker: { concurrency: 1 } }));

  it.each(['known', 'new'])(
    'tells them when it has no place for more transactional steps of a %s template',
    async (which) => {
      const template = aTemplate(ONE_STEP, { steps: { only: { transactional: true } } });
      await woken(template, { dataSource: { poolSize: 3 } }, which === 'known');
    },
  );

  it('tells them when a transactional step made it ready', async () => {
    const steps = { first: { queue: 'here', transactional: true }, second: { queue: 'there' } };
    const template = aTemplate(aChain('first', 'second'), { steps });
    const settings = { templates: [template], handlers: aScript().handlers };
    const one = await anIdleHost({ ...settings, worker: { queues: ['here'] } });
    const other = await anIdleHost({ ...settings, worker: { queues: ['there'] } });
    const [id] = await startUnheard(template);
    one.get(WorkerLoop).wake();
    await ended(other, id!);
  });

  it('tells them at its time of a retry that it has no room for', async () => {
    const gate = aGate();
    const template = aTemplate(ONE_STEP, { defaults: { backoff: { baseSeconds: 0.5, jitter: 0 } } });
    const filling = aTemplate();
    const isFilling = ({ task }: StepContext): boolean => task.name === filling.request.name;
    const act = (context: StepContext): unknown => (isFilling(context) ? gate.passed : failing(1)(context));
    const script = aScript({ only: act });
    const templates = [template, filling];
    const other = await anIdleHost({ templates, handlers: aScript().handlers });
    const one = await anIdleHost({ templates, handlers: script.handlers, worker: { concurrency: 1 } });
    const [id] = await startUnheard(template);
    one.get(WorkerLoop).wake();
    await running(script);
    await idle(one);
    await startUnheard(filling);
    one.get(WorkerLoop).wake();
    await running(script, 2);
    await ended(other, id!);
    gate.open();
  });
});

describe('a worker that was kept from looking', () => {
  it('looks as soon as the database answers again', async () => {
    const template = aTemplate();
    const host = await anIdleHost({ templates: [template], handlers: aScript().handlers });
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    jest.spyOn(host.get(WorkerGateway), 'advance').mockRejectedValueOnce(refused).mockRejectedValueOnce(refused);
    const [id] = await startUnheard(template);
    host.get(WorkerLoop).wake();
    await ended(host, id!);
  });

  it('looks as soon as a start is over during which it heard of something, also one that fails', async () => {
    const [template, stuck] = [aTemplate(), aTemplate()];
    const host = await anIdleHost({ templates: [template, stuck], handlers: aScript().handlers });
    const holder = await lab.connect();
    await holder.query('begin');
    await holder.query('select from tasker.named_tasks where name = $1 for update', [stuck.request.name]);
    const start = expect(host.tasks.start(stuck.request)).rejects.toThrow(/cancel/);
    await lockWaited(holder, 'start_and_claim');
    const [id] = await startUnheard(template);
    host.get(WorkerLoop).wake();
    await holder.query(`select pg_cancel_backend(pid) from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock' and query like '%start_and_claim%'`);
    await start;
    await ended(host, id!);
    await holder.query('rollback');
  });

  it('looks as soon as its limit is raised', async () => {
    const gate = aGate();
    const script = gated(gate);
    const template = aTemplate();
    const limits = { minConcurrency: 1, concurrency: 2 };
    const host = await anIdleHost({ templates: [template], handlers: script.handlers, worker: limits });
    await host.tasks.start(template.request);
    await running(script);
    await startUnheard(template);
    host.get(ConcurrencyGovernor).runOnce({ eventLoopDelayMs: 0, connectionWaitMs: 0, isSaturated: true });
    await running(script, 2);
    gate.open();
  });
});

describe('a process that works on something', () => {
  it('begins at once what it starts beside it, in a transaction or not', async () => {
    const gate = aGate();
    let first: string | undefined;
    const script = gated(gate, ({ task }) => task.id === (first ??= task.id));
    const template = aTemplate();
    const host = await anIdleHost({ templates: [template], handlers: script.handlers });
    await host.tasks.start(template.request);
    await running(script);
    const beside = await host.tasks.start(template.request);
    await ended(host, beside.id);
    const inside = await lab.persistence.dataSource.transaction((manager) =>
      host.tasks.start(template.request, { manager }),
    );
    await ended(host, inside.id);
    gate.open();
  });
});
