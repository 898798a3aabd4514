import type { MutantsOfFile } from '../../mutant.js';
import {
  claimBudget,
  partsApart,
  claiming,
  failures,
  lateAnswers,
  limits,
  lostLease,
  lostWorkers,
  operatorActions,
  persistence,
  refusedParts,
  results,
  running,
  scheduling,
  shutdown,
  silence,
  smallPool,
  stateTotals,
  transactional,
  turns,
} from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'sql/functions/advance.sql',
    tests: [running, claiming],
    mutants: [
      {
        mistake: 'gives work to a worker that was declared lost',
        find: 'where w.worker_id = p_worker_id and w.lost_at is null and w.stopped_at is null',
        replace: 'where w.worker_id = p_worker_id and w.stopped_at is null',
        tests: [lostWorkers, claiming],
      },
      {
        mistake: 'gives work to a worker that has stopped',
        find: 'where w.worker_id = p_worker_id and w.lost_at is null and w.stopped_at is null',
        replace: 'where w.worker_id = p_worker_id and w.lost_at is null',
        tests: [lostWorkers, claiming, shutdown],
      },
      {
        mistake: 'begins steps of tasks past their deadline',
        find: 'p_want > 0 and p_due is null and exists (select 1 from __schema__.task_deadlines d where d.deadline_at <= now())',
        replace: 'false',
        tests: [scheduling, claiming],
      },
      {
        mistake: 'takes freed steps of a task past its deadline',
        find: 'case when v_lost or p_task_ids && v_expired then 0 else p_want end',
        replace: 'case when v_lost then 0 else p_want end',
        tests: [scheduling, claiming],
      },
      {
        mistake: 'gives a lost worker the steps that its outcomes free',
        find: 'case when v_lost or p_task_ids && v_expired then 0 else p_want end',
        replace: 'case when p_task_ids && v_expired then 0 else p_want end',
        tests: [claiming, lostWorkers],
      },
      {
        mistake: 'takes freed steps for which there is no transactional place',
        find: 'p_without || p_scarce, p_sensitive',
        replace: 'p_without, p_sensitive',
        tests: [transactional, claiming, smallPool],
      },
      {
        mistake: 'never looks at limits when nothing else is due',
        find: 'or exists (select 1 from __schema__.limit_checks c where c.lane_id = any (v_lanes) and c.due_at <= now())',
        replace: 'or false',
        tests: [limits],
      },
      {
        mistake: 'claims as much again as it took of what was freed',
        find: 'p_worker_id, p_want - cardinality(v_taken), v_lanes',
        replace: 'p_worker_id, p_want, v_lanes',
        tests: [claiming, running, turns],
      },
      {
        mistake: 'does not move tasks out of pending',
        find: 'if v_task_ids is not null then -- not',
        replace: 'if false then -- not',
      },
      {
        mistake: 'leaves one step more than fits',
        find: 'v_claimed := v_claimed[:v_fits];',
        replace: 'v_claimed := v_claimed[:v_fits + 1];',
        tests: [claimBudget],
      },
      {
        mistake: 'keeps what did not fit',
        find: 'perform __schema__.unclaim_steps(v_claimed[v_fits + 1:], v_from_states[v_fits + 1:]);',
        replace: '',
        tests: [claimBudget],
      },
      {
        mistake: 'counts starts of limited steps that did not fit',
        find: 'perform __schema__.uncount_limited_starts(v_claimed[v_fits + 1:]);',
        replace: 'null;',
        tests: [claimBudget, limits],
      },
      {
        mistake: 'begins tasks of which no step did fit',
        find: 'v_task_ids := array(select r.task_id from __schema__.ready_steps r where r.workflow_step_id = any (v_claimed));',
        replace: 'null;',
        tests: [claimBudget],
      },
      {
        mistake: 'does not share the lock of its worker',
        find: 'from pg_advisory_xact_lock_shared(__schema__.advance_lock(p_worker_id))',
        replace: 'from (select 1) x',
        tests: [lostLease, lateAnswers, lostWorkers, silence],
      },
      {
        mistake: 'stops looking once nothing more is said to be due, though transactional steps were left',
        find: 'v_more_due or p_due is not null or cardinality(p_scarce) > 0',
        replace: 'v_more_due or p_due is not null',
        tests: [transactional, smallPool, claiming],
      },
    ],
  },
  {
    file: 'sql/functions/unclaim_steps.sql',
    tests: [claimBudget],
    mutants: [
      {
        mistake: 'counts an attempt of a step that did not fit',
        find: 'worker_id = null, attempt = r.attempt - 1',
        replace: 'worker_id = null',
      },
      {
        mistake: 'leaves the begin of a step that did not fit in its history',
        find: 'where h.workflow_step_id = u.workflow_step_id and h.id = (',
        replace: 'where false and h.workflow_step_id = u.workflow_step_id and h.id = (',
      },
      {
        mistake: 'leaves a retry that did not fit pending',
        find: 'state = u.from_state::__schema__.step_state',
        replace: `state = 'pending'::__schema__.step_state`,
      },
      {
        mistake: 'looks at no limit whose place is free again',
        find: 'if v_keys is not null then',
        replace: 'if false then',
        tests: [claimBudget, limits],
      },
    ],
  },
  {
    file: 'sql/functions/measure_claims.sql',
    tests: [claimBudget],
    mutants: [
      {
        mistake: 'counts a value once for each step that needs it',
        find: 'select distinct on (n.kind, n.id) n.nth, n.bytes',
        replace: 'select n.nth, n.bytes',
      },
      {
        mistake: 'lets one large step stop the others behind it',
        find: `where a.bytes <= p_max_bytes
`,
        replace: `where true
`,
      },
      {
        mistake: 'forgets the results of the parents',
        find: '64 + coalesce(octet_length(p.results::text), 0) as bytes',
        replace: '64 as bytes',
      },
    ],
  },
  {
    file: 'sql/functions/describe_claims.sql',
    tests: [running, claiming, results, claimBudget],
    mutants: [
      {
        mistake: 'sends a step that is too large with all it needs',
        find: 'where s.is_too_large is not true)',
        replace: 'where true)',
        tests: [claimBudget],
      },
      {
        mistake: 'says the retry limit without the attempts before the reset',
        find: 's.retry_limit - s.attempts_before, s.from_state',
        replace: 's.retry_limit, s.from_state',
        tests: [operatorActions, running, failures],
      },
    ],
  },
  {
    file: 'sql/functions/claim_apart.sql',
    tests: [partsApart, refusedParts],
    mutants: [
      {
        mistake: 'lets limits that cannot be used stop all claims',
        find: `    v_limited := '{}';
    v_limits := '[]';`,
        replace: '    raise;',
      },
      {
        mistake: 'lets deadlines that cannot be used stop all claims',
        find: `    v_deadlines_fault := jsonb_build_object('sqlState', sqlstate, 'message', sqlerrm);`,
        replace: '    raise;',
      },
      {
        mistake: 'writes down no start of a limited step',
        find: 'limit_opens_in := __schema__.count_limited_starts(v_limits, array(',
        replace: `limit_opens_in := __schema__.count_limited_starts('[]', array(`,
        tests: [partsApart, refusedParts, limits],
      },
      {
        mistake: 'looks for no others in the place of those that were refused',
        find: 'exit when jsonb_array_length(v_refused) = v_count or cardinality(v_good) >= p_want;',
        replace: 'exit;',
      },
      {
        mistake: 'leaves steps that are refused as data at the front of the queue',
        find: 'v_refused := __schema__.postpone_refused(v_refused);',
        replace: 'null;',
      },
    ],
  },
  {
    file: 'sql/functions/postpone_refused.sql',
    tests: [partsApart, refusedParts],
    mutants: [
      { mistake: 'postpones also what passes by itself', find: `~ '^(22|23|44|54|P0)'`, replace: `~ '.'` },
      {
        mistake: 'postpones steps that somebody has claimed meanwhile',
        find: `and r.worker_id is null
`,
        replace: `
`,
      },
      {
        mistake: 'forgets limited steps that it postpones',
        find: 'from later l where l.limit_key is not null',
        replace: 'from later l where false',
        tests: [partsApart, refusedParts, limits],
      },
    ],
  },
  {
    file: 'sql/functions/is_of_one_part.sql',
    tests: [refusedParts, persistence, stateTotals],
    mutants: [
      {
        mistake: 'takes a conflict for a refusal of one row',
        find: `'^(08|25|40|53|57|58)'`,
        replace: `'^(08|25|53|57|58)'`,
      },
      {
        mistake: 'takes a lock that is taken for a refusal of one row',
        find: ` and p_sqlstate <> '55P03'`,
        replace: '',
      },
      { mistake: 'lets one value that needs too much memory stop all', find: ` or p_sqlstate = '53200'`, replace: '' },
    ],
  },
];
