import { setTimeout as pass } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { aChain, aTemplate, ONE_STEP } from '../support/factories.js';
import { movesOf } from '../support/history.js';
import { brokenInvariants } from '../support/invariants.js';
import { useLab } from '../support/lab.js';
import { BY } from '../support/operations.js';
import { statesOf } from '../support/workflow.js';
import { PROCESS_TIMEOUT_MS, useForkedWorkers, workHere } from './forked.worker.js';
import { leaveEffect, leaveSpan, makeTraceTables } from './traces.js';

const forkWorker = useForkedWorkers();
const lab = useLab();

beforeAll(() => makeTraceTables(lab.query));

const worker = { leaseSeconds: 1, pollIntervalMs: 50 };
const allComplete = async (): Promise<void> =>
  expect(await lab.query(`select from tasker.tasks where state <> 'complete'`)).toEqual([]);

describe('a task that is cancelled while another process runs it', () => {
  it(
    'has its handler aborted there, and what that process does later counts for nothing',
    async () => {
      const template = aTemplate(aChain('long', 'after'));
      const office = await lab.open({ templates: [template] });
      const elsewhere = await forkWorker(lab, { worker, hold: ['long'] });
      const { id } = await office.tasks.start(template.request);
      await eventually(() => expect(elsewhere.messages).toContainEqual(expect.objectContaining({ kind: 'began' })));
      await office.tasks.cancel(id, BY);
      await eventually(() => expect(elsewhere.messages).toContainEqual({ kind: 'aborted', taskId: id, step: 'long' }));
      elsewhere.letGo();
      const next = await office.tasks.start(template.request); // the process is free for the next
      await eventually(async () => expect((await office.kit.task(next.id)).state).toBe('complete'));
      expect(await statesOf(lab.persistence, id)).toEqual({ long: 'cancelled', after: 'cancelled' });
      expect(await brokenInvariants(lab.persistence)).toEqual({});
    },
    PROCESS_TIMEOUT_MS,
  );

  it(
    'stays cancelled when that process dies between the two',
    async () => {
      const template = aTemplate(aChain('long', 'after'));
      const office = await lab.open({ templates: [template] });
      const doomed = await forkWorker(lab, { worker, hold: ['long'] });
      const { id } = await office.tasks.start(template.request);
      await eventually(() => expect(doomed.messages).toContainEqual(expect.objectContaining({ kind: 'began' })));
      doomed.pause();
      await office.tasks.cancel(id, BY);
      await doomed.kill();
      const ran: string[] = [];
      await workHere(lab, template, worker, ({ task }) => void ran.push(task.id));
      await eventually(async () => {
        expect(await lab.query('select from tasker.workers where lost_at is not null')).toHaveLength(1);
      }, 20_000);
      const next = await office.tasks.start(template.request);
      await eventually(async () => expect((await office.kit.task(next.id)).state).toBe('complete'));
      expect(ran).toEqual([next.id, next.id]);
      expect(await movesOf(lab, id, 'long')).toEqual(['pending > in_progress', 'in_progress > cancelled']);
      expect(await brokenInvariants(lab.persistence)).toEqual({});
    },
    PROCESS_TIMEOUT_MS,
  );
});

describe('a transactional step whose process is killed', () => {
  it(
    'after its work and before its commit leaves nothing, and the work of the other process is there once',
    async () => {
      const template = aTemplate(aChain('pay', 'after'), { steps: { pay: { transactional: true } } });
      const office = await lab.open({ templates: [template] });
      const doomed = await forkWorker(lab, { worker, hold: ['pay'], effects: ['pay'] });
      const started = await office.tasks.startMany(Array.from({ length: 6 }, () => template.request));
      await eventually(() => {
        const begun = doomed.messages.filter(({ kind }) => kind === 'began');
        expect(begun.length).toBeGreaterThanOrEqual(2); // as many as its pool has connections for
      });
      await doomed.kill();
      await workHere(lab, template, worker, (context) =>
        context.step.name === 'pay' ? leaveEffect(context) : undefined,
      );
      await eventually(allComplete, 30_000);
      const effects = await lab.query<{ attempt: number }>(
        `select e.attempt, count(*) over (partition by e.step_id)::integer as times from effects e`,
      );
      expect(effects).toHaveLength(started.length);
      expect(effects.every((effect) => (effect as unknown as { times: number }).times === 1)).toBe(true);
      expect(effects.some(({ attempt }) => attempt === 2)).toBe(true);
      expect(await brokenInvariants(lab.persistence)).toEqual({});
    },
    PROCESS_TIMEOUT_MS,
  );
});

