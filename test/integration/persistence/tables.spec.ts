import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import {
  mayStepTransition,
  mayTaskTransition,
  STEP_STATES,
  TASK_STATES,
  type StepState,
  type TaskState,
} from '../../../lib/workflow/states.js';
import { connect, usePersistence } from '../../support/persistence.js';
import { SHAPES } from '../../support/shapes.js';
import { lockWaited } from '../../support/waiting.js';
import { complete, HandWorker, registerShape, startTask } from '../../support/workflow.js';

let client: pg.Client;
afterAll(() => client.end()); // said before the database is dropped, as such hooks run in the order they are said

const persistence = usePersistence();
beforeAll(async () => {
  client = await connect(persistence.url);
});

/** The SQLSTATE that a statement ends with, undefined when it succeeds; it is undone either way. */
async function refusalOf(sql: string, parameters: readonly unknown[] = []): Promise<string | undefined> {
  await client.query('begin');
  try {
    await client.query(sql, [...parameters]);
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  } finally {
    await client.query('rollback');
  }
}

const CHECK_VIOLATION = '23514';
const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';

describe('the transitions that SQL permits', () => {
  it.each(TASK_STATES)('are, for a task in %s, those of lib/workflow', async (from: TaskState) => {
    for (const to of TASK_STATES) {
      const refusal = await refusalOf(
        'insert into tasker.task_transitions (task_id, from_state, to_state) values (1, $1, $2)',
        [from, to],
      );
      expect([from, to, refusal]).toEqual([from, to, mayTaskTransition(from, to) ? undefined : CHECK_VIOLATION]);
    }
  });

  it.each(STEP_STATES)('are, for a step in %s, those of lib/workflow', async (from: StepState) => {
    for (const to of STEP_STATES) {
      const refusal = await refusalOf(
        `insert into tasker.workflow_step_transitions (workflow_step_id, task_id, from_state, to_state, attempt)
         values (1, 1, $1, $2, 1)`,
        [from, to],
      );
      expect([from, to, refusal]).toEqual([from, to, mayStepTransition(from, to) ? undefined : CHECK_VIOLATION]);
    }
  });
});

describe('every table', () => {
  it('has a primary key, without which a publication of all tables makes its rows unchangeable', async () => {
    const without = await persistence.query(
      `select c.relname from pg_class c
       where c.relnamespace = '__schema__'::regnamespace and c.relkind in ('r', 'p')
         and not exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary)`,
    );
    expect(without).toEqual([]);
  });
});

describe('the tables', () => {
  let taskId: string;

  beforeAll(async () => {
    taskId = await startTask(persistence, await registerShape(persistence, SHAPES.diamond));
  });

  it.each([
    ['tasks', TASK_STATES],
    ['workflow_steps', STEP_STATES],
  ])('let the state of %s be what lib/workflow lists, and nothing else', async (table, states) => {
    const set = `update tasker.${table} set state = $1 where task_id = $2`;
    for (const state of states) expect(await refusalOf(set, [state, taskId])).toBeUndefined();
    expect(await refusalOf(set, ['finished', taskId])).toBe(CHECK_VIOLATION);
  });

  it('keep a named task that has tasks, also one that is just getting its first', async () => {
    const drop = `with steps as (delete from tasker.named_tasks_named_steps where named_task_id = $1)
      delete from tasker.named_tasks where named_task_id = $1`;
    const used = await registerShape(persistence, SHAPES.linear, { name: 'used' });
    expect(await refusalOf(drop, [used])).toBeUndefined();
    const starter = await connect(persistence.url);
    await starter.query('begin');
    await starter.query(
      `select tasker.start_tasks(array[$1::bigint], array['{}'], array[null], array[null], array[null], array[null],
         array[null::smallint], array[null])`,
      [used],
    );
    const refusal = refusalOf(drop, [used]);
    await lockWaited(starter, 'delete from tasker.named_tasks');
    await starter.query('commit');
    await starter.end();
    expect(await refusal).toBe(FOREIGN_KEY_VIOLATION);
    expect(
      await refusalOf('update tasker.named_tasks set task_namespace_id = -1 where named_task_id = $1', [used]),
    ).toBe(FOREIGN_KEY_VIOLATION);
  });

  it('hold a named step once a task', async () => {
    const again = `insert into tasker.workflow_steps (task_id, named_step_id, step_template_id, waiting_on, is_leaf)
      select task_id, named_step_id, step_template_id, 0, true from tasker.workflow_steps where task_id = $1 limit 1`;
    expect(await refusalOf(again, [taskId])).toBe(UNIQUE_VIOLATION);
  });

  it('hold an edge once, and none from a step to itself', async () => {
    const again = `insert into tasker.workflow_step_edges (from_step_id, to_step_id, task_id)
      select from_step_id, to_step_id, task_id from tasker.workflow_step_edges where task_id = $1 limit 1`;
    expect(await refusalOf(again, [taskId])).toBe(UNIQUE_VIOLATION);
    const loop = `insert into tasker.workflow_step_edges (from_step_id, to_step_id, task_id)
      select from_step_id, from_step_id, task_id from tasker.workflow_step_edges where task_id = $1 limit 1`;
    expect(await refusalOf(loop, [taskId])).toBe(CHECK_VIOLATION);
  });

  it.each([
    ['a negative count of open leaves', 'update tasker.tasks set open_leaves = -1 where task_id = $1'],
    ['a negative count of waiting steps', 'update tasker.workflow_steps set waiting_on = -1 where task_id = $1'],
    ['a limit of no attempts', 'update tasker.workflow_steps set retry_limit = 0 where task_id = $1'],
    ['a context that is no object', `update tasker.tasks set context = '[]' where task_id = $1`],
    ['tags that are no list', `update tasker.tasks set tags = '{}' where task_id = $1`],
  ])('refuse %s', async (_, sql) => {
    expect(await refusalOf(sql, [taskId])).toBe(CHECK_VIOLATION);
  });

  it('hold an identity once', async () => {
    const same = `insert into tasker.task_identities (identity_hash, task_id) values ('same', $1), ('same', $1)`;
    expect(await refusalOf(same, [taskId])).toBe(UNIQUE_VIOLATION);
  });
});

