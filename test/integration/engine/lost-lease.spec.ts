import type { Client } from 'pg';
import { describe, expect, it, jest } from '@jest/globals';
import { EventBus, StepAbandonedError, type EventPayload } from 'nestjs-tasker';
import { WorkerIdentity } from '../../../lib/engine/steps/worker.identity.js';
import { Worker, type PassReport } from '../../../lib/engine/steps/worker.js';
import { WorkerGateway } from '../../../lib/persistence/worker.gateway.js';
import { aGate, eventually } from '../../support/eventually.js';
import { aTemplate, independent } from '../../support/factories.js';
import { COMMITTED_EVENTS } from '../../support/heard.events.js';
import { movesOf, stepHistory } from '../../support/history.js';
import type { Host } from '../../support/host.js';
import { brokenInvariants } from '../../support/invariants.js';
import { useLab } from '../../support/lab.js';
import { aScript } from '../../support/script.js';
import { lockWaited } from '../../support/waiting.js';
import { statesOf } from '../../support/workflow.js';

const lab = useLab();

/** A worker that acts only when something happens: it neither looks now and then nor beats by itself in time. */
const worker = { enabled: true, pollIntervalMs: 600_000, leaseSeconds: 600 };

/** What another worker does about one whose lease ran out. */
async function declareLost(workerId: string): Promise<void> {
  await lab.query(
    `update __schema__.workers set last_heartbeat_at = now() - interval '1 day' where worker_id = $1`,
    workerId,
  );
  await lab.persistence.workers.reapLostWorkers();
}

const ended = (host: Host, id: string, state: 'complete' | 'error' = 'complete') =>
  eventually(async () => expect((await host.kit.task(id)).state).toBe(state));

/** The worker that finished a step, and after how many attempts. */
async function finishOf(taskId: string): Promise<{ workerId: string | null; attempt: number }[]> {
  const history = await stepHistory(lab, taskId);
  return history.filter(({ to }) => to === 'complete').map(({ workerId, attempt }) => ({ workerId, attempt }));
}

describe('a worker that was declared lost while it runs a step', () => {
  /** The first attempt runs until the gate opens, later ones return at once. */
  async function aHeldStep(concurrency: number) {
    const [running, finish] = [aGate(), aGate()];
    const reasons: unknown[] = [];
    const stale: EventPayload<'step.outcome_stale'>[] = [];
    const script = aScript({
      only: async ({ attempt, signal }) => {
        if (attempt > 1) return { attempt };
        signal.addEventListener('abort', () => reasons.push(signal.reason));
        running.open();
        await finish.passed;
        return { late: true };
      },
    });
    const template = aTemplate();
    const host = await lab.open({
      templates: [template],
      handlers: script.handlers,
      worker: { ...worker, concurrency },
    });
    host.get(EventBus).on('step.outcome_stale', (fact) => stale.push(fact));
    const { id } = await host.tasks.start(template.request);
    await running.passed;
    const identity = host.get(WorkerIdentity);
    const before = identity.current()!;
    return { host, id, template, script, finish, reasons, stale, identity, before };
  }

  it('hears it from its next heartbeat: it aborts the step and goes on under a new identity', async () => {
    // With room for one step only, what it drops is what makes room for the next.
    const { host, id, finish, reasons, identity, before } = await aHeldStep(1);
    await declareLost(before);
    expect(reasons).toEqual([]);
    await host.kit.beat();
    expect(reasons).toEqual([expect.any(StepAbandonedError)]);
    expect(reasons).toEqual([expect.objectContaining({ reason: 'lease_lost' })]);

    await ended(host, id);
    expect(identity.current()).not.toBe(before);
    expect(await finishOf(id)).toEqual([{ workerId: identity.current(), attempt: 2 }]);
    finish.open();
    await eventually(() => expect(host.get(Worker).isIdle).toBe(true));
    expect((await host.kit.task(id)).steps[0]).toMatchObject({ attempts: 2, results: { attempt: 2 } });
  });

  it('has the late outcome refused, tells so in an event, and goes on under a new identity', async () => {
    // With room for another, it might look for one, hear of its loss by that and drop the step before this has an outcome.
    const { host, id, finish, stale, identity, before } = await aHeldStep(1);
    await declareLost(before);
    finish.open();
    await ended(host, id);
    await eventually(() =>
      expect(stale).toMatchObject([{ taskId: id, step: 'only', attempt: 1, workerId: before, outcome: 'complete' }]),
    );
    expect(await finishOf(id)).toEqual([{ workerId: identity.current(), attempt: 2 }]);
    expect((await host.kit.task(id)).steps[0]).toMatchObject({ attempts: 2, results: { attempt: 2 } });
  });

  it('drops everything it runs when it hears it while it records one of the steps', async () => {
    const gates = { one: aGate(), two: aGate() };
    const aborted: unknown[] = [];
    const begun: string[] = [];
    const script = aScript(
      Object.fromEntries(
        (['one', 'two'] as const).map((name) => [
          name,
          async ({ attempt, signal }) => {
            if (attempt > 1) return;
            signal.addEventListener('abort', () => aborted.push(name));
            begun.push(name);
            await gates[name].passed;
          },
        ]),
      ),
    );
    const template = aTemplate(independent('one', 'two'));
    const host = await lab.open({ templates: [template], handlers: script.handlers, worker });
    const { id } = await host.tasks.start(template.request);
    await eventually(() => expect(begun).toHaveLength(2));
    await declareLost(host.get(WorkerIdentity).current()!);
    gates.one.open();
    await ended(host, id);
    expect(aborted).toContain('two'); // and the first one, if the notice of ready steps is faster than its end
    expect((await host.kit.task(id)).steps).toMatchObject([{ attempts: 2 }, { attempts: 2 }]);
    expect(await brokenInvariants(lab.persistence)).toEqual({});
    gates.two.open();
  });

  it('has one row in the database for each of its identities', async () => {
    const { host, id, finish, before } = await aHeldStep(1);
    await declareLost(before);
    finish.open();
    await ended(host, id);
    const rows = await lab.query('select lost_at is not null as lost, pid from __schema__.workers order by worker_id');
    expect(rows).toEqual([
      { lost: true, pid: process.pid },
      { lost: false, pid: process.pid },
    ]);
  });
});

