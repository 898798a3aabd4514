import type { MutantsOfFile } from '../../mutant.js';
import { finalAnnotations, removing, retention, shutdown, stateTotals, tables } from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'sql/functions/remove_finished_tasks.sql',
    tests: [removing, retention],
    mutants: [
      {
        mistake: 'removes tasks in error',
        find: `t.state in ('complete', 'cancelled', 'resolved_manually')`,
        replace: `t.state in ('complete', 'cancelled', 'resolved_manually', 'error')`,
        equivalent: 'a task in error has no completed_at, so it is not older than anything',
      },
      {
        mistake: 'removes retained tasks',
        find: 'and t.completed_at < v_before and not t.retained',
        replace: 'and t.completed_at < v_before',
      },
      {
        mistake: 'removes by the creation of a task',
        find: 'and t.completed_at < v_before and',
        replace: 'and t.created_at < v_before and',
      },
      {
        mistake: 'waits for a task that somebody holds',
        find: 'order by t.task_id for update skip locked',
        replace: 'order by t.task_id for update',
      },
      {
        mistake: 'removes tasks that are too large to be archived',
        find: 'where r.task_id <> all (v_too_large));',
        replace: ');',
      },
      {
        mistake: 'lets two processes remove',
        find: `if not pg_try_advisory_xact_lock(hashtext('__schema__.remove_finished_tasks')) then`,
        replace: 'if false then',
      },
      {
        mistake: 'says that a full batch is the last',
        find: 'coalesce(cardinality(v_seen), 0) < p_limit',
        replace: 'coalesce(cardinality(v_seen), 0) <= p_limit',
      },
    ],
  },
  {
    file: 'sql/functions/delete_rows_of_tasks.sql',
    tests: [tables, retention],
    mutants: [
      {
        mistake: 'keeps identities of tasks that are gone',
        find: 'where i.identity_hash = g.identity_hash and i.task_id = g.task_id;',
        replace: 'where false;',
      },
      { mistake: 'removes the identity that a later task has', find: 'and i.task_id = g.task_id;', replace: ';' },
      {
        mistake: 'leaves tasks in the totals that are gone',
        find: 'perform __schema__.add_to_totals(v_changes);',
        replace: '',
        tests: [stateTotals, retention],
      },
      {
        mistake: 'keeps deadlines of tasks that are gone',
        find: 'delete from __schema__.task_deadlines d using gone g where d.task_id = g.task_id;',
        replace: '',
      },
      {
        mistake: 'keeps ends of tasks that are gone',
        find: 'delete from __schema__.final_hooks f using gone g where f.task_id = g.task_id;',
        replace: '',
      },
    ],
  },
  {
    file: 'sql/functions/claim_final_hooks.sql',
    tests: [finalAnnotations],
    mutants: [
      {
        mistake: 'claims before the wait is over',
        find: `and f.due_at <= now()
`,
        replace: `and f.due_at is not null
`,
      },
      {
        mistake: 'waits for rows that another claims',
        find: 'limit p_limit for update skip locked',
        replace: 'limit p_limit for update',
      },
      {
        mistake: 'counts no attempt',
        find: 'attempts = f.attempts + 1, due_at',
        replace: 'attempts = f.attempts, due_at',
      },
    ],
  },
  {
    file: 'sql/functions/finish_final_hook.sql',
    tests: [finalAnnotations],
    mutants: [
      {
        mistake: 'stores annotations of a claim that ran out',
        find: 'and f.attempts = p_attempt and f.due_at is not null',
        replace: 'and f.due_at is not null',
      },
    ],
  },
  {
    file: 'sql/functions/release_final_hook.sql',
    tests: [finalAnnotations, shutdown],
    mutants: [
      {
        mistake: 'counts an attempt that was handed back',
        find: 'attempts = f.attempts - 1, due_at = now()',
        replace: 'due_at = now()',
      },
    ],
  },
  {
    file: 'sql/functions/postpone_final_hook.sql',
    tests: [finalAnnotations],
    mutants: [
      {
        mistake: 'puts a claim off that is not its own any more',
        find: 'and f.attempts = p_attempt and f.due_at is not null',
        replace: 'and f.due_at is not null',
      },
    ],
  },
];
