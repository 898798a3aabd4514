import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { EventBus, PermanentError, RetryableError, type StepContext, type TaskerModuleOptions } from 'nestjs-tasker';
import { DataSource } from 'typeorm';
import { Worker } from '../../../lib/engine/steps/worker.js';
import { WorkerMaintenance } from '../../../lib/engine/steps/worker.maintenance.js';
import { WorkerHealth } from '../../../lib/engine/steps/worker.health.js';
import { CancellationWatcher } from '../../../lib/engine/steps/cancellation.watcher.js';
import { isOfOnePart } from '../../../lib/persistence/sql.errors.js';
import { aGate, eventually } from '../../support/eventually.js';
import { aChain, aTemplate, independent, ONE_STEP, type TestTemplate } from '../../support/factories.js';
import { claimsAtBirth } from '../../support/history.js';
import type { Host } from '../../support/host.js';
import { brokenInvariants } from '../../support/invariants.js';
import { useLab } from '../../support/lab.js';
import { BY } from '../../support/operations.js';
import { aScript, failing } from '../../support/script.js';
import { useStage } from '../../support/stage.js';
import { countedTotals, keptTotals } from '../../support/totals.js';
import { HandWorker } from '../../support/workflow.js';

const lab = useLab();
const byHand = useStage(lab);
const worker = { enabled: true, pollIntervalMs: 20 };

/** A rule of the host's own on a table of ours, such as an audit trigger that fails. */
async function refuse(table: string, condition: string, events = 'insert or update'): Promise<void> {
  await lab.query(
    `create or replace function __schema__.refuse_${table}() returns trigger language plpgsql as $$
     begin
       if ${condition} then raise exception 'the auditor says nö'; end if;
       return coalesce(new, old);
     end $$`,
  );
  await lab.query(
    `create trigger refuse before ${events} on __schema__.${table} for each row execute function __schema__.refuse_${table}()`,
  );
}

async function allow(): Promise<void> {
  const functions = await lab.query<{ name: string }>(
    `select proname as name from pg_proc where pronamespace = '__schema__'::regnamespace and proname like 'refuse\\_%'
       and prorettype = 'trigger'::regtype`,
  );
  for (const { name } of functions) await lab.query(`drop function __schema__.${name}() cascade`);
}
afterEach(allow);
afterEach(() => void jest.restoreAllMocks());

/** Sets the clock forward by which waits are measured. */
function passSeconds(seconds: number): void {
  const now = performance.now.bind(performance);
  jest.spyOn(performance, 'now').mockImplementation(() => now() + seconds * 1_000);
}

const faultsOf = (host: Host): string[] =>
  Object.keys(host.get(WorkerHealth).checks()).filter((key) => key !== 'worker');

const stepsOf = async (host: Host, id: string) =>
  Object.fromEntries((await host.kit.task(id)).steps.map((step) => [step.name, step]));

const reaches = (host: Host, id: string, state: string): Promise<void> =>
  eventually(async () => expect((await host.kit.task(id)).state).toBe(state));

const refusedError = (permanent: boolean) => ({
  code: 'OUTCOME_REFUSED',
  class: 'OutcomeRefused',
  permanent,
  message: 'The database refused the outcome of this step (SQLSTATE P0001): the auditor says n?',
  context: {},
});

/** Tasks of one step each, which run until the gate opens, so that their outcomes travel in one batch. */
async function runningTogether(templates: readonly TestTemplate[], settings: TaskerModuleOptions = {}) {
  const finish = aGate();
  const script = aScript({
    only: async () => {
      await finish.passed;
      return { done: true };
    },
  });
  const host = await lab.open({ templates: [...templates], handlers: script.handlers, ...settings });
  const started = await host.tasks.startMany(templates.map(({ request }) => request));
  if (settings.worker?.enabled) await eventually(() => expect(script.runs).toHaveLength(templates.length));
  return { host, ids: started.map(({ id }) => id), script, finish };
}