/** A pass after a connection broke: the pool may not know so yet and give it to this pass as well, which then fails. */
const passAgain = (hand: Worker, want?: number): Promise<PassReport> => eventually(() => hand.runOnce(want));

/** Does away with the session that comes to wait for a lock in this statement. */
async function endWaiting(holder: Client, statement: string, by = 'pg_terminate_backend'): Promise<void> {
  await lockWaited(holder, statement);
  // More than once, as a session that looks for deadlocks does not count as waiting at that moment.
  await eventually(async () => {
    const { rowCount } = await holder.query(
      `select ${by}(pid) from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock' and position($1 in query) > 0`,
      [statement],
    );
    expect(rowCount).toBe(1);
  });
}

describe('a pass that fails', () => {
  /** Runs `work` while the task is locked, and does away with the pass that comes to wait for it. */
  async function breakPass(taskId: string, work: () => unknown, by?: 'pg_cancel_backend'): Promise<void> {
    const holder = await lab.connect();
    try {
      await holder.query('begin');
      await holder.query('select from tasker.tasks where task_id = $1 for no key update', [taskId]);
      work();
      await endWaiting(holder, 'advance', by);
    } finally {
      await holder.query('commit');
    }
  }

  it('keeps its outcomes when its connection breaks, and the next one delivers them', async () => {
    const template = aTemplate();
    const { tasks, kit, get } = await lab.open({ templates: [template], handlers: aScript().handlers });
    const { id } = await tasks.start(template.request);
    const hand = get(Worker);
    await hand.runOnce();
    await hand.settled();

    let broken!: Promise<unknown>;
    await breakPass(id, () => (broken = expect(hand.runOnce()).rejects.toThrow(/terminat/)));
    await broken;
    expect(hand.waitingOutcomes).toBe(1);
    expect(await statesOf(lab.persistence, id)).toEqual({ only: 'in_progress' });

    expect(await passAgain(hand)).toMatchObject({ recorded: 1, claimed: 0 });
    expect(await kit.task(id)).toMatchObject({ state: 'complete', steps: [{ attempts: 1 }] });
    expect(await movesOf(lab, id, 'only')).toEqual(['pending > in_progress', 'in_progress > complete']);
  });

  it('is tried again by itself, and nothing runs twice', async () => {
    const [running, finish] = [aGate(), aGate()];
    const script = aScript({ only: () => (running.open(), finish.passed) });
    const template = aTemplate();
    const host = await lab.open({ templates: [template], handlers: script.handlers, worker });
    const { id } = await host.tasks.start(template.request);
    await running.passed;
    await breakPass(id, () => finish.open());
    await ended(host, id);
    expect(script.runs).toHaveLength(1);
    expect(await movesOf(lab, id, 'only')).toEqual(['pending > in_progress', 'in_progress > complete']);
  });

  it('is no fault of its outcomes when an operator or a statement timeout cancels it', async () => {
    const template = aTemplate();
    const { tasks, kit, get } = await lab.open({ templates: [template], handlers: aScript().handlers });
    const { id } = await tasks.start(template.request);
    const hand = get(Worker);
    await hand.runOnce();
    await hand.settled();
    let cancelled!: Promise<unknown>;
    const pass = (): unknown => (cancelled = expect(hand.runOnce()).rejects.toThrow(/cancel/));
    await breakPass(id, pass, 'pg_cancel_backend');
    await cancelled;
    await hand.runOnce();
    expect(await kit.task(id)).toMatchObject({
      state: 'complete',
      steps: [{ results: { step: 'only' }, error: null }],
    });
  });

  /** Breaks the connection between the commit and the answer, which no test could hit from outside. */
  const loseNextAnswer = (host: Host): void => {
    const gateway = host.get(WorkerGateway);
    const advance = gateway.advance.bind(gateway);
    jest.spyOn(gateway, 'advance').mockImplementationOnce(async (request) => {
      await advance(request);
      throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    });
  };

  it('hands back the steps whose claim it never heard of, with the attempt not counted', async () => {
    const template = aTemplate(independent('one', 'two', 'three'));
    const script = aScript();
    const host = await lab.open({ templates: [template], handlers: script.handlers });
    const { id } = await host.tasks.start(template.request);
    loseNextAnswer(host);
    await expect(host.get(Worker).runOnce()).rejects.toThrow('ECONNRESET');
    expect(Object.values(await statesOf(lab.persistence, id))).toEqual(Array(3).fill('in_progress'));

    await host.kit.runUntilIdle();
    expect(await host.kit.task(id)).toMatchObject({
      state: 'complete',
      steps: [{ attempts: 1 }, { attempts: 1 }, { attempts: 1 }],
    });
    expect(script.runs).toHaveLength(3);
  });

  it('repeats outcomes that were recorded although the answer was lost, which changes nothing', async () => {
    const template = aTemplate();
    const host = await lab.open({ templates: [template], handlers: aScript().handlers });
    const { id } = await host.tasks.start(template.request);
    const hand = host.get(Worker);
    await hand.runOnce();
    await hand.settled();
    loseNextAnswer(host);
    await expect(hand.runOnce()).rejects.toThrow('ECONNRESET');
    const before = await host.kit.task(id);
    expect(before.state).toBe('complete');
    await hand.runOnce();
    expect(await host.kit.task(id)).toEqual(before);
    expect(await movesOf(lab, id, 'only')).toEqual(['pending > in_progress', 'in_progress > complete']);
    expect(hand.isIdle).toBe(true);
  });
});

