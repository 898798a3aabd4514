import { describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import {
  ActionRefusedError,
  RecordService,
  StaleRevisionError,
  TaskReader,
  UnknownStepError,
  UnknownTaskError,
} from 'nestjs-tasker';
import { WorkerGateway } from '../../../lib/persistence/worker.gateway.js';
import {
  InvalidContextPathError,
  StaleStepError,
  UnknownNamedTaskError,
} from '../../../lib/persistence/persistence.errors.js';
import { eventually } from '../../support/eventually.js';
import { aTemplate } from '../../support/factories.js';
import type { Host } from '../../support/host.js';
import { brokenInvariants } from '../../support/invariants.js';
import { useLab } from '../../support/lab.js';
import { BY, ON_STEP, ON_TASK } from '../../support/operations.js';
import { aScript, alwaysFailing } from '../../support/script.js';

const lab = useLab();
const X = [{ name: 'x', dependsOn: [] }];

/** Transactions that ended with an error of the server, which each have a line in its log, as of the sessions that ended. */
async function failedTransactions(): Promise<number> {
  await eventually(async () => {
    const [open] = await lab.query<{ count: string }>(
      `select count(*) from pg_stat_activity where datname = current_database() and application_name = 'refused'`,
    );
    expect(open!.count).toBe('0');
  });
  await lab.query('select pg_stat_clear_snapshot()');
  const [row] = await lab.query<{ failed: string }>(
    'select xact_rollback as failed from pg_stat_database where datname = current_database()',
  );
  return Number(row!.failed);
}

/** A task that is over, and one that waits with a step that failed for good. */
async function aHost(): Promise<{ host: Host; over: string; failed: string }> {
  const [plain, failing] = [aTemplate(X), aTemplate(X, { steps: { x: { retryLimit: 1 } } })];
  const script = aScript({
    x: ({ task }) => (task.name === failing.request.name ? alwaysFailing()({} as never) : null),
  });
  const host = await lab.open({ templates: [plain, failing], handlers: script.handlers, name: 'refused' });
  const { id: over } = await host.tasks.start(plain.request);
  const { id: failed } = await host.tasks.start(failing.request);
  await host.kit.runUntilIdle();
  return { host, over, failed };
}

describe('what is refused', () => {
  it('is an answer of the database and no error, so that its log stays empty and nothing was done', async () => {
    const { host, over, failed } = await aHost();
    const { tasks } = host;
    const before = await lab.query('select count(*) from __schema__.operator_actions');

    for (const [action, act] of Object.entries(ON_TASK)) {
      await expect(act(tasks, '4711')).rejects.toThrow(UnknownTaskError);
      if (!['change', 'rerun', 'erase'].includes(action))
        await expect(act(tasks, over)).rejects.toThrow(ActionRefusedError);
    }
    for (const act of Object.values(ON_STEP)) {
      await expect(act(tasks, '4711')).rejects.toThrow(UnknownTaskError);
      await expect(act(tasks, over)).rejects.toThrow(ActionRefusedError);
    }
    await expect(tasks.change(over, { priority: 1 }, BY)).rejects.toThrow(
      `Cannot change task ${over}, which is complete: it is over, so its priority cannot change any more. Permitted now: rerun, erase.`,
    );
    await expect(tasks.skipStep(failed, 'x', BY)).rejects.toThrow('skippable');
    await expect(tasks.retryStep(failed, 'y', BY)).rejects.toThrow(`Task ${failed} has no step "y". Its steps: x.`);
    await expect(tasks.rerun(failed, { ...BY, from: 'y' })).rejects.toThrow(UnknownStepError);
    await expect(tasks.change(failed, { priority: 1 }, { ...BY, ifRevision: '1' })).rejects.toThrow(StaleRevisionError);
    await expect(host.get(RecordService).annotate('4711', 'note', 1)).rejects.toThrow(UnknownTaskError);
    await expect(host.get(TaskReader).list({ filter: { contextPath: '$.a ?' } })).rejects.toThrow(
      InvalidContextPathError,
    );

    expect(await lab.query('select count(*) from __schema__.operator_actions')).toEqual(before);
    expect(await brokenInvariants(lab.persistence)).toEqual({});
    await host.close();
    const failures = await failedTransactions();
    const { host: control } = await aHost();
    await expect(control.get(DataSource).query('select 1 / 0')).rejects.toThrow('division by zero');
    await control.close();
    expect([failures, await failedTransactions()]).toEqual([0, 1]);
  });

  it('leaves a transaction of the host usable', async () => {
    const { host, failed } = await aHost();
    const template = aTemplate();
    const other = await lab.open({ templates: [template] });
    await lab.query(
      'delete from __schema__.named_tasks_named_steps where named_task_id = (select max(named_task_id) from __schema__.named_tasks)',
    );
    await lab.query('delete from __schema__.named_tasks where name = $1', template.request.name);
    const records = host.get(RecordService);
    await other.get(DataSource).transaction(async (manager) => {
      await expect(other.tasks.start(template.request, { manager })).rejects.toThrow(UnknownNamedTaskError);
      await expect(records.annotate('4711', 'note', 1, manager)).rejects.toThrow(UnknownTaskError);
      await records.annotate(failed, 'note', 'it goes on', manager);
    });
    await expect(other.tasks.start(template.request)).rejects.toThrow(UnknownNamedTaskError);
    expect(await lab.query('select annotation from __schema__.task_annotations')).toEqual([
      { annotation: 'it goes on' },
    ]);
  });

  it('is the outcome of a transactional attempt that was taken away', async () => {
    const { host } = await aHost();
    const step = { id: '1', taskId: '1', attemptNumber: 1 } as never;
    await host.get(DataSource).transaction(async (manager) => {
      const recorded = host.get(WorkerGateway).recordIn(manager, '1', step, { results: '{}' });
      await expect(recorded).rejects.toThrow(StaleStepError);
      expect(await manager.query('select 1 as goes_on')).toEqual([{ goes_on: 1 }]);
    });
  });
});
