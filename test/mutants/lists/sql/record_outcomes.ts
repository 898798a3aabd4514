import type { MutantsOfFile } from '../../mutant.js';
import {
  claiming,
  cleanConnections,
  failures,
  histories,
  lateAnswers,
  limits,
  lostLease,
  lostWorkers,
  operatorActions,
  partsApart,
  randomOperations,
  randomRuns,
  refusedParts,
  requests,
  running,
  scheduling,
  shutdown,
  silence,
  stateTotals,
  systemHealth,
  transactional,
  turns,
  waking,
} from '../../specs.js';

export const files: readonly MutantsOfFile[] = [
  {
    file: 'sql/functions/record_outcomes.sql',
    tests: [running, claiming, failures],
    mutants: [
      {
        mistake: 'accepts the outcome of an earlier attempt',
        find: `r.workflow_step_id = o.step_id and r.worker_id = p_worker_id and r.attempt = o.attempt
  ),`,
        replace: `r.workflow_step_id = o.step_id and r.worker_id = p_worker_id
  ),`,
        tests: [running, lateAnswers, lostWorkers, lostLease],
      },
      {
        mistake: 'accepts the outcome of another worker',
        find: `r.workflow_step_id = o.step_id and r.worker_id = p_worker_id and r.attempt = o.attempt
  ),`,
        replace: `r.workflow_step_id = o.step_id and r.attempt = o.attempt
  ),`,
        tests: [running, lostWorkers, lostLease],
      },
      {
        mistake: 'locks the tasks in any order',
        find: 'where task_id = any (p_task_ids) order by task_id for no key update',
        replace: 'where task_id = any (p_task_ids) order by random() for no key update',
        tests: [running, randomRuns, claiming],
      },
      {
        mistake: 'does not lock the tasks',
        find: `order by task_id for no key update
`,
        replace: `order by task_id
`,
        tests: [running, randomRuns, operatorActions],
      },
      {
        mistake: 'dates outcomes by the start of the transaction',
        find: 'v_at := clock_timestamp();',
        replace: 'v_at := now();',
        tests: [histories, running, transactional],
      },
      {
        mistake: 'runs a step once more than its limit',
        find: 'o.attempt < s.retry_limit then o.after_seconds',
        replace: 'o.attempt <= s.retry_limit then o.after_seconds',
      },
      {
        mistake: 'queues a step once more than its limit',
        find: 's.attempts < s.retry_limit)) as requeued',
        replace: 's.attempts <= s.retry_limit)) as requeued',
      },
      {
        mistake: 'retries a step that is not retryable',
        find: `(o.kind = 'retry' and s.retryable and s.attempts < s.retry_limit)`,
        replace: `(o.kind = 'retry' and s.attempts < s.retry_limit)`,
      },
      {
        mistake: 'counts an attempt that was handed back',
        find: `attempts_before = case o.kind when 'release' then s.attempts_before + 1 else s.attempts_before end`,
        replace: 'attempts_before = s.attempts_before',
        tests: [running, shutdown],
      },
      {
        mistake: 'leaves a released step one attempt less',
        find: `retry_limit = case o.kind when 'release' then s.retry_limit + 1 else s.retry_limit end`,
        replace: 'retry_limit = s.retry_limit',
        tests: [running, shutdown],
      },
      {
        mistake: 'forgets the error of a step that is released',
        find: `when 'release' then s.error else o.error::jsonb end`,
        replace: `when 'release' then null else o.error::jsonb end`,
        tests: [running, shutdown, failures],
      },
      {
        mistake: 'keeps the error of a step that succeeds at last',
        find: `error = case o.kind when 'complete' then null when`,
        replace: `error = case o.kind when 'complete' then s.error when`,
      },
      {
        mistake: 'frees children of a step that failed',
        find: `where d.state = 'complete'
      group by e.to_step_id`,
        replace: 'group by e.to_step_id',
      },
      {
        mistake: 'frees a child before its last parent',
        find: 'c.waiting_on = p.done and c.state',
        replace: 'c.waiting_on <= p.done + 1 and c.state',
      },
      {
        mistake: 'runs a child that was cancelled',
        find: `c.waiting_on = p.done and c.state = 'pending' as is_due`,
        replace: 'c.waiting_on = p.done as is_due',
        tests: [operatorActions, running, randomOperations],
      },
      {
        mistake: 'runs a child whose state was decided ahead of its turn',
        find: 'c.settlement is null as is_unsettled',
        replace: 'true as is_unsettled',
        tests: [operatorActions, requests, running],
      },
      {
        mistake: 'gives the priority of the template where the task has one',
        find: 't.task_namespace_id, t.priority, t.created_at',
        replace: 't.task_namespace_id, null, t.created_at',
        tests: [scheduling, claiming, running],
      },
      {
        mistake: 'lets freed steps of young tasks go first',
        find: 't.priority, t.created_at, t.run_at',
        replace: 't.priority, now(), t.run_at',
        tests: [claiming, turns, scheduling],
      },
      {
        mistake: 'takes freed steps of a held task',
        find: `and not child.is_held
`,
        replace: `
`,
        tests: [operatorActions, claiming, scheduling],
      },
      {
        mistake: 'takes freed steps past their limit',
        find: 'and child.limit_key is null and child.lane_id',
        replace: 'and child.lane_id',
        tests: [limits, claiming],
      },
      {
        mistake: 'takes freed steps of queues that it does not serve',
        find: 'and child.lane_id = any (p_lanes) and',
        replace: 'and',
        tests: [claiming],
      },
      {
        mistake: 'takes freed steps that it has no handler for',
        find: `and child.step_template_id <> all (p_without)
`,
        replace: `
`,
        tests: [claiming],
      },
      {
        mistake: 'takes freed steps before more urgent ones that are due',
        find: 'and due.is_more_urgent is not true and',
        replace: 'and',
        tests: [claiming, turns, scheduling],
      },
      {
        mistake: 'takes freed steps before more urgent ones of other namespaces',
        find: 'and coalesce(due.rival_priority <= child.priority, true) as',
        replace: 'as',
        tests: [turns, claiming],
      },
      {
        mistake: 'leaves other namespaces no turn',
        find: 'case when c.rival_priority = c.priority then v_share else p_want end',
        replace: 'p_want',
        tests: [turns, claiming],
      },
      {
        mistake: 'takes more freed steps than wanted',
        find: ') <= case when c.rival_priority = c.priority then v_share else p_want end as is_taken',
        replace: ') <= case when c.rival_priority = c.priority then v_share else p_want + 1 end as is_taken',
        tests: [claiming],
      },
      {
        mistake: 'never changes over when it wants one step',
        find: '(p_want + (random() < 0.5)::integer) / 2',
        replace: '(p_want + 1) / 2',
        tests: [turns],
      },
      {
        mistake: 'leaves a finished step in the queue',
        find: 'where r.workflow_step_id = d.workflow_step_id and not d.requeued',
        replace: 'where r.workflow_step_id = d.workflow_step_id and not d.requeued and false',
      },
      {
        mistake: 'looks again at no limit under which a place became free',
        find: 'v_left_templates || v_come_templates, v_left_keys || v_come_keys',
        replace: 'v_come_templates, v_come_keys',
        tests: [limits],
      },
      {
        mistake: 'looks at no limit for which freed steps wait',
        find: 'v_left_templates || v_come_templates, v_left_keys || v_come_keys',
        replace: 'v_left_templates, v_left_keys',
        tests: [limits],
      },
      {
        mistake: 'looks at no limit when a limited retry is due',
        find: 'select q.limit_key, q.lane_id, q.run_at from requeued q where q.limit_key is not null',
        replace: 'select q.limit_key, q.lane_id, q.run_at from requeued q where false',
        tests: [limits, failures],
      },
      {
        mistake: 'says that nothing more is due after freed steps',
        find: 'more_due := more_due or v_freed > cardinality(taken) or',
        replace: 'more_due := more_due or',
        tests: [claiming, waking, running, randomRuns],
      },
      {
        mistake: 'says that nothing more is due after a retry',
        find: `or v_settle is not null or p_kinds && '{retry,release}';`,
        replace: 'or v_settle is not null;',
        tests: [claiming, failures, running],
      },
      {
        mistake: 'queues a retry as a first attempt',
        find: `retrying = o.kind = 'retry'`,
        replace: 'retrying = false',
        tests: [running, failures, systemHealth],
      },
      {
        mistake: 'queues a retry at once',
        find: `run_at = __schema__.retry_time(v_at, o.after_seconds)
`,
        replace: `run_at = now()
`,
        tests: [running, failures],
      },
      { mistake: 'gives no task its end', find: 'v_may_move or y.is_end, false', replace: 'v_may_move, false' },
      {
        mistake: 'does not settle what comes to its turn',
        find: 'if v_settle is not null then',
        replace: 'if false then',
        tests: [operatorActions, requests, running],
      },
      {
        mistake: 'forgets what the settled steps did to their tasks',
        find: 'v_task_ids || v_settled.task_ids, v_leaves || v_settled.leaves, v_failures || v_settled.failures',
        replace: 'v_task_ids, v_leaves, v_failures',
        tests: [operatorActions, requests, running],
      },
      {
        mistake: 'counts outcomes in no total',
        find: `else
    v_added := __schema__.add_to_totals(v_changes);`,
        replace: `else
    v_added := true;`,
        tests: [stateTotals, running],
      },
      {
        mistake: 'counts a retry among final failures',
        find: `count(*) filter (where d.state = 'error' and not d.requeued)::integer as failures`,
        replace: `count(*) filter (where d.state = 'error')::integer as failures`,
      },
      {
        mistake: 'reports no stale outcome',
        find: `and n <> all (coalesce(v_accepted, '{}'))`,
        replace: 'and false',
        tests: [running, lateAnswers, lostWorkers],
      },
    ],
  },
  {
    file: 'sql/functions/retry_time.sql',
    tests: [running, failures],
    mutants: [
      {
        mistake: 'fails for a wait beyond the range of time',
        find: 'least(p_after_seconds, 3155760000)',
        replace: 'p_after_seconds',
        tests: [failures, running, refusedParts],
      },
      {
        mistake: 'waits for minutes instead of seconds',
        find: 'make_interval(secs => least(p_after_seconds, 3155760000))',
        replace: 'make_interval(mins => least(p_after_seconds, 3155760000)::integer)',
      },
    ],
  },
  {
    file: 'sql/functions/record_transactional.sql',
    tests: [transactional],
    mutants: [
      {
        mistake: 'commits the work of an attempt that it lost',
        find: `if json_array_length(v_facts -> 'stale') > 0 then`,
        replace: 'if false then',
      },
      {
        mistake: 'lets a frozen process hold its task for ever',
        find: `if current_setting('idle_in_transaction_session_timeout') = '0' then`,
        replace: 'if false then',
        tests: [running, transactional, cleanConnections, silence],
      },
      {
        mistake: 'holds the task of a frozen process for a thousand leases',
        find: 'ceil(w.lease_seconds * 1000)',
        replace: 'ceil(w.lease_seconds * 1000000)',
        tests: [running, transactional, silence],
      },
    ],
  },
  {
    file: 'sql/functions/record_apart.sql',
    tests: [partsApart, refusedParts],
    mutants: [
      {
        mistake: 'lets one refused outcome stop all',
        find: `  exception when others then
    if not __schema__.is_of_one_part(sqlstate) then
      raise;
    end if;
  end;
  -- In`,
        replace: `  exception when others then
    raise;
  end;
  -- In`,
      },
      {
        mistake: 'records a refused failure for good as one to retry',
        find: `v_kind := case v_kind when 'retry' then 'retry' else 'error' end;`,
        replace: `v_kind := 'retry';`,
      },
      {
        mistake: 'tells the positions of stale outcomes wrong',
        find: 'v_stale := v_stale || to_jsonb(v_at);',
        replace: 'v_stale := v_stale || to_jsonb(1);',
      },
      {
        mistake: 'makes a failure of what may pass by itself',
        find: `v_state !~ '^(22|23|44|54|P0)'`,
        replace: 'false',
      },
    ],
  },
];
