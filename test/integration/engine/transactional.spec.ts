import { describe, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { EventBus, PermanentError, type StepContext } from 'nestjs-tasker';
import { Worker } from '../../../lib/engine/steps/worker.js';
import { CancellationWatcher } from '../../../lib/engine/steps/cancellation.watcher.js';
import { aGate, eventually } from '../../support/eventually.js';
import { aChain, aTemplate, ONE_STEP } from '../../support/factories.js';
import { COMMITTED_EVENTS } from '../../support/heard.events.js';
import type { HostSettings, StepFunction } from '../../support/host.js';
import { brokenInvariants } from '../../support/invariants.js';
import { useLab } from '../../support/lab.js';
import { connect } from '../../support/persistence.js';
import { useStage } from '../../support/stage.js';
import { lockWaited } from '../../support/waiting.js';
import { BY } from '../../support/operations.js';
import { aScript } from '../../support/script.js';
import { statesOf } from '../../support/workflow.js';

const lab = useLab();
const play = useStage(lab);
beforeAll(() => lab.query('create table effects (step text, attempt integer)'));
beforeEach(() => lab.query('truncate effects'));

const effects = () => lab.query<{ step: string; attempt: number }>('select step, attempt from effects order by 1, 2');

const leaveEffect = async ({ manager, step, attempt }: StepContext): Promise<void> => {
  await manager.query('insert into effects (step, attempt) values ($1, $2)', [step.name, attempt]);
};

async function started(act: StepFunction, nodes = ONE_STEP, settings = {}) {
  const first = nodes[0]!.name;
  const template = aTemplate(nodes, { steps: { [first]: { transactional: true, ...settings } } });
  const script = aScript({ [first]: act });
  const host = await play({ templates: [template], handlers: script.handlers });
  const { id } = await host.tasks.start(template.request);
  return { ...host, id, script };
}

describe('a transactional step', () => {
  it('does its work and is complete in one transaction, and frees what depends on it', async () => {
    const { id, kit, get } = await started(
      async (context) => {
        await leaveEffect(context);
        expect(await effects()).toEqual([]); // nobody else sees it yet
        return { done: true };
      },
      aChain('pay', 'after'),
    );
    const heard: string[] = [];
    get(EventBus).on(COMMITTED_EVENTS, (_, name) => heard.push(name));
    expect((await kit.runToEnd(id)).state).toBe('complete');
    expect(await effects()).toEqual([{ step: 'pay', attempt: 1 }]);
    expect((await kit.task(id)).steps[0]).toMatchObject({ state: 'complete', results: { done: true } });
    expect(heard.filter((name) => name === 'step.completed')).toHaveLength(2);
    expect(heard.at(-1)).toBe('task.completed');
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });

  it('is announced as complete, too, if it is taken for revoked while it commits', async () => {
    const { id, get, kit } = await started(leaveEffect, aChain('pay', 'after'));
    const heard: unknown[] = [];
    get(EventBus).on('step.completed', ({ taskId, step }) => heard.push([taskId, step]));
    const holder = await connect(lab.url);
    try {
      await lab.query(`create function wait_at_commit() returns trigger language plpgsql as
        $$ begin perform pg_advisory_xact_lock(20); return null; end $$`);
      await lab.query(`create constraint trigger at_commit after insert on effects deferrable initially deferred
        for each row execute function wait_at_commit()`);
      await holder.query('select pg_advisory_lock(20)');
      const worker = get(Worker);
      await worker.runOnce();
      await lockWaited(holder, 'COMMIT');
      for (const claimed of worker.claims()) worker.revoke(claimed, 'cancelled');
      await holder.query('select pg_advisory_unlock(20)');
      await eventually(() => expect(heard).toEqual([[id, 'pay']]));
    } finally {
      await holder.end();
      await lab.query('drop trigger at_commit on effects');
      await lab.query('drop function wait_at_commit()');
    }
    expect((await kit.runToEnd(id)).state).toBe('complete');
    expect(heard).toEqual([
      [id, 'pay'],
      [id, 'after'],
    ]);
  });

  it('is dated by when it ended, not by when its transaction began', async () => {
    let ended!: string; // with its microseconds
    const { id, kit } = await started(async ({ manager }) => {
      [{ ended }] = await manager.query<[{ ended: string }]>('select clock_timestamp()::text as ended');
    });
    await kit.runToEnd(id);
    const rows = await lab.query(
      `select x.is_later from (
         select h.created_at > $2::timestamptz and
           h.duration_seconds >= extract(epoch from $2::timestamptz - s.last_attempted_at) as is_later
         from tasker.workflow_step_transitions h join tasker.workflow_steps s using (workflow_step_id)
         where h.task_id = $1 and h.to_state = 'complete'
         union all select processed_at > $2::timestamptz from tasker.workflow_steps where task_id = $1
         union all select created_at > $2::timestamptz from tasker.task_transitions where task_id = $1 and to_state = 'complete'
         union all select completed_at > $2::timestamptz from tasker.tasks where task_id = $1
       ) x`,
      id,
      ended,
    );
    expect(rows).toEqual(Array(4).fill({ is_later: true }));
  });

  it('that throws leaves nothing, is retried, and leaves its work once', async () => {
    const { id, kit } = await started(async (context) => {
      await leaveEffect(context);
      if (context.attempt < 3) throw new Error('not yet');
    });
    expect((await kit.runToEnd(id)).state).toBe('complete');
    expect(await effects()).toEqual([{ step: 'only', attempt: 3 }]);
  });

  it('that fails for good leaves nothing', async () => {
    const { id, kit } = await started(async (context) => {
      await leaveEffect(context);
      throw new PermanentError('no', { code: 'NO' });
    });
    expect((await kit.runToEnd(id)).steps[0]).toMatchObject({ state: 'error', attempts: 1, error: { code: 'NO' } });
    expect(await effects()).toEqual([]);
  });

  it('whose results cannot be stored leaves nothing', async () => {
    const { id, kit } = await started(async (context) => {
      await leaveEffect(context);
      return new Map();
    });
    expect((await kit.runToEnd(id)).steps[0]!.error).toMatchObject({ code: 'INVALID_RESULTS', permanent: true });
    expect(await effects()).toEqual([]);
  });

  it('whose statement fails is a failed attempt with the error of the database', async () => {
    const { id, kit } = await started(async ({ manager }) => manager.query('select 1 / 0'));
    await kit.runUntilIdle();
    expect((await kit.task(id)).steps[0]!.error).toMatchObject({ message: 'division by zero', code: '22012' });
  });

  it('that is cancelled while it runs leaves nothing', async () => {
    const begun = aGate();
    const end = aGate();
    const { id, get, tasks, kit } = await started(async (context) => {
      await leaveEffect(context);
      begun.open();
      await end.passed;
    });
    await get(Worker).runOnce();
    await begun.passed;
    await tasks.cancel(id, BY);
    end.open();
    await get(Worker).settled();
    await get(CancellationWatcher).lookOnce();
    await eventually(async () => expect(await openTransactions()).toBe(0));
    expect(await effects()).toEqual([]);
    expect((await kit.task(id)).state).toBe('cancelled');
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });

  it('works at the isolation level of its outcome, whatever that of the server is', async () => {
    const template = aTemplate(ONE_STEP, { steps: { only: { transactional: true } } });
    const script = aScript({ only: ({ manager }) => manager.query('show transaction_isolation') });
    const extra = { options: '-c default_transaction_isolation=serializable' };
    const dataSource = { extra } as HostSettings['dataSource'] & object;
    const { tasks, kit } = await lab.open({ templates: [template], handlers: script.handlers, dataSource });
    const { id } = await tasks.start(template.request);
    const [step] = (await kit.runToEnd(id)).steps;
    expect(step!.results).toEqual([{ transaction_isolation: 'read committed' }]);
  });

  it('that ignores its abort loses its connection, and with it the locks that it holds', async () => {
    const never = aGate();
    const template = aTemplate(ONE_STEP, { steps: { only: { transactional: true, timeoutSeconds: 0.1 } } });
    let backend: { pid: number } | undefined;
    const script = aScript({
      only: async ({ manager }) => {
        [backend] = await manager.query<[{ pid: number }]>('select pg_backend_pid() as pid');
        await never.passed;
      },
    });
    const database = { statementTimeoutMs: 300 };
    const host = await lab.open({ templates: [template], handlers: script.handlers, database });
    await host.tasks.start(template.request);
    await host.get(Worker).runOnce();
    try {
      await eventually(() => expect(backend).toBeDefined());
      const isThere = () => lab.query('select from pg_stat_activity where pid = $1', backend!.pid);
      await eventually(async () => expect(await isThere()).toEqual([]));
    } finally {
      never.open();
    }
  });

  it('that runs out of time leaves nothing, though its handler ends later', async () => {
    const end = aGate();
    const { id, kit, get } = await started(
      async (context) => {
        await leaveEffect(context);
        if (context.attempt === 1) await end.passed;
      },
      ONE_STEP,
      { timeoutSeconds: 0.05 },
    );
    await kit.runUntilIdle();
    expect((await kit.task(id)).steps[0]!.error).toMatchObject({ code: 'STEP_TIMEOUT' });
    end.open();
    await get(Worker).settled();
    await eventually(async () => expect(await openTransactions()).toBe(0));
    expect(await effects()).toEqual([]);
    expect((await kit.runToEnd(id)).state).toBe('complete');
    expect(await effects()).toEqual([{ step: 'only', attempt: 2 }]);
  });

  it('that ends too late leaves nothing, although its failure is not recorded yet', async () => {
    const aborted = aGate();
    const end = aGate();
    const { id, kit, get } = await started(
      async (context) => {
        context.signal.addEventListener('abort', () => aborted.open());
        await leaveEffect(context);
        await end.passed;
      },
      ONE_STEP,
      { timeoutSeconds: 0.05 },
    );
    await get(Worker).runOnce();
    await aborted.passed;
    end.open();
    await eventually(async () => expect(await openTransactions()).toBe(0));
    expect(await effects()).toEqual([]);
    await kit.runUntilIdle();
    expect((await kit.task(id)).steps[0]!.error).toMatchObject({ code: 'STEP_TIMEOUT' });
  });

  it('that ended in time is complete however long its commit takes, and is announced', async () => {
    const client = await lab.connect();
    const held = aGate();
    let deadline = Infinity;
    const { id, kit, get } = await started(
      async (context) => {
        await held.passed;
        await leaveEffect(context);
        deadline = context.deadline.getTime();
      },
      ONE_STEP,
      { timeoutSeconds: 1 },
    );
    const heard: string[] = [];
    get(EventBus).on(COMMITTED_EVENTS, (_, name) => heard.push(name));
    await client.query('begin');
    await get(Worker).runOnce();
    await client.query('select from tasker.tasks where task_id = $1 for no key update', [id]);
    held.open();
    await lockWaited(client, 'record_transactional');
    await eventually(() => expect(Date.now()).toBeGreaterThan(deadline + 50));
    await client.query('commit');
    await get(Worker).settled();
    await eventually(() => expect(heard).toContain('task.completed'));
    expect(heard).not.toContain('step.failed');
    expect((await kit.task(id)).state).toBe('complete');
    expect(await effects()).toHaveLength(1);
  });

  it('whose worker was declared lost leaves nothing, and the work of the other attempt is there once', async () => {
    const begun = aGate();
    const end = aGate();
    const { id, get, kit } = await started(async (context) => {
      await leaveEffect(context);
      if (context.attempt > 1) return;
      begun.open();
      await end.passed;
    });
    await get(Worker).runOnce();
    await begun.passed;
    await lab.query(`update tasker.workers set last_heartbeat_at = now() - interval '1 hour'`);
    await lab.persistence.workers.reapLostWorkers();
    const other = await lab.open({ templates: [], handlers: aScript({ only: leaveEffect }).handlers });
    await other.kit.runUntilIdle();
    expect(await effects()).toEqual([{ step: 'only', attempt: 2 }]);
    end.open();
    await get(Worker).settled();
    await eventually(async () => expect(await openTransactions()).toBe(0));
    expect(await effects()).toEqual([{ step: 'only', attempt: 2 }]);
    expect((await kit.task(id)).state).toBe('complete');
  });

  it('may start a task in its transaction', async () => {
    const child = aTemplate();
    const parent = aTemplate(aChain('parent'), { steps: { parent: { transactional: true } } });
    const script = aScript({
      parent: async ({ manager, attempt }) => {
        await host.tasks.start(child.request, { manager });
        if (attempt === 1) throw new Error('once');
      },
    });
    const host = await play({ templates: [child, parent], handlers: script.handlers });
    const { id } = await host.tasks.start(parent.request);
    await host.kit.runToEnd(id);
    expect(await lab.query(`select state from tasker.tasks where task_id <> $1`, id)).toHaveLength(1);
  });

  it('is so by its decorator as well', async () => {
    const template = aTemplate();
    const host = await lab.open({
      templates: [template],
      handlers: { 'tests.step': { transactional: true, process: leaveEffect } },
    });
    const { id } = await host.tasks.start(template.request);
    await host.kit.runToEnd(id);
    expect(await effects()).toHaveLength(1);
  });

  it('leaves connections to the engine however many run, and each gets its turn', async () => {
    const template = aTemplate(ONE_STEP, { steps: { only: { transactional: true } } });
    let running = 0;
    let most = 0;
    const act = async (context: StepContext): Promise<void> => {
      most = Math.max(most, ++running);
      await leaveEffect(context);
      running--;
    };
    const host = await lab.open({
      templates: [template],
      handlers: aScript({ only: act }).handlers,
      worker: { enabled: true },
      dataSource: { poolSize: 5 },
    });
    await host.tasks.startMany(Array.from({ length: 40 }, () => template.request));
    await eventually(async () => expect(await effects()).toHaveLength(40));
    expect(most).toBeLessThanOrEqual(3);
  });
});

describe('transactional steps for which there is no place', () => {
  const PLACES = 3;

  /** Tasks whose steps wait for their gate in this process, which has places for three. */
  async function crowded(count: number) {
    const template = aTemplate(ONE_STEP, { steps: { only: { transactional: true } } });
    const plain = aTemplate();
    const gate = aGate();
    let running = 0;
    const act = async ({ task }: StepContext): Promise<void> => {
      if (task.name !== template.request.name) return;
      running++;
      await gate.passed;
    };
    const host = await lab.open({
      templates: [template, plain],
      handlers: aScript({ only: act }).handlers,
      worker: { enabled: true, pollIntervalMs: 600_000 },
      dataSource: { poolSize: PLACES + 2 },
    });
    await host.tasks.startMany(Array.from({ length: count }, () => template.request));
    await eventually(() => expect(running).toBe(PLACES));
    return { ...host, template, plain, gate };
  }

  const states = async () =>
    (await lab.query<{ state: string }>('select state from tasker.workflow_steps order by 1')).map(
      ({ state }) => state,
    );

  it('stay with everybody, with their time and attempts untouched', async () => {
    const { gate, get } = await crowded(10);
    await eventually(async () => {
      expect(await states()).toEqual([
        ...Array<string>(PLACES).fill('in_progress'),
        ...Array<string>(7).fill('pending'),
      ]);
    });
    expect(get(Worker).waitingOutcomes).toBe(0);
    gate.open();
    await eventually(async () => expect(await states()).toEqual(Array(10).fill('complete')));
    expect(await lab.query('select from tasker.workflow_steps where attempts - attempts_before <> 1')).toEqual([]);
  });

  it('are asked for once, and then only as places become free', async () => {
    const { gate, tasks, template, plain } = await crowded(10);
    const { id } = await tasks.start(plain.request);
    await eventually(async () => expect(await statesOf(lab.persistence, id)).toEqual({ only: 'complete' }));
    await tasks.startMany(Array.from({ length: 10 }, () => template.request));
    gate.open();
    await eventually(async () => expect(await states()).toEqual(Array(21).fill('complete')));
    const released = await lab.query(
      `select from tasker.workflow_step_transitions where from_state = 'in_progress' and to_state = 'pending'`,
    );
    expect(released.length).toBeLessThanOrEqual(10 - PLACES);
  });
});

describe('a step that is not transactional', () => {
  it('has no manager, and is told how to get one', async () => {
    const template = aTemplate();
    const host = await play({ templates: [template], handlers: aScript({ only: leaveEffect }).handlers });
    const { id } = await host.tasks.start(template.request);
    await host.kit.runUntilIdle();
    expect((await host.kit.task(id)).steps[0]!.error).toMatchObject({
      code: 'NOT_TRANSACTIONAL',
      message: 'Step "only" is not transactional. Set transactional: true in its template or in @StepHandler.',
    });
  });
});

async function openTransactions(): Promise<number> {
  const rows = await lab.query(
    `select from pg_stat_activity where datname = current_database() and state = 'idle in transaction'`,
  );
  return rows.length;
}