describe('a claimed step whose template cannot be read', () => {
  it('goes back with the attempt not counted, and runs when the database answers again', async () => {
    const template = aTemplate();
    const script = aScript();
    const told: string[] = [];
    const host = await lab.open({ templates: [template], handlers: script.handlers });
    host.get(EventBus).on(COMMITTED_EVENTS, (_, name) => told.push(name));
    const { id } = await host.tasks.start(template.request);
    const hand = host.get(Worker);
    const holder = await lab.connect();
    try {
      await holder.query('begin; lock table tasker.named_steps');
      const pass = hand.runOnce();
      await endWaiting(holder, 'named_steps');
      expect(await pass).toMatchObject({ claimed: 1 });
    } finally {
      await holder.query('commit');
    }
    expect(script.runs).toEqual([]);

    expect(await passAgain(hand, 0)).toMatchObject({ recorded: 1, dueInSeconds: 1 }); // which the loop waits for
    expect(await hand.runOnce()).toMatchObject({ claimed: 0 }); // not at once, or it would go round and round
    expect(await host.kit.runToEnd(id)).toMatchObject({ state: 'complete', steps: [{ attempts: 1 }] });
    expect(script.runs).toHaveLength(1);
    expect(told.filter((name) => name.startsWith('step.'))).toEqual(['step.execution_requested', 'step.completed']);
  });
});
