import { afterEach, describe, expect, it } from '@jest/globals';
import { PermanentError, RecordService, TaskRetention } from 'nestjs-tasker';
import type { RetentionOptions } from '../../../lib/options/tasker.options.js';
import { eventually } from '../../support/eventually.js';
import { aChain, aTemplate } from '../../support/factories.js';
import { brokenInvariants } from '../../support/invariants.js';
import { useLab } from '../../support/lab.js';
import { BY } from '../../support/operations.js';
import { aScript } from '../../support/script.js';
import { countedTotals, keptTotals } from '../../support/totals.js';
import { HandWorker } from '../../support/workflow.js';

const lab = useLab();
afterEach(() => lab.query('truncate tasker.archived_tasks'));

const template = aTemplate(aChain('a', 'b'));
const failing = aTemplate(aChain('a'), { steps: { a: { handler: 'tests.broken' } } });
const handlers = {
  ...aScript().handlers,
  'tests.broken': () => {
    throw new PermanentError('no', { code: 'NO' });
  },
};
const open = (retention: RetentionOptions) => lab.open({ templates: [template, failing], handlers, retention });

const afterAMonth = lab.share({ templates: [template, failing], handlers, retention: { afterDays: 30 } });
const toArchive = lab.share({ templates: [template, failing], handlers, retention: { afterDays: 30, archive: true } });
const afterADay = lab.share({ templates: [template, failing], handlers, retention: { afterDays: 1 } });
const inPairs = lab.share({ templates: [template, failing], handlers, retention: { afterDays: 1, batchSize: 2 } });

/** As if everything so far had happened so many days earlier. */
const age = async (days: number): Promise<void> => {
  await lab.query(
    `update tasker.tasks set created_at = created_at - make_interval(days => $1),
       completed_at = completed_at - make_interval(days => $1)`,
    days,
  );
};

const idsLeft = async (): Promise<string[]> =>
  (await lab.query<{ id: string }>('select task_id as id from tasker.tasks order by task_id')).map(({ id }) => id);

