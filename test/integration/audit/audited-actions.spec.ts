import { beforeAll, describe, expect, it } from '@jest/globals';
import type { ModuleRef } from '@nestjs/core';
import type { DataSource } from 'typeorm';
import { AuditSealer } from '../../../lib/audit/audit.sealer.js';
import { StandingFaults } from '../../../lib/background/standing.faults.js';
import { resolveOptions } from '../../../lib/options/resolve.options.js';
import { AuditWriter } from '../../../lib/persistence/audit.writer.js';
import { Database } from '../../../lib/persistence/database.js';
import { OperatorGateway } from '../../../lib/persistence/operator.gateway.js';
import { amount } from '../../support/amount.js';
import { anEntry, gatewayOn, useAuditLab } from '../../support/audit.lab.js';
import { connect, openPersistence } from '../../support/persistence.js';
import { registerShape, startTask, taskState } from '../../support/workflow.js';

const lab = useAuditLab();
const { query } = lab;
const SHAPE = [{ name: 'only', dependsOn: [] }];
const BY = { actor: 'ann', reason: 'the shelf is empty' };
let namedTask: string;

beforeAll(async () => {
  namedTask = await registerShape(lab, SHAPE, { namespace: 'shop' });
});

function operatorOn(dataSource: DataSource): OperatorGateway {
  const modules = { get: () => dataSource } as unknown as ModuleRef;
  const options = resolveOptions({});
  const database = new Database(options, modules);
  return new OperatorGateway(database, new AuditWriter(database, options));
}

const entriesOf = (taskId: string) =>
  query('select operation, outcome from __schema__.audit_inbox where task_id = $1 order by entry_id', taskId);
const cancel = (taskId: string, entry: string) => ({
  text: `select tasker.audited(tasker.cancel_task($1, 'ann', null), $2) as answer`,
  values: [taskId, entry],
});
const entryOf = (taskId: string, more: object = {}) =>
  anEntry('shop', { operation: 'cancelTask', id: taskId, taskId, ...more });

describe('many actions at the same time', () => {
  it('leave one entry each in one valid chain, while several processes seal', async () => {
    const COUNT = amount({ short: 300, full: 10_000 });
    const tasks = await Promise.all(Array.from({ length: COUNT }, () => startTask(lab, namedTask)));
    const other = await openPersistence(lab.url);
    const operators = [operatorOn(lab.dataSource), operatorOn(other.dataSource)];
    const sealers = [lab, other].map(({ dataSource }) => new AuditSealer(gatewayOn(dataSource), new StandingFaults()));
    let isActing = true;
    const sealing = sealers.map(async (sealer) => {
      while (isActing) await sealer.runOnce();
    });
    await Promise.all(tasks.map((id, index) => operators[index % 2]!.call('cancel_task', BY, id)));
    isActing = false;
    await Promise.all(sealing);
    await sealers[0]!.runOnce();
    const rows = await query<{ id: string; seq: string }>(
      `select task_id as id, seq from __schema__.audit_log
       where namespace = 'shop' and operation = 'cancelTask' and actor = 'ann' and outcome = 'done' order by seq`,
    );
    expect(rows.map(({ id }) => id).sort()).toEqual([...tasks].sort());
    expect(rows.map(({ seq }) => Number(seq))).toEqual(tasks.map((_, index) => index + 1));
    expect(await lab.verify('shop')).toMatchObject({ isValid: true, entries: COUNT });
    await other.close();
  });
});

describe('an action and its entry', () => {
  it('are both rolled back', async () => {
    const taskId = await startTask(lab, namedTask);
    const client = await connect(lab.url);
    await client.query('begin');
    const { rows } = await client.query(cancel(taskId, entryOf(taskId)));
    expect(rows).toMatchObject([{ answer: { changed: true } }]);
    await client.query('rollback');
    await client.end();
    expect(await taskState(lab, taskId)).toBe('pending');
    expect(await entriesOf(taskId)).toEqual([]);
  });

  it('are both lost with the connection', async () => {
    const taskId = await startTask(lab, namedTask);
    const client = await connect(lab.url);
    client.on('error', () => undefined); // it is closed by the server
    await client.query('begin');
    await client.query(cancel(taskId, entryOf(taskId)));
    const [{ pid }] = (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows as [{ pid: number }];
    await query('select pg_terminate_backend($1, 5000)', pid);
    expect(await taskState(lab, taskId)).toBe('pending');
    expect(await entriesOf(taskId)).toEqual([]);
  });

  it('both do not happen if the entry cannot be stored', async () => {
    const taskId = await startTask(lab, namedTask);
    const client = await connect(lab.url);
    await expect(client.query(cancel(taskId, entryOf(taskId, { face: null })))).rejects.toThrow('not-null');
    await client.end();
    expect(await taskState(lab, taskId)).toBe('pending');
  });

  it('are there once for each request, with what became of it', async () => {
    const taskId = await startTask(lab, namedTask);
    const operator = operatorOn(lab.dataSource);
    await operator.call('cancel_task', BY, taskId);
    await operator.call('cancel_task', BY, taskId);
    await expect(operator.holdTask(taskId, true, BY)).rejects.toThrow();
    await expect(operator.call('cancel_task', BY, '999999999')).rejects.toThrow();
    expect(await entriesOf(taskId)).toEqual([
      { operation: 'cancelTask', outcome: 'done' },
      { operation: 'cancelTask', outcome: 'unchanged' },
      { operation: 'holdTask', outcome: 'refused' },
    ]);
    expect(await query(`select from __schema__.audit_inbox where task_id = 999999999`)).toEqual([]);
  });
});
