import type { MutantsOfFile } from '../../mutant.js';
import {
  actingOnFailures,
  boot,
  claiming,
  failures,
  finalAnnotations,
  graphqlMutations,
  histories,
  limits,
  operatorActions,
  reading,
  refusedParts,
  requests,
  restActions,
  restSpec,
  retention,
  running,
  scheduling,
  starting,
  tables,
  taskHandlers,
  versionsElsewhere,
} from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'sql/functions/_move_tasks.sql',
    tests: [running, failures, operatorActions],
    mutants: [
      {
        mistake: 'ends a task as failed while a step may still run',
        find: 'when d.failed_steps > 0 and not exists (',
        replace: 'when d.failed_steps > 0 or not exists (',
      },
      {
        mistake: 'forgets failures',
        find: 't.failed_steps + coalesce(x.failures, 0) as failed_steps',
        replace: 't.failed_steps as failed_steps',
      },
      {
        mistake: 'ends a task with one leaf still open',
        find: `when d.open_leaves = 0 then 'complete'`,
        replace: `when d.open_leaves <= 1 then 'complete'`,
      },
      {
        mistake: 'changes tasks that have ended',
        find: `where p_to is not null or t.state in ('pending', 'in_progress')
`,
        replace: `where true
`,
        tests: [histories, running, operatorActions],
      },
      {
        mistake: 'leaves a task unfinished whose other steps were cancelled',
        find: 'when d.open_leaves is null and not exists (',
        replace: 'when false and not exists (',
        tests: [operatorActions],
      },
      {
        mistake: 'calls nobody at the end of a task',
        find: 'if v_hooked is not null then',
        replace: 'if false then',
        tests: [finalAnnotations, taskHandlers],
      },
      {
        mistake: 'says no end in the time of completion',
        find: `completed_at = case when j.to_state in ('complete', 'cancelled', 'resolved_manually') then j.at end`,
        replace: 'completed_at = null',
        tests: [running, reading, retention],
      },
      {
        mistake: 'lets an end be dated before what it follows',
        find: `greatest(v_at, t.updated_at + interval '1 microsecond') as at`,
        replace: 'v_at as at',
        tests: [histories, running],
      },
      {
        mistake: 'goes by the steps and not by what a person decided',
        find: 'when p_to is not null then p_to',
        replace: '',
      },
      {
        mistake: 'keeps the reason of a person to itself',
        find: 'when p_to is not null then p_reason',
        replace: '',
      },
      {
        mistake: 'writes no history',
        find: `      c.updated_at
    from changed c
`,
        replace: `      c.updated_at
    from changed c where false
`,
      },
      {
        mistake: 'calls handlers that want no call',
        find: 'filter (where c.has_final_hook and',
        replace: 'filter (where',
        tests: [finalAnnotations, taskHandlers],
      },
    ],
  },
  {
    file: 'sql/functions/begin_tasks.sql',
    tests: [claiming, running],
    mutants: [
      {
        mistake: 'begins a task again that has ended',
        find: `and state = 'pending'
`,
        replace: `
`,
      },
      {
        mistake: 'waits for a task that somebody holds',
        find: 'order by task_id for no key update skip locked',
        replace: 'order by task_id for no key update',
      },
    ],
  },
  {
    file: 'sql/functions/start_tasks.sql',
    tests: [running, starting, requests, scheduling],
    mutants: [
      {
        mistake: 'starts every step at once',
        find: `from step s where s.parent_positions = '{}'
    returning`,
        replace: `from step s
    returning`,
      },
      {
        mistake: 'starts a task before its time',
        find: `r.priority, now(),
      r.run_at, null`,
        replace: `r.priority, now(),
      null, null`,
      },
      {
        mistake: 'gives the priority of the template where the task has one',
        find: 'r.task_namespace_id, r.priority, now()',
        replace: 'r.task_namespace_id, null, now()',
      },
      {
        mistake: 'counts the deadline from the request, not from runAt',
        find: `greatest(now(), (o.extra ->> 'runAt')::timestamptz)
`,
        replace: `now()
`,
      },
      {
        mistake: 'creates a task again whose identity another has',
        find: `where o.answer_id = o.task_id
  ),`,
        replace: '),',
      },
      {
        mistake: 'forgets the deadline of a task',
        find: 'where o.answer_id = o.task_id and o.step_count > 0 and t.deadline_at is not null;',
        replace: 'where false;',
      },
      {
        mistake: 'leaves a task without steps pending',
        find: 'if 0 = any (v_step_counts) then',
        replace: 'if false then',
      },
      {
        mistake: 'follows a revision of the template that is no longer current',
        find: 'st.named_task_id = r.named_task_id and st.revision = r.revision',
        replace: 'st.named_task_id = r.named_task_id and st.revision = 1',
        tests: [claiming, boot, versionsElsewhere],
      },
      {
        mistake: 'looks at no limit of new steps',
        find: 'if v_limit_keys is not null then',
        replace: 'if false then',
        tests: [limits],
      },
      {
        mistake: 'lets a named task be deleted meanwhile',
        find: 'for key share of nt -- keeps',
        replace: '-- keeps',
        tests: [tables, starting, requests, running],
      },
      {
        mistake: 'gives a limited step of a child the key too early',
        find: `case st.parent_positions when '{}' then st.limits end`,
        replace: 'st.limits',
        tests: [limits],
        equivalent: 'the key of a step that is not first is computed and then not used',
      },
    ],
  },
  {
    file: 'sql/functions/claim_identities.sql',
    tests: [requests, starting, taskHandlers],
    mutants: [
      { mistake: 'never lets an identity end', find: 'where i.expires_at <= now();', replace: 'where false;' },
      {
        mistake: 'lets a second task have an identity that counts',
        find: 'where i.expires_at <= now();',
        replace: 'where true;',
      },
      {
        mistake: 'gives the last of equal requests the task',
        find: `order by x.hash, x.n
`,
        replace: `order by x.hash, x.n desc
`,
      },
    ],
  },
  {
    file: 'sql/functions/take_idempotent_request.sql',
    tests: [restActions, restSpec, graphqlMutations],
    mutants: [
      {
        mistake: 'carries a request out again that is being carried out',
        find: '(q.answer is null and q.taken_until <= v_now and q.fingerprint = excluded.fingerprint)',
        replace: '(q.answer is null and q.fingerprint = excluded.fingerprint)',
      },
      {
        mistake: 'lets another request take the key of one that died',
        find: 'and q.taken_until <= v_now and q.fingerprint = excluded.fingerprint)',
        replace: 'and q.taken_until <= v_now)',
      },
      {
        mistake: 'never carries a request out again whose process died',
        find: 'or (q.answer is null and q.taken_until <= v_now and q.fingerprint = excluded.fingerprint)',
        replace: 'or false',
      },
      {
        mistake: 'answers another request with what was answered to the first',
        find: `when v_found.fingerprint is distinct from p_fingerprint then 'different'`,
        replace: `when false then 'different'`,
      },
      {
        mistake: 'never forgets a key',
        find: `where q.expires_at <= v_now
    --`,
        replace: `where false
    --`,
      },
    ],
  },
  {
    file: 'sql/functions/settle_new_task.sql',
    tests: [requests, operatorActions],
    mutants: [
      {
        mistake: 'passes over steps before their parents are done',
        find: 'filter (where d.waiting_on = 0)',
        replace: 'filter (where true)',
      },
    ],
  },
  {
    file: 'sql/functions/tailor_new_task.sql',
    tests: [taskHandlers],
    mutants: [
      {
        mistake: 'runs a step that was made to wait',
        find: 'perform __schema__.unqueue_steps(v_to); -- they now have dependencies',
        replace: '-- they now have dependencies',
      },
      {
        mistake: 'counts a parent that the template named already',
        find: 'on conflict do nothing -- the',
        replace: 'on conflict (from_step_id, to_step_id) do update set task_id = excluded.task_id -- the',
      },
      {
        mistake: 'takes a step with new children for a leaf',
        find: 'is_leaf = s.is_leaf and not x.is_parent',
        replace: 'is_leaf = s.is_leaf',
        equivalent: 'a leaf more is waited for, which is done before those behind it',
      },
    ],
  },
  {
    file: 'sql/functions/expire_tasks.sql',
    tests: [requests, scheduling],
    mutants: [
      {
        mistake: 'ends tasks before their deadline',
        find: 'd.deadline_at <= now() and d.task_id <> all (p_without)',
        replace: 'd.task_id <> all (p_without)',
      },
      {
        mistake: 'tries a task again and again that is refused',
        find: 'd.deadline_at <= now() and d.task_id <> all (p_without)',
        replace: 'd.deadline_at <= now()',
        tests: [refusedParts, scheduling],
      },
      {
        mistake: 'waits for a task that somebody holds',
        find: 'order by t.task_id for no key update skip locked',
        replace: 'order by t.task_id for no key update',
      },
      {
        mistake: 'lets steps wait on in the queue of a failed task',
        find: `perform __schema__.unqueue_steps(array(
          select s.workflow_step_id from __schema__.workflow_steps s where s.task_id = v_task_id
        ));`,
        replace: 'null;',
      },
      {
        mistake: 'ends a task whose deadline was lifted',
        find: `t.state in ('pending', 'in_progress') and t.deadline_at <= now()`,
        replace: `t.state in ('pending', 'in_progress')`,
        tests: [actingOnFailures],
      },
      {
        mistake: 'fails a task that has ended',
        find: `where t.task_id = v_task_id and t.state in ('pending', 'in_progress') and`,
        replace: 'where t.task_id = v_task_id and',
      },
    ],
  },
];