describe('finished tasks that are old enough', () => {
  it('are removed with all that is theirs, and no others', async () => {
    const { tasks, kit, get } = afterAMonth();
    const [done, cancelled, settled, failed, kept] = await tasks.startMany([
      template.request,
      template.request,
      failing.request,
      failing.request,
      { ...template.request, retained: true },
    ]);
    await tasks.cancel(cancelled!.id, BY);
    await kit.runUntilIdle();
    await tasks.resolve(settled!.id, BY);
    const waiting = await tasks.start({ ...template.request, runAt: new Date(Date.now() + 3_600_000) });
    await age(31);
    const young = await tasks.start(template.request);
    await kit.runToEnd(young.id);

    expect(await get(TaskRetention).runOnce()).toBe(3);
    expect(await idsLeft()).toEqual([failed!.id, kept!.id, waiting.id, young.id]);
    for (const table of ['workflow_steps', 'task_transitions', 'workflow_step_transitions', 'operator_actions']) {
      expect(
        await lab.query(`select from tasker.${table} where task_id = any ($1)`, [done!.id, cancelled!.id, settled!.id]),
      ).toEqual([]);
    }
    expect(await keptTotals(lab.persistence)).toEqual(await countedTotals(lab.persistence));
    expect(await brokenInvariants(lab.persistence)).toEqual({});
    expect(await lab.query('select from tasker.archived_tasks')).toEqual([]);
  });

  it('are kept until then', async () => {
    const { tasks, kit, get } = afterAMonth();
    await kit.runToEnd((await tasks.start(template.request)).id);
    await age(29);
    expect(await get(TaskRetention).runOnce()).toBe(0);
    await age(2);
    expect(await get(TaskRetention).runOnce()).toBe(1);
  });

  it('are removed in as many batches as it takes', async () => {
    const { tasks, kit, get } = inPairs();
    await tasks.startMany(Array.from({ length: 7 }, () => template.request));
    await kit.runUntilIdle();
    await age(2);
    expect(await get(TaskRetention).runOnce()).toBe(7);
  });

  it('are found behind a batch of those that stay', async () => {
    const { tasks, kit, get } = await open({ afterDays: 1, batchSize: 1 });
    await tasks.startMany([{ ...template.request, retained: true }, template.request, template.request]);
    await kit.runUntilIdle();
    await age(2);
    expect(await get(TaskRetention).runOnce(AbortSignal.timeout(10_000))).toBe(2);
  });

  it('are written to the archive first where that is asked for', async () => {
    const { tasks, kit, get } = toArchive();
    const { id } = await tasks.start({ ...template.request, context: { order: 7 }, tags: ['x'] });
    await tasks.hold(id, BY);
    await tasks.release(id, BY);
    await kit.runToEnd(id);
    await age(31);
    expect(await get(TaskRetention).runOnce()).toBe(1);
    const [row] = await lab.query('select task_id, document from tasker.archived_tasks');
    expect(row).toMatchObject({
      task_id: id,
      document: {
        name: template.request.name,
        task: { state: 'complete', context: { order: 7 }, tags: ['x'] },
        steps: [
          { name: 'a', state: 'complete', results: { step: 'a' } },
          { name: 'b', state: 'complete', results: { step: 'b' } },
        ],
        transitions: [{ to_state: 'in_progress' }, { to_state: 'complete' }],
        actions: [{ action: 'hold', actor: 'ann' }, { action: 'release' }],
        annotations: [],
      },
    });
    expect(
      (row as { document: { stepTransitions: unknown[]; edges: unknown[] } }).document.stepTransitions,
    ).toHaveLength(4);
  });

  it('are archived with what went wrong and what was noted, and leave the totals right', async () => {
    const { tasks, kit, get } = toArchive();
    const { id } = await tasks.start(failing.request);
    await kit.runUntilIdle();
    await get(RecordService).annotate(id, 'note', { looked: 'at' });
    await tasks.resolve(id, BY);
    await age(31);
    expect(await get(TaskRetention).runOnce()).toBe(1);
    expect(await lab.query('select task_id, document from tasker.archived_tasks')).toMatchObject([
      {
        task_id: id,
        document: {
          task: { state: 'resolved_manually' },
          steps: [{ name: 'a', state: 'error', error: { code: 'NO', message: 'no' } }],
          stepTransitions: [{ to_state: 'in_progress' }, { to_state: 'error' }],
          transitions: [{ to_state: 'in_progress' }, { to_state: 'error' }, { to_state: 'resolved_manually' }],
          annotations: [{ type: 'note', annotation: { looked: 'at' } }],
          actions: [{ action: 'resolve', ...BY }],
        },
      },
    ]);
    expect(await lab.query('select from tasker.task_annotations')).toEqual([]);
    expect(await brokenInvariants(lab.persistence)).toEqual({});
  });

  it('need no index on when they ended, so that a task ends without writing to one', async () => {
    const covered = await lab.query<{ column: string }>(
      `select distinct a.attname as column from pg_index i
       join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
       where i.indrelid = 'tasker.tasks'::regclass order by 1`,
    );
    expect(covered.map(({ column }) => column)).toEqual(['created_at', 'named_task_id', 'task_id']);
  });

  it('stay for ever by default', async () => {
    const { tasks, kit, get } = await open({});
    await kit.runToEnd((await tasks.start(template.request)).id);
    await age(10_000);
    expect(await get(TaskRetention).runOnce()).toBe(0);
    expect(await idsLeft()).toHaveLength(1);
  });

  it('are removed once where two processes sweep at the same time', async () => {
    const hosts = [afterADay(), inPairs()];
    await hosts[0]!.tasks.startMany(Array.from({ length: 20 }, () => template.request));
    await hosts[0]!.kit.runUntilIdle();
    await age(2);
    const removed = await Promise.all(hosts.map(({ get }) => get(TaskRetention).runOnce()));
    expect(removed[0]! + removed[1]!).toBe(20);
    expect(await idsLeft()).toEqual([]);
  });

  it('are left to the process that is removing them, and archived once', async () => {
    const { tasks, kit, get } = await open({ afterDays: 1, archive: true });
    const started = await tasks.startMany([template.request, template.request]);
    await kit.runUntilIdle();
    await age(2);
    const other = await lab.connect();
    await other.query('begin');
    await other.query('select tasker.remove_finished_tasks(86400, 0, 1, true, 1048576)'); // the first, not yet committed
    expect(await get(TaskRetention).runOnce()).toBe(0);
    await other.query('commit');
    expect(await get(TaskRetention).runOnce()).toBe(1);
    const archived = await lab.query<{ id: string }>(
      'select task_id as id from tasker.archived_tasks order by task_id',
    );
    expect(archived).toEqual(started.map(({ id }) => ({ id })));
  });

  it('hold no claim up while they are being removed, and are passed over while somebody holds them', async () => {
    const { tasks, kit, get } = afterADay();
    const [held] = await tasks.startMany([template.request, template.request]);
    await kit.runUntilIdle();
    await age(2);
    const client = await lab.connect();
    await client.query('begin');
    await client.query('select from tasker.tasks where task_id = $1 for update', [held!.id]);
    expect(await get(TaskRetention).runOnce()).toBe(1);
    expect(await idsLeft()).toEqual([held!.id]);
    await client.query('rollback');

    await client.query('begin');
    await client.query('select tasker.remove_finished_tasks(86400, 0, 100, false, 1048576)'); // not yet committed
    const { id } = await tasks.start(template.request);
    const worker = await HandWorker.register(lab.persistence);
    expect((await worker.claim()).map(({ taskId }) => taskId)).toEqual([id]);
    await client.query('commit');
    expect(await idsLeft()).toEqual([id]);
  });
});

describe('a sweep', () => {
  it('ends after the batch under way when it is told to', async () => {
    const { tasks, kit, get } = inPairs();
    await tasks.startMany(Array.from({ length: 5 }, () => template.request));
    await kit.runUntilIdle();
    await age(2);
    expect(await get(TaskRetention).runOnce(AbortSignal.abort())).toBe(2);
    expect(await idsLeft()).toHaveLength(3);
  });

  it('comes by itself where steps are run, and tells of trouble once until it is over', async () => {
    await lab.query('create sequence tasker.tries');
    await lab.query('alter function tasker.remove_finished_tasks rename to remove_finished_tasks_meanwhile');
    await lab.query(
      `create function tasker.remove_finished_tasks(double precision, bigint, integer, boolean, bigint) returns json
       language plpgsql as $$ begin raise exception 'try %', nextval('tasker.tries'); end $$`,
    );
    const errors: unknown[] = [];
    const logger = { log: () => undefined, warn: () => undefined, error: (message: unknown) => errors.push(message) };
    const { tasks } = await lab.open({
      templates: [template],
      handlers,
      worker: { enabled: true, pollIntervalMs: 50 },
      retention: { afterDays: 0, intervalSeconds: 1 },
      logger,
    });
    await eventually(async () => {
      expect(await lab.query(`select from tasker.tries where last_value >= 2`)).toHaveLength(1);
    });
    expect(errors).toEqual(['Old tasks cannot be removed and accumulate.']);

    await lab.query('drop function tasker.remove_finished_tasks');
    await lab.query('alter function tasker.remove_finished_tasks_meanwhile rename to remove_finished_tasks');
    await lab.query('drop sequence tasker.tries');
    await tasks.start(template.request);
    await eventually(async () => expect(await idsLeft()).toEqual([]));
  });
});