describe('an outcome that the database refuses', () => {
  /** Three steps that run until the gate opens, so that their outcomes travel in one batch. */
  async function threeSteps(settings: TaskerModuleOptions = {}) {
    const finish = aGate();
    const act = async ({ step }: StepContext): Promise<unknown> => {
      await finish.passed;
      return { from: step.name };
    };
    const script = aScript({ good: act, bad: act, fine: act });
    const template = aTemplate(independent('good', 'bad', 'fine'));
    const play = { templates: [template], handlers: script.handlers };
    const host = await (settings.worker ? lab.open({ ...play, ...settings }) : byHand(play));
    const { id } = await host.tasks.start(template.request);
    return { host, id, script, finish };
  }

  it.each([
    ['stepped by hand', {}],
    ['working by itself', { worker }],
  ])('becomes the failure of its step and holds up no other (%s)', async (_, settings) => {
    await refuse('workflow_steps', `new.results ->> 'from' = 'bad'`);
    const { host, id, script, finish } = await threeSteps(settings);
    if ('worker' in settings) await eventually(() => expect(script.runs).toHaveLength(3));
    finish.open();
    if (!('worker' in settings)) await host.kit.runUntilIdle();
    await reaches(host, id, 'error');
    const { good, bad, fine } = await stepsOf(host, id);
    expect([good, fine]).toMatchObject([{ state: 'complete' }, { state: 'complete' }]);
    expect(bad).toMatchObject({ state: 'error', attempts: 1, results: null, nextRetryAt: null });
    expect(bad!.error).toMatchObject(refusedError(true));
    expect(script.runs).toHaveLength(3);
    expect(faultsOf(host)).toEqual([]);
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });

  it('is kept, tried again alone and recorded as it was, if its failure is refused as well', async () => {
    const { host, id, script, finish } = await threeSteps({ worker });
    await eventually(() => expect(script.runs).toHaveLength(3));
    const { bad } = await stepsOf(host, id);
    await refuse('workflow_steps', `new.workflow_step_id = ${bad!.id}`);
    finish.open();
    await eventually(async () => {
      const { good, fine } = await stepsOf(host, id);
      expect([good, fine]).toMatchObject([{ state: 'complete' }, { state: 'complete' }]);
      expect(faultsOf(host)).toEqual(['outcomes']);
    });
    expect((await stepsOf(host, id)).bad).toMatchObject({ state: 'in_progress' });
    await allow();
    await reaches(host, id, 'complete');
    expect(script.runs).toHaveLength(3);
    await eventually(() => expect(faultsOf(host)).toEqual([])); // it is stored before it is answered
  });

  it('is tried again when it was a failure that would have been', async () => {
    const odd = new RetryableError('odd', { retryAfter: 0, context: { of: 'the host' } });
    const script = aScript({ only: failing(1, () => odd) });
    const template = aTemplate();
    const host = await byHand({ templates: [template], handlers: script.handlers });
    const failures: unknown[] = [];
    host
      .get(EventBus)
      .on('step.failed', ({ error, retryAt }) => failures.push({ ...error, willRetry: retryAt !== null }));
    await refuse('workflow_steps', `new.error ->> 'message' = 'odd'`);
    const { id } = await host.tasks.start(template.request);
    await host.kit.runUntilIdle();
    const { context, ...told } = refusedError(false);
    expect(context).toEqual({});
    expect(failures).toEqual([{ ...told, willRetry: true }]);
    expect(await host.kit.runToEnd(id)).toMatchObject({ state: 'complete', steps: [{ attempts: 2 }] });
  });

  it('is known by what was recorded to those who listen', async () => {
    await refuse('workflow_steps', `new.results ->> 'from' = 'bad'`);
    const { host, finish } = await threeSteps();
    const told: string[] = [];
    host.get(EventBus).on('step.completed', ({ step }) => told.push(`${step} completed`));
    host.get(EventBus).on('step.failed', ({ step, error }) => told.push(`${step} failed: ${error.code}`));
    finish.open();
    await host.kit.runUntilIdle();
    expect(told.toSorted()).toEqual(['bad failed: OUTCOME_REFUSED', 'fine completed', 'good completed']);
  });

  it('is refused also by a rule that is deferred to the commit, and holds up no other then', async () => {
    await lab.query(
      `create function __schema__.refuse_late() returns trigger language plpgsql as $$
       begin
         if new.results ->> 'from' = 'bad' then raise exception 'too late'; end if;
         return null;
       end $$`,
    );
    await lab.query(
      `create constraint trigger refuse after update on __schema__.workflow_steps
       deferrable initially deferred for each row execute function __schema__.refuse_late()`,
    );
    const { host, id, finish } = await threeSteps();
    finish.open();
    await host.kit.runUntilIdle();
    expect((await stepsOf(host, id)).bad).toMatchObject({ state: 'error', error: { code: 'OUTCOME_REFUSED' } });
    expect(await host.kit.task(id)).toMatchObject({ state: 'error' });
  });
});