describe('deleting a task', () => {
  /** They outlive the task. */
  const STAYING = ['archived_tasks', 'audit_inbox', 'audit_log'];
  let underATask: readonly string[];
  beforeAll(async () => {
    const rows = await persistence.query<{ name: string }>(
      `select table_name as name from information_schema.columns join information_schema.tables using (table_schema, table_name)
       where table_schema = '__schema__' and column_name = 'task_id' and table_type = 'BASE TABLE' and table_name <> 'tasks'`,
    );
    underATask = rows.map(({ name }) => name).filter((name) => !STAYING.includes(name));
  });

  /** Rows that nothing here makes by itself. */
  const MADE = [
    `insert into __schema__.task_annotations (task_id, annotation_type_id, annotation)
     select $1, annotation_type_id, '{}' from __schema__.annotation_types`,
    `insert into __schema__.operator_actions (task_id, action, actor) values ($1, 'hold', 'ann')`,
    `insert into __schema__.task_deadlines (task_id, deadline_at) values ($1, now())`,
    `insert into __schema__.sensitive_values (task_id, content) values ($1, 'x')`,
    `insert into __schema__.data_subjects (task_id, subject_hash) values ($1, decode(repeat('00', 32), 'hex'))`,
    `insert into __schema__.erased_tasks (task_id, erased_at, actor) values ($1, now(), 'ann')`,
    `insert into __schema__.set_aside_tasks (task_id, since) values ($1, now())`,
    `insert into __schema__.final_hooks (task_id, named_task_id, state)
     select task_id, named_task_id, 'complete' from __schema__.tasks where task_id = $1`,
    `with own as (update __schema__.tasks set identity_hash = 'identity ' || $1::bigint where task_id = $1)
     insert into __schema__.task_identities (identity_hash, task_id) values ('identity ' || $1::bigint, $1)`,
  ];

  it('removes everything under it, and nothing of others', async () => {
    const namedTask = await registerShape(persistence, SHAPES.tree);
    const [task, other] = [await startTask(persistence, namedTask), await startTask(persistence, namedTask)];
    const worker = await HandWorker.register(persistence);
    await worker.advance((await worker.claim()).map((step) => complete(step)));
    await persistence.query(`insert into __schema__.annotation_types (name) values ('note')`);
    for (const id of [task, other]) for (const sql of MADE) await persistence.query(sql, id);

    const rowsOf = async (id: string): Promise<Record<string, number>> => {
      const counts = underATask.map(async (table) => {
        const [row] = await persistence.query(
          `select count(*)::integer from __schema__.${table} where task_id = $1`,
          id,
        );
        return [table, row!.count] as const;
      });
      return Object.fromEntries(await Promise.all(counts));
    };
    const before = await rowsOf(other);
    expect(Object.values(before)).not.toContain(0);

    await persistence.query('delete from __schema__.tasks where task_id = $1', task);
    expect(Object.values(await rowsOf(task))).toEqual(underATask.map(() => 0));
    expect(await rowsOf(other)).toEqual(before);
  });

  it('leaves its identity to a later task that has it by now', async () => {
    const namedTask = await registerShape(persistence, SHAPES.tree);
    const [task, later] = [await startTask(persistence, namedTask), await startTask(persistence, namedTask)];
    await persistence.query(`update __schema__.tasks set identity_hash = 'same' where task_id = any ($1)`, [
      task,
      later,
    ]);
    await persistence.query(
      `insert into __schema__.task_identities (identity_hash, task_id) values ('same', $1)`,
      later,
    );
    await persistence.query('delete from __schema__.tasks where task_id = $1', task);
    expect(
      await persistence.query(`select task_id from __schema__.task_identities where identity_hash = 'same'`),
    ).toEqual([{ task_id: later }]);
  });
});
