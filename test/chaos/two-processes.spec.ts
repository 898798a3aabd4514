import { setTimeout as pass } from 'node:timers/promises';
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ActionRefusedError } from 'nestjs-tasker';
import { amount } from '../support/amount.js';
import { eventually } from '../support/eventually.js';
import { aChain, aTemplate, ONE_STEP } from '../support/factories.js';
import type { Host } from '../support/host.js';
import { brokenInvariants, forgottenTasks } from '../support/invariants.js';
import { useLab } from '../support/lab.js';
import { BY } from '../support/operations.js';
import { alwaysFailing, aScript } from '../support/script.js';
import { statesOf } from '../support/workflow.js';
import { PROCESS_TIMEOUT_MS, useForkedWorkers, workHere } from './forked.worker.js';
import { leaveEffect, leaveSpan, makeTraceTables } from './traces.js';
import type { ForkedWorker } from './worker.fork.js';

const forkWorker = useForkedWorkers();
const lab = useLab();

beforeAll(() => makeTraceTables(lab.query));
beforeEach(() => lab.query('truncate effects, spans'));

const worker = { leaseSeconds: 1, pollIntervalMs: 50 };
const TASKS = amount({ short: 50, full: 200 });
const DOOMED = amount({ short: 2, full: 4 });

const begunBy = ({ messages }: ForkedWorker): string[] =>
  messages.flatMap((message) => (message.kind === 'began' ? [message.taskId] : []));
const begins = (process: ForkedWorker, taskId: string): Promise<void> =>
  eventually(() => expect(begunBy(process)).toContain(taskId));
const ends = (office: Host, taskId: string, state = 'complete'): Promise<void> =>
  eventually(async () => expect((await office.kit.task(taskId)).state).toBe(state), 20_000);

async function expectOrder(): Promise<void> {
  expect(await brokenInvariants(lab.persistence)).toEqual({});
}

describe('transactional steps whose processes are killed at random', () => {
  it(
    'leave the work of each step exactly once',
    async () => {
      const steps = { pay: { transactional: true }, ship: { transactional: true } };
      // A step may be lost as often as somebody is killed, and to workers that a busy machine keeps waiting.
      const template = aTemplate(aChain('pay', 'ship'), { steps, defaults: { retryLimit: 20 } });
      const office = await lab.open({ templates: [template] });
      // Few at a time, so that each process gets enough to die of.
      const settings = { worker: { ...worker, concurrency: 4 }, effects: ['pay', 'ship'], workMs: 10 };
      await workHere(lab, template, settings.worker, async (context) => {
        await leaveEffect(context);
        await pass(settings.workMs);
      });
      const doomed = await Promise.all(Array.from({ length: DOOMED }, () => forkWorker(lab, settings)));
      const kills: Promise<void>[] = [];
      for (const each of doomed) {
        let left = 2 + Math.floor(Math.random() * 10);
        each.onMessage = ({ kind }) => {
          if (kind === 'began' && --left === 0) kills.push(killWithin(each, 15)); // around its commit
        };
      }
      await office.tasks.startMany(Array.from({ length: TASKS }, () => template.request));
      const unfinished = `select task_id from __schema__.tasks where state <> 'complete' limit 1`;
      await eventually(async () => expect(await lab.query(unfinished)).toEqual([]), 40_000);
      expect(kills).toHaveLength(DOOMED);
      await Promise.all(kills);
      const wrong = await lab.query(
        `select s.workflow_step_id from __schema__.workflow_steps s
         left join effects e on e.step_id = s.workflow_step_id
         group by s.workflow_step_id having count(e.step_id) <> 1 or max(e.attempt) <> s.attempts - min(s.attempts_before)`,
      );
      expect(wrong).toEqual([]);
      await expectOrder();
    },
    PROCESS_TIMEOUT_MS,
  );
});

/** At some moment of the next so many milliseconds. */
async function killWithin(process: ForkedWorker, milliseconds: number): Promise<void> {
  await pass(Math.random() * milliseconds);
  await process.kill();
}

describe('a limit of one over two processes', () => {
  it(
    'never lets two run, and of different keys a busy one keeps no other waiting',
    async () => {
      const template = aTemplate(ONE_STEP, { steps: { only: { limits: { concurrency: 1, key: '/key' } } } });
      const office = await lab.open({ templates: [template] });
      const busy = await forkWorker(lab, { worker, hold: ['only'] });
      const request = (key: string) => ({ ...template.request, context: { key } });
      const held = await office.tasks.start(request('busy'));
      await begins(busy, held.id);
      busy.pause(); // it takes nothing else, and its lease is long over before anybody looks
      await lab.query(`update __schema__.workers set lease_seconds = 600 where pid = $1`, busy.pid);
      await forkWorker(lab, { worker, workMs: 5, spans: true });
      await workHere(lab, template, worker, (context) => leaveSpan(lab.query, context, () => pass(5)));
      const waiting = await office.tasks.start(request('busy'));
      const others = await office.tasks.startMany(Array.from({ length: 30 }, () => request('free')));
      for (const { id } of others) await ends(office, id);
      expect((await office.kit.task(waiting.id)).state).toBe('pending');
      await busy.kill();
      await lab.query(`update __schema__.workers set lease_seconds = 1 where pid = $1`, busy.pid);
      await ends(office, waiting.id);
      await ends(office, held.id);
      expect(await lab.query('select from spans')).toHaveLength(32);
      const together = `select from spans a join spans b
        on a.key = b.key and a.ctid <> b.ctid and a.began_at < b.ended_at and b.began_at < a.ended_at`;
      expect(await lab.query(together)).toEqual([]);
      await expectOrder();
    },
    PROCESS_TIMEOUT_MS,
  );
});