describe('what is refused beside an outcome', () => {
  const [one, other] = [aTemplate(ONE_STEP, { namespace: 'one' }), aTemplate(ONE_STEP, { namespace: 'other' })];

  it('condemns nothing of a neighbour: the end of one task', async () => {
    const { host, ids, finish } = await runningTogether([one, other], { worker });
    await refuse('tasks', `new.task_id = ${ids[0]} and new.state = 'complete'`);
    finish.open();
    await reaches(host, ids[1]!, 'complete');
    await reaches(host, ids[0]!, 'error');
    expect((await stepsOf(host, ids[1]!)).only).toMatchObject({ state: 'complete', error: null });
  });

  it('condemns nothing that travels with a claim: a step that cannot be claimed', async () => {
    const { host, ids, finish, script } = await runningTogether([one, other], { worker });
    await refuse('workflow_step_transitions', `new.to_state = 'in_progress'`);
    const { id: stuck } = await host.tasks.start(one.request);
    await eventually(() => expect(faultsOf(host)).toEqual(['claims']));
    finish.open();
    for (const id of ids) await reaches(host, id, 'complete');
    expect(script.runs).toHaveLength(2);
    expect((await stepsOf(host, stuck)).only).toMatchObject({ state: 'pending', attempts: 0 });
    await allow();
    await reaches(host, stuck, 'complete');
    await eventually(() => expect(faultsOf(host)).toEqual([]));
  });

  it.each(['workflow_steps', 'workflow_step_transitions', 'tasks', 'ready_steps'])(
    'holds up no other step that is due: a rule on %s that refuses the claims of one task',
    async (table) => {
      const script = aScript();
      const templates = [one, other];
      const host = await lab.open({ templates, handlers: script.handlers, worker: { ...worker, concurrency: 2 } });
      const bad = await host.tasks.start({ ...one.request, priority: 100, runAt: new Date(Date.now() + 3_600_000) });
      const state = { workflow_step_transitions: 'to_state', ready_steps: null }[table] ?? 'state';
      const isBegun = table === 'ready_steps' ? 'new.worker_id is not null' : `new.${state} = 'in_progress'`;
      await refuse(table, `new.task_id = ${bad.id} and ${isBegun}`);
      await lab.query('update __schema__.ready_steps set run_at = now() where task_id = $1', bad.id);
      const good = await host.tasks.startMany(Array.from({ length: 12 }, (_, n) => templates[n % 2]!.request));
      for (const { id } of good) await reaches(host, id, 'complete');
      await eventually(() => expect(faultsOf(host)).toEqual(['claims']));
      expect(script.runs.filter(({ taskId }) => taskId === bad.id)).toEqual([]);
      await allow();
      await lab.query('update __schema__.ready_steps set run_at = now() where task_id = $1', bad.id);
      await reaches(host, bad.id, 'complete');
      expect(await brokenInvariants(lab.persistence)).toEqual({});
    },
  );

  it('does not keep tasks from being started by an idle process', async () => {
    const script = aScript();
    const office = await lab.open({ templates: [one, other], handlers: script.handlers });
    const bad = await office.tasks.start({ ...one.request, priority: 100 });
    await refuse('workflow_steps', `new.task_id = ${bad.id}`);
    const host = await lab.open({ templates: [one, other], handlers: script.handlers, worker });
    const { id } = await host.tasks.start(other.request);
    await reaches(host, id, 'complete');
  });
});

