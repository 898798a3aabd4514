import { describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { AuditService, dataKeys, PermanentError, RecordService, TaskerSensitiveData } from 'nestjs-tasker';
import { AuditSealer } from '../../../lib/audit/audit.sealer.js';
import { aChain, aTemplate } from '../../support/factories.js';
import { useLab } from '../../support/lab.js';
import { afterHeld } from '../../support/meeting.js';
import { tablesWith } from '../../support/stored.texts.js';

const lab = useLab();
const ME = { actor: 'ada', reason: 'canary-reason' };

const aboutSomebody = {
  name: 'about_somebody',
  sensitiveData: { context: ['$.email'], results: { look_up: ['$.phone'] }, subject: '$.email' },
  steps: { look_up: { handler: 'look_up' }, tell: { handler: 'tell', skippable: true } },
};
const template = aTemplate(aChain('look_up', 'tell'), aboutSomebody);
/** Of a namespace of which no entry was sealed before. */
const elsewhere = aTemplate(aChain('look_up', 'tell'), { ...aboutSomebody, namespace: 'elsewhere' });

const shared = lab.share({
  templates: [template, elsewhere],
  sensitiveData: { keys: dataKeys('k', { k: new Uint8Array(32).fill(7) }), subjectSecret: 's'.repeat(32) },
  handlers: {
    look_up: () => ({ phone: 'canary-phone', name: 'canary-name' }),
    tell: () => {
      throw new PermanentError('canary-error', { code: 'NO_LINE', context: { to: 'canary-error-context' } });
    },
  },
});

const start = (email: string, of = template) => ({
  ...of.request,
  context: { email, city: 'canary-city' },
  tags: ['canary-tag'],
  reason: 'canary-request',
});

const CANARIES = ['phone', 'name', 'error', 'error-context', 'city', 'tag', 'request', 'reason', 'note'];

/** A task about this person that is over: one step complete, one failed, with whatever a person can say about it. */
async function endedTask(email: string, of = template): Promise<string> {
  const { tasks, kit } = shared();
  const { id } = await tasks.start(start(email, of));
  await kit.runUntilIdle();
  await tasks.change(id, { tags: ['canary-tag', 'other'] }, ME);
  await tasks.resolve(id, ME);
  return id;
}

/** What became of the task and its steps, when and by whom. */
const history = (id: string): Promise<object[]> =>
  lab.query(
    `select to_state, created_at, actor from __schema__.task_transitions where task_id = $1
     union all select to_state, created_at, actor from __schema__.workflow_step_transitions where task_id = $1
     order by 2, 1`,
    id,
  );

describe('erasing a task', () => {
  it('leaves nothing of what was said in or about it, but its history', async () => {
    const id = await endedTask('canary-mail');
    const { tasks, kit, get } = shared();
    await get(RecordService).annotate(id, 'note', { note: 'canary-note' });
    expect(await tablesWith(lab, 'canary-note')).toContain('task_annotations');
    const before = await kit.task(id);
    const moves = await history(id);
    expect(await tasks.erase(id, { actor: 'bo', reason: 'asked for it' })).toMatchObject({ changed: true });
    const found = await Promise.all(CANARIES.map((name) => tablesWith(lab, `canary-${name}`)));
    expect(found.flat()).toEqual([]);
    expect(await lab.query('select from __schema__.sensitive_values where task_id = $1', id)).toEqual([]);
    const after = await kit.task(id);
    expect(after).toMatchObject({ context: {}, tags: [], reason: '[erased]', state: 'resolved_manually' });
    expect(after.steps.map(({ name, state, attempts }) => ({ name, state, attempts }))).toEqual(
      before.steps.map(({ name, state, attempts }) => ({ name, state, attempts })),
    );
    expect(after.steps[1]!.error).toMatchObject({ message: '[erased]', code: 'NO_LINE', class: 'PermanentError' });
    expect(await history(id)).toEqual(moves);
    expect(await tasks.erase(id, ME)).toMatchObject({ changed: false });
  });

  it('is refused as long as the task is not over, and a task that was erased cannot be repeated', async () => {
    const { tasks, kit } = shared();
    const { id } = await tasks.start(start('a@example.org'));
    await expect(tasks.erase(id, ME)).rejects.toMatchObject({ code: 'TASKER_ACTION_REFUSED' });
    await kit.runUntilIdle();
    await expect(tasks.erase(id, ME)).rejects.toThrow('error');
    await tasks.resolve(id, ME);
    await tasks.erase(id, ME);
    await expect(tasks.rerun(id, ME)).rejects.toThrow('its data was erased');
  });

  it('leaves the chains of the audit log valid, of which the details go, too', async () => {
    const id = await endedTask('b@example.org');
    const { tasks, get } = shared();
    await get(AuditSealer).runOnce();
    const details = (): Promise<{ details: object | null }[]> =>
      lab.query('select details from __schema__.audit_log where task_id = $1 order by seq', id);
    expect((await details()).map((row) => row.details)).not.toContain(null);
    await tasks.erase(id, { actor: 'bo', reason: 'asked for it' });
    await get(AuditSealer).runOnce();
    const left = (await details()).map((row) => row.details);
    expect(left.slice(0, -1).every((each) => each === null)).toBe(true);
    expect(left.at(-1)).toMatchObject({ reason: 'asked for it' });
    expect(await get(AuditService).verify()).toMatchObject({ isValid: true });
  });
});

describe('erasing while entries of the audit log are sealed', () => {
  const isLocked = (holder: pg.Client) => holder.query('select from tasker.audit_chains for update');

  it.each([
    ['for the first time', elsewhere],
    ['again', template],
  ])('waits, so that no entry has the hash of details that are gone: %s', async (_, of) => {
    const id = await endedTask('e@example.org', of);
    const { tasks, get } = shared();
    if (of === template) await get(AuditSealer).runOnce();
    await tasks.change(id, { tags: ['later'] }, ME);
    const [entry] = await lab.query<{ namespace: string }>(
      'select namespace from __schema__.audit_inbox where task_id = $1',
      id,
    );
    const asSealer = async (holder: pg.Client): Promise<void> => {
      await holder.query('insert into tasker.audit_chains (namespace) values ($1) on conflict do nothing', [
        entry!.namespace,
      ]);
      await isLocked(holder);
    };
    const erase = () => tasks.erase(id, { actor: 'bo', reason: 'asked for it' });
    expect(await afterHeld(lab.url, asSealer, erase, { statement: 'erase_task' })).toMatchObject({ changed: true });
    await get(AuditSealer).runOnce();
    expect(await get(AuditService).verify()).toMatchObject({ isValid: true });
    expect(
      await lab.query(
        `select from __schema__.audit_log where task_id = $1 and details <> '{}' and operation <> 'eraseTask'`,
        id,
      ),
    ).toEqual([]);
  });
});

describe('the tasks about a person', () => {
  it('are found, revealed and erased together', async () => {
    const { tasks, get } = shared();
    const ids = [await endedTask('c@example.org'), await endedTask('c@example.org')];
    const other = await endedTask('d@example.org');
    const data = get(TaskerSensitiveData);
    expect(await data.tasksOf('c@example.org')).toEqual(ids);
    expect(await data.tasksOf('c@example.org', ids[0])).toEqual(ids.slice(1));
    expect(await data.reveal(ids[0]!)).toEqual({
      taskId: ids[0],
      context: { email: 'c@example.org', city: 'canary-city' },
      results: { look_up: { phone: 'canary-phone', name: 'canary-name' }, tell: null },
    });
    const running = await tasks.start(start('c@example.org'));
    const report = await tasks.bulk('erase', { dataSubject: 'c@example.org' }, { actor: 'bo' });
    expect(report.items.map(({ taskId, changed }) => [taskId, changed])).toEqual([
      [ids[0], true],
      [ids[1], true],
      [running.id, false],
    ]);
    expect(await data.tasksOf('c@example.org')).toEqual([running.id]);
    expect(await data.tasksOf('d@example.org')).toEqual([other]);
  });
});