describe('what a person does in one process while another one runs the steps', () => {
  it(
    'holds, releases, prioritises and delays what that one begins',
    async () => {
      const template = aTemplate(aChain('a', 'b'));
      const office = await lab.open({ templates: [template] });
      const elsewhere = await forkWorker(lab, { worker: { ...worker, concurrency: 1 }, hold: ['a'] });
      const { tasks } = office;
      const running = await tasks.start(template.request);
      await begins(elsewhere, running.id);
      const [held, usual, urgent] = await tasks.startMany([template.request, template.request, template.request]);
      const tomorrow = new Date(Date.now() + 86_400_000);
      const later = await tasks.start({ ...template.request, runAt: tomorrow, priority: 9 });
      await tasks.hold(running.id, BY); // what runs finishes
      await tasks.hold(held!.id, BY);
      await tasks.change(urgent!.id, { priority: 5 }, BY);
      elsewhere.letGo();
      await ends(office, usual!.id);
      await ends(office, urgent!.id);
      const begun = begunBy(elsewhere);
      expect(begun.indexOf(urgent!.id)).toBeLessThan(begun.indexOf(usual!.id));
      expect(await statesOf(lab.persistence, running.id)).toEqual({ a: 'complete', b: 'pending' });
      expect(begun).not.toContain(held!.id);
      expect(begun).not.toContain(later.id);
      expect(await forgottenTasks(lab.persistence)).toEqual([]);

      await tasks.release(running.id, BY);
      await tasks.release(held!.id, BY);
      await office.kit.makeDue(later.id);
      for (const { id } of [running, held!, later]) await ends(office, id);
      await expectOrder();
    },
    PROCESS_TIMEOUT_MS,
  );

  it(
    'repairs what failed: retried, resolved or skipped, it goes on over there',
    async () => {
      const steps = { a: { retryLimit: 1, skippable: true } };
      const template = aTemplate(aChain('a', 'b'), { steps });
      const script = aScript({ a: alwaysFailing() });
      const office = await lab.open({ templates: [template], handlers: script.handlers });
      const { tasks, kit } = office;
      const [retried, resolved, skipped] = await tasks.startMany(Array.from({ length: 3 }, () => template.request));
      await kit.runUntilIdle();
      for (const { id } of [retried!, resolved!, skipped!]) expect((await kit.task(id)).state).toBe('error');

      const elsewhere = await forkWorker(lab, { worker });
      await tasks.retry(retried!.id, BY);
      await tasks.resolveStep(resolved!.id, 'a', { ...BY, results: { by: 'hand' } });
      await tasks.skipStep(skipped!.id, 'a', BY);
      for (const { id } of [retried!, resolved!, skipped!]) await ends(office, id);
      expect(begunBy(elsewhere).toSorted()).toEqual([retried!.id, retried!.id, resolved!.id, skipped!.id].toSorted());
      expect(await statesOf(lab.persistence, resolved!.id)).toEqual({ a: 'resolved_manually', b: 'complete' });
      expect(await statesOf(lab.persistence, skipped!.id)).toEqual({ a: 'skipped', b: 'complete' });
      await expect(tasks.retry(retried!.id, BY)).rejects.toThrow(ActionRefusedError);
      await expectOrder();
    },
    PROCESS_TIMEOUT_MS,
  );

  it(
    'lets a deadline abort what runs over there, and what is over before its deadline stays complete',
    async () => {
      const template = aTemplate(aChain('a', 'b'));
      const office = await lab.open({ templates: [template] });
      const elsewhere = await forkWorker(lab, { worker, hold: ['a'] });
      const past = await office.tasks.start({ ...template.request, deadlineAt: new Date(Date.now() + 86_400_000) });
      await begins(elsewhere, past.id);
      for (const table of ['tasks', 'task_deadlines']) {
        await lab.query(`update __schema__.${table} set deadline_at = now() where task_id = $1`, past.id);
      }
      await eventually(() =>
        expect(elsewhere.messages).toContainEqual({ kind: 'aborted', taskId: past.id, step: 'a' }),
      );
      await ends(office, past.id, 'error');
      elsewhere.letGo();
      const future = await office.tasks.start({ ...template.request, deadlineAt: new Date(Date.now() + 86_400_000) });
      await ends(office, future.id);
      expect(await statesOf(lab.persistence, past.id)).toEqual({ a: 'error', b: 'pending' });
      expect((await office.kit.task(past.id)).steps[0]!.error).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
      await office.tasks.retry(past.id, BY);
      await ends(office, past.id);
      await expectOrder();
    },
    PROCESS_TIMEOUT_MS,
  );
});

describe('one idempotency key used in two processes at the same time', () => {
  it('is one task, and one of the two made it', async () => {
    const template = aTemplate();
    const hosts = [await lab.open({ templates: [template] }), await lab.open({ templates: [template] })];
    for (let n = 0; n < 20; n++) {
      const request = { ...template.request, idempotencyKey: `order ${n}` };
      const answers = await Promise.all(hosts.flatMap(({ tasks }) => [tasks.start(request), tasks.start(request)]));
      expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
      expect(answers.filter(({ created }) => created)).toHaveLength(1);
    }
    expect(await lab.query('select from __schema__.tasks')).toHaveLength(20);
    await expectOrder();
  });
});