describe('limits that cannot be looked at', () => {
  const plain = aTemplate(aChain('one', 'two'));
  const limits = { concurrency: 1, rate: { count: 100, seconds: 1 } };
  const limited = aTemplate(aChain('narrow'), { steps: { narrow: { limits } } });

  it.each([
    ['limit_checks', 'delete'],
    ['limit_starts', 'insert'],
  ])('stop no plain step, and limited ones only until they are mended (%s)', async (table, events) => {
    const script = aScript();
    const host = await lab.open({ templates: [plain, limited], handlers: script.handlers, worker });
    await refuse(table, 'true', events);
    const { id: narrow } = await host.tasks.start(limited.request);
    await eventually(() => expect(faultsOf(host)).toEqual(['limits']));
    const started = await host.tasks.startMany(Array.from({ length: 5 }, () => plain.request));
    for (const { id } of started) await reaches(host, id, 'complete');
    expect(script.runsOf('narrow')).toEqual([]);
    await allow();
    await reaches(host, narrow, 'complete');
    await eventually(() => expect(faultsOf(host)).toEqual([]));
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });

  it('are looked at together with all else again when they are mended, after ten seconds', async () => {
    const host = await lab.open({
      templates: [plain, limited],
      handlers: aScript().handlers,
      worker: { enabled: true, pollIntervalMs: 600_000 },
    });
    await refuse('limit_starts', 'true', 'insert');
    await host.tasks.start(limited.request);
    await eventually(() => expect(faultsOf(host)).toEqual(['limits']));
    await eventually(() => expect(host.get(Worker).isIdle).toBe(true));
    await allow();
    passSeconds(10);
    const { id } = await host.tasks.start(plain.request);
    await reaches(host, id, 'complete');
    expect(await claimsAtBirth(lab, id)).toHaveLength(1);
    await eventually(() => expect(faultsOf(host)).toEqual([]));
  });

  it('lose no outcome of a limited step', async () => {
    const finish = aGate();
    const script = aScript({ narrow: () => finish.passed });
    const host = await lab.open({ templates: [plain, limited], handlers: script.handlers, worker });
    const { id: narrow } = await host.tasks.start(limited.request);
    await eventually(() => expect(script.runs).toHaveLength(1));
    await refuse('limit_checks', 'true', 'insert');
    finish.open();
    const { id } = await host.tasks.start(plain.request);
    await reaches(host, id, 'complete');
    await eventually(() => expect(faultsOf(host)).toContain('outcomes'));
    await allow();
    await reaches(host, narrow, 'complete');
    expect(script.runsOf('narrow')).toHaveLength(1);
  });
});