describe('a limit over two processes', () => {
  it(
    'holds for those that run, for each key, and outlives a process that is killed while it has the place',
    async () => {
      await lab.query('truncate spans');
      const template = aTemplate(ONE_STEP, { steps: { only: { limits: { concurrency: 2, key: '/key' } } } });
      const office = await lab.open({ templates: [template] });
      const doomed = await forkWorker(lab, { worker, hold: ['only'] });
      const request = (key: string) => ({ ...template.request, context: { key } });
      await office.tasks.startMany(Array.from({ length: 2 }, () => request('a')));
      await eventually(() => expect(doomed.messages.filter(({ kind }) => kind === 'began')).toHaveLength(2));
      await office.tasks.startMany(Array.from({ length: 40 }, (_, index) => request(index % 2 ? 'a' : 'b')));
      await forkWorker(lab, { worker, workMs: 15, spans: true });
      await workHere(lab, template, worker, (context) => leaveSpan(lab.query, context, () => pass(15)));
      await doomed.kill();
      await eventually(allComplete, 30_000);
      const crowds = await lab.query<{ key: string; most: number }>(
        `select x.key, max(x.together)::integer as most from (
           select s.key, (select count(*) from spans o
             where o.key = s.key and o.began_at <= s.began_at and o.ended_at > s.began_at) as together
           from spans s
         ) x group by x.key order by x.key`,
      );
      expect(crowds).toEqual([
        { key: 'a', most: 2 },
        { key: 'b', most: 2 },
      ]);
      expect(await brokenInvariants(lab.persistence)).toEqual({});
    },
    PROCESS_TIMEOUT_MS,
  );

  it(
    'holds for starts: in no span of its length more begin',
    async () => {
      await lab.query('truncate spans');
      await keepStarts();
      const template = aTemplate(ONE_STEP, { steps: { only: { limits: { rate: { count: 5, seconds: 0.5 } } } } });
      const office = await lab.open({ templates: [template] });
      await forkWorker(lab, { worker, spans: true });
      await workHere(lab, template, worker, (context) => leaveSpan(lab.query, context, () => pass(0)));
      await office.tasks.startMany(Array.from({ length: 18 }, () => template.request));
      await eventually(allComplete, 30_000);
      const starts = await lab.query('select from starts');
      expect(starts).toHaveLength(18);
      const [row] = await lab.query<{ most: number }>(
        `select max(x.together)::integer as most from (
           select (select count(*) from starts o
             where o.counts_until > s.counts_until - interval '0.5 seconds' and o.counts_until <= s.counts_until) as together
           from starts s
         ) x`,
      );
      expect(row!.most).toBeLessThanOrEqual(5);
      const [took] = await lab.query<{ seconds: number }>(
        'select extract(epoch from max(began_at) - min(began_at))::float as seconds from spans',
      );
      expect(took!.seconds).toBeGreaterThan(1.3); // 18 starts take three full spans and what comes before
      expect(await brokenInvariants(lab.persistence)).toEqual({});
    },
    PROCESS_TIMEOUT_MS,
  );
});

/** Keeps every start under a limit; the engine forgets each as soon as it no longer counts. */
async function keepStarts(): Promise<void> {
  await lab.query('create table starts (counts_until timestamptz)');
  await lab.query(
    `create function keep_start() returns trigger language plpgsql
     as 'begin insert into public.starts values (new.counts_until); return null; end'`,
  );
  await lab.query(
    'create trigger keep_start after insert on tasker.limit_starts for each row execute function keep_start()',
  );
}