describe('deadlines that cannot be looked at', () => {
  /** As if an index of theirs were damaged: every read fails. */
  const DAMAGE = [
    'alter table __schema__.task_deadlines rename to deadlines',
    `create function __schema__.damage() returns boolean stable language plpgsql as $$ begin raise 'damaged'; end $$`,
    'create view __schema__.task_deadlines as select * from __schema__.deadlines where __schema__.damage()',
  ];
  const REPAIR = [
    'drop function __schema__.damage cascade',
    'alter table __schema__.deadlines rename to task_deadlines',
  ];
  const all = async (statements: readonly string[]): Promise<void> => {
    for (const statement of statements) await lab.query(statement);
  };

  it('stop no step', async () => {
    const template = aTemplate(aChain('one', 'two'));
    const host = await lab.open({ templates: [template], handlers: aScript().handlers, worker });
    await all(DAMAGE);
    try {
      const { id } = await host.tasks.start(template.request);
      await reaches(host, id, 'complete');
      await eventually(() => expect(faultsOf(host)).toContain('deadlines'));
    } finally {
      await all(REPAIR);
    }
  });
});

describe('totals that cannot be added to', () => {
  const perTable = async (): Promise<void> => {
    await lab.query(
      `create function __schema__.refuse_totals() returns trigger language plpgsql as
       $$ begin raise exception 'no statistics today'; end $$`,
    );
    await lab.query(
      `create trigger refuse before insert on __schema__.state_total_deltas
       for each statement execute function __schema__.refuse_totals()`,
    );
  };

  const byHand = (host: Host): Promise<void> => host.get(WorkerMaintenance).recountOnce();
  /** Within two seconds. */
  const byItself = (host: Host): Promise<void> => eventually(() => expect(faultsOf(host)).toEqual([]));

  it.each([
    ['a row at a time', () => refuse('state_total_deltas', 'true', 'insert'), byHand],
    ['a statement at a time', perTable, byItself],
  ])('stop nothing, and are counted once they can be (refused %s)', async (_, refuseTotals, mended) => {
    const plain = aTemplate(aChain('one', 'two'), { steps: { two: { transactional: true } } });
    const failingTask = aTemplate(aChain('bad'));
    const later = aTemplate(aChain('later'));
    const script = aScript({ bad: () => Promise.reject(new PermanentError('bad')) });
    const templates = [plain, failingTask, later];
    const host = await lab.open({ templates, handlers: script.handlers, worker });
    const early = await host.tasks.start({ ...later.request, runAt: new Date(Date.now() + 3_600_000) });
    await refuseTotals();

    const inIdle = await host.tasks.start(plain.request);
    const inHosts = await host.get(DataSource).transaction((manager) => host.tasks.start(plain.request, { manager }));
    const failed = await host.tasks.start(failingTask.request);
    await host.tasks.cancel(early.id, BY);
    await reaches(host, inIdle.id, 'complete');
    await reaches(host, inHosts.id, 'complete');
    await reaches(host, failed.id, 'error');
    await lab.query('delete from __schema__.tasks where task_id = $1', inIdle.id);
    expect((await stepsOf(host, inHosts.id)).two).toMatchObject({ state: 'complete', attempts: 1, error: null });
    expect(script.runsOf('one')).toHaveLength(2);
    await host.get(WorkerMaintenance).recountOnce();
    expect(faultsOf(host)).toEqual(['lost_totals']);
    expect(await keptTotals(lab.persistence)).not.toEqual(await countedTotals(lab.persistence));

    await allow();
    await mended(host);
    expect(faultsOf(host)).toEqual([]);
    expect(await keptTotals(lab.persistence)).toEqual(await countedTotals(lab.persistence));
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });
});

describe('the duties of the maintenance', () => {
  it('are done each for itself: one that is refused keeps neither the lease nor the others from their turn', async () => {
    const host = await lab.open({ templates: [], worker: { ...worker, leaseSeconds: 0.6 } });
    await refuse('limit_starts', 'true', 'delete');
    await lab.query(
      `insert into __schema__.limit_starts (limit_key, counts_until) values ('x', now() - interval '1 hour')`,
    );
    await refuse('workers', `new.lost_at is not null`, 'update');
    const silent = await HandWorker.register(lab.persistence, 0.001);
    await eventually(() => expect(faultsOf(host).toSorted()).toEqual(['limit_starts', 'lost_workers']));
    const renewed = async (): Promise<number> => {
      const [row] = await lab.query<{ at: Date }>(
        'select max(last_heartbeat_at) as at from __schema__.workers where worker_id <> $1',
        silent.id,
      );
      return row!.at.getTime();
    };
    const before = await renewed();
    await eventually(async () => expect(await renewed()).toBeGreaterThan(before));
    await allow();
    await eventually(() => expect(faultsOf(host)).toEqual([]));
  });
});

describe('a step of a lost worker that cannot be taken back', () => {
  it('keeps no other from going back', async () => {
    const template = aTemplate();
    const host = await lab.open({ templates: [template], handlers: aScript().handlers });
    const tasks = await host.tasks.startMany([template.request, template.request]);
    const lost = await HandWorker.register(lab.persistence, 0.001);
    expect(await lost.claim()).toHaveLength(2);
    await refuse('workflow_steps', `new.task_id = ${tasks[0]!.id}`);
    await host.kit.beat();
    expect((await stepsOf(host, tasks[0]!.id)).only).toMatchObject({ state: 'in_progress' });
    expect((await stepsOf(host, tasks[1]!.id)).only).toMatchObject({ state: 'error', error: { code: 'WORKER_LOST' } });
    expect(faultsOf(host)).toEqual(['lost_steps']);
    await allow();
    await host.kit.beat();
    expect((await stepsOf(host, tasks[0]!.id)).only).toMatchObject({ state: 'error', error: { code: 'WORKER_LOST' } });
    expect(faultsOf(host)).toEqual([]);
  });
});

describe('a task past its deadline that cannot be ended', () => {
  /** A host with two tasks past their deadline, of which the first cannot be ended. */
  async function refusedTask() {
    const template = aTemplate();
    const host = await lab.open({ templates: [template], handlers: aScript().handlers });
    const request = { ...template.request, deadlineAt: new Date(Date.now() + 3_600_000) };
    const [bad, good] = await host.tasks.startMany([request, request]);
    await refuse('task_transitions', `new.task_id = ${bad!.id}`);
    await lab.query('update __schema__.task_deadlines set deadline_at = now()');
    await lab.query('update __schema__.tasks set deadline_at = now()');
    await host.get(CancellationWatcher).lookOnce();
    return { host, bad: bad!.id, good: good!.id };
  }

  it('keeps no other from being ended', async () => {
    const { host, bad, good } = await refusedTask();
    expect(await host.kit.task(bad)).toMatchObject({ state: 'pending' });
    expect(await host.kit.task(good)).toMatchObject({ state: 'error' });
    expect(faultsOf(host)).toEqual(['expired_tasks']);
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });

  it('is tried again after half a minute, not with each look', async () => {
    const { host, bad } = await refusedTask();
    await allow();
    await host.get(CancellationWatcher).lookOnce();
    expect(await host.kit.task(bad)).toMatchObject({ state: 'pending' });
    expect(faultsOf(host)).toEqual(['expired_tasks']);
    passSeconds(30);
    await host.get(CancellationWatcher).lookOnce();
    expect(await host.kit.task(bad)).toMatchObject({ state: 'error' });
    expect(faultsOf(host)).toEqual([]);
  });
});

describe('what may be of one part only', () => {
  it('is the same in SQL and in TypeScript', async () => {
    const codes = [
      ...['08006', '22P02', '23505', '25P02', '40001', '42501', '53100', '53200', '53300', '54000', '55000', '55P03'],
      ...['57014', '58030', 'P0001', 'XX001', 'HV000', 'F0000', '0A000', '44000', '21000'],
    ];
    const rows = await lab.query<{ code: string; part: boolean }>(
      'select code, __schema__.is_of_one_part(code) as part from unnest($1::text[]) code',
      codes,
    );
    for (const { code, part } of rows) {
      expect([code, isOfOnePart(Object.assign(new Error('x'), { code }))]).toEqual([code, part]);
    }
  });
});
