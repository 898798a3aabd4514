-- record_outcomes: records the outcomes of attempts, frees the steps that waited for them, and gives tasks the state
-- that follows. Part of advance, reap_lost_workers and return_unknown_claims. The caller has pinned the planner (see
-- _pin_planner).
--
-- The worker takes up to p_want of the freed steps at once: those of its lanes that are more urgent than all due steps
-- of their namespace. They would be claimed next, and so each is written once instead of twice. The others become
-- ready. If another namespace has an equally urgent due step, half of the wanted number is left to claim_steps, in
-- which namespaces take turns. p_lanes and p_lane_namespaces are parallel.
--
-- Kinds of outcomes: complete (results), retry (error, after_seconds: retried if the step has attempts left), error
-- (final), release (handed back: the attempt does not count). An outcome is accepted only if its step is still leased
-- to this worker at this attempt; all others are stale and change nothing.
--
-- p_sensitive: the sensitive values of the results, see keep_sensitive_values; null if no outcome has any.
--
-- Returns the ids of the taken steps, whether more steps without a limit may be due for the worker, and facts: {stale:
-- [position], retries: [{position, runAt}], tasks: [{id, from, to}], settled: the answer of move_steps, freed: n}.
-- Positions count from 1. freed includes the taken steps, and those that may begin because a place under their limit
-- became free.
create or replace function __schema__.record_outcomes(
  p_worker_id bigint,
  p_step_ids bigint[],
  p_task_ids bigint[],
  p_attempts integer[],
  p_kinds text[],
  p_results text[],
  p_errors text[],
  p_after_seconds double precision[],
  p_reason text,
  p_want integer,
  p_lanes integer[],
  p_lane_namespaces bigint[],
  p_without bigint[],
  p_sensitive text[] default null,
  out facts json,
  out taken bigint[],
  out more_due boolean
) language plpgsql as $$
declare
  v_may_move boolean;
  v_accepted integer[];
  v_retries json;
  v_freed integer;
  v_task_ids bigint[];
  v_leaves integer[];
  v_failures integer[];
  v_tasks json;
  v_settle bigint[];
  v_left_templates bigint[];
  v_left_keys text[];
  v_come_templates bigint[];
  v_come_keys text[];
  -- Half of an odd number is rounded up or down at random; otherwise a worker that wants one step would never take
  -- turns.
  v_share integer := (p_want + (random() < 0.5)::integer) / 2;
  v_changes __schema__.state_change[];
  v_added boolean;
  v_settled record;
  v_settlements jsonb;
  v_at timestamptz;
begin
  -- The row lock of a task guards all its data. Locks are taken in the order of task_id, so that two calls cannot
  -- deadlock.
  select bool_or(t.failed_steps > 0 or t.state = 'pending' or t.open_leaves is null) into v_may_move
  from (
    select failed_steps, state, open_leaves from __schema__.tasks
    where task_id = any (p_task_ids) order by task_id for no key update
  ) t;
  -- After the lock, so that no time is before that of an earlier change. If the clock of the server was set back,
  -- no time is before that of the change that it follows.
  v_at := clock_timestamp();

  with first_due as materialized (
    select distinct on (l.task_namespace_id)
      l.task_namespace_id, d.priority, d.run_at, d.workflow_step_id as step_id
    from unnest(p_lanes, p_lane_namespaces) l (lane_id, task_namespace_id)
    cross join lateral (
      select r.priority, r.run_at, r.workflow_step_id from __schema__.ready_steps r
      where r.worker_id is null and not r.is_held and r.limit_key is null
        and r.lane_id = l.lane_id and r.run_at <= now() and r.step_template_id <> all (p_without)
      order by r.priority desc, r.run_at, r.workflow_step_id
      limit 1
    ) d
    order by l.task_namespace_id, d.priority desc, d.run_at, d.workflow_step_id
  ),
  outcome as (
    select o.step_id, o.attempt, o.kind, o.results, o.error, o.after_seconds, o.position, r.task_namespace_id,
      r.limit_key
    from unnest(p_step_ids, p_attempts, p_kinds, p_results, p_errors, p_after_seconds)
      with ordinality as o (step_id, attempt, kind, results, error, after_seconds, position)
    join __schema__.ready_steps r
      on r.workflow_step_id = o.step_id and r.worker_id = p_worker_id and r.attempt = o.attempt
  ),
  recorded as (
    update __schema__.workflow_steps s set
      state = case o.kind when 'complete' then 'complete' when 'release' then 'pending' else 'error' end,
      -- attempts is not decreased: a release that arrives twice must not be taken for the end of the next attempt.
      attempts_before = case o.kind when 'release' then s.attempts_before + 1 else s.attempts_before end,
      retry_limit = case o.kind when 'release' then s.retry_limit + 1 else s.retry_limit end,
      results = case o.kind when 'complete' then o.results::jsonb else s.results end,
      error = case o.kind when 'complete' then null when 'release' then s.error else o.error::jsonb end,
      processed_at = case o.kind when 'complete' then greatest(v_at, s.updated_at) end,
      backoff_request_seconds =
        case when o.kind = 'retry' and s.retryable and o.attempt < s.retry_limit then o.after_seconds end,
      updated_at = greatest(v_at, s.updated_at)
    from outcome o
    where s.workflow_step_id = o.step_id
    returning s.workflow_step_id, s.task_id, s.state, s.is_leaf, s.attempts, s.last_attempted_at, s.updated_at, s.error,
      o.position, o.task_namespace_id, o.limit_key, s.step_template_id, o.after_seconds,
      o.attempt - s.attempts_before + (o.kind = 'release')::integer as attempt,
      (o.kind = 'release' or (o.kind = 'retry' and s.retryable and s.attempts < s.retry_limit)) as requeued
  ),
  finished as (
    delete from __schema__.ready_steps r using recorded d
    where r.workflow_step_id = d.workflow_step_id and not d.requeued
  ),
  child as (
    select c.workflow_step_id, c.step_template_id, c.waiting_on - p.done as waiting_on, p.task_namespace_id,
      r.lane_id, r.priority, r.run_at, r.is_held, r.limit_key,
      c.waiting_on = p.done and c.state = 'pending' as is_due,
      c.settlement is null as is_unsettled, -- otherwise its state was decided before its turn
      p.done_at
    from (
      select e.to_step_id, count(*)::integer as done, min(d.task_namespace_id) as task_namespace_id, max(d.updated_at) as done_at
      from recorded d join __schema__.workflow_step_edges e on e.from_step_id = d.workflow_step_id
      where d.state = 'complete'
      group by e.to_step_id
    ) p
    join __schema__.workflow_steps c on c.workflow_step_id = p.to_step_id
    left join __schema__.named_tasks_named_steps st on st.id = c.step_template_id
    join __schema__.tasks t on t.task_id = c.task_id
    cross join lateral __schema__.ready_row(
      st.lane_id, st.priority, st.limits, t.task_namespace_id, t.priority, t.created_at, t.run_at, t.held_at, t.context
    ) r
  ),
  placed as (
    select c.*, c.is_next and row_number() over (
      order by c.is_next desc, c.priority desc, c.run_at, c.workflow_step_id
    ) <= case when c.rival_priority = c.priority then v_share else p_want end as is_taken
    from (
      select child.*, due.rival_priority, child.is_due and child.is_unsettled and not child.is_held
        and child.limit_key is null and child.lane_id = any (p_lanes) and child.step_template_id <> all (p_without)
        and due.is_more_urgent is not true and coalesce(due.rival_priority <= child.priority, true) as is_next
      from child cross join lateral (
        select max(f.priority) filter (where f.task_namespace_id <> child.task_namespace_id) as rival_priority,
          bool_or(
            f.task_namespace_id = child.task_namespace_id
            and (child.priority, f.run_at, f.step_id) < (f.priority, child.run_at, child.workflow_step_id) -- higher priorities come first
          ) as is_more_urgent
        from first_due f
      ) due
    ) c
  ),
  satisfied as (
    update __schema__.workflow_steps s set
      waiting_on = c.waiting_on,
      state = case when c.is_taken then 'in_progress' else s.state end,
      attempts = case when c.is_taken then s.attempts + 1 else s.attempts end,
      last_attempted_at = case when c.is_taken then greatest(c.done_at, s.updated_at) else s.last_attempted_at end,
      updated_at = greatest(c.done_at, s.updated_at)
    from placed c
    where s.workflow_step_id = c.workflow_step_id
    returning s.workflow_step_id, s.task_id, s.step_template_id, s.attempts, s.attempts_before, s.updated_at,
      c.task_namespace_id, c.lane_id, c.priority, c.run_at, c.is_held, c.limit_key, c.is_due, c.is_unsettled, c.is_taken
  ),
  freed as (
    insert into __schema__.ready_steps (
      workflow_step_id, task_id, task_namespace_id, step_template_id, lane_id, priority, run_at, worker_id, attempt,
      is_held, limit_key
    )
    select s.workflow_step_id, s.task_id, s.task_namespace_id, s.step_template_id, s.lane_id, s.priority, s.run_at,
      case when s.is_taken then p_worker_id end, s.attempts, s.is_held, s.limit_key
    from satisfied s where s.is_due and s.is_unsettled
  ),
  history as (
    insert into __schema__.workflow_step_transitions (
      workflow_step_id, task_id, from_state, to_state, attempt, worker_id, reason, duration_seconds, error, retry_at,
      created_at
    )
    select d.workflow_step_id, d.task_id, 'in_progress', d.state, d.attempt, p_worker_id, p_reason,
      extract(epoch from d.updated_at - d.last_attempted_at),
      case d.state when 'error' then __schema__.failure_of(d.error) end,
      case when d.state = 'error' and d.requeued then __schema__.retry_time(v_at, d.after_seconds) end, d.updated_at
    from recorded d
    union all
    select s.workflow_step_id, s.task_id, 'pending', 'in_progress', s.attempts - s.attempts_before, p_worker_id, null, null, null, null,
      s.updated_at
    from satisfied s where s.is_taken
  ),
  counted as (
    select d.task_namespace_id, 'step', 'in_progress', d.state, count(*) from recorded d group by 1, 4
    union all
    select s.task_namespace_id, 'step', 'pending', 'in_progress', count(*) from satisfied s where s.is_taken group by 1
  ),
  tally as (
    select d.task_id,
      count(*) filter (where d.is_leaf and d.state = 'complete')::integer as leaves,
      count(*) filter (where d.state = 'error' and not d.requeued)::integer as failures
    from recorded d group by d.task_id
  )
  select r.accepted, r.limit_templates, r.limit_keys, f.amount, f.to_settle, f.limit_templates, f.limit_keys,
    coalesce(f.taken, '{}'), y.task_ids, y.leaves, y.failures,
    coalesce(v_may_move or y.is_end, false), exists (select 1 from first_due),
    array(select row(c.*)::__schema__.state_change from counted c)
  into v_accepted, v_left_templates, v_left_keys, v_freed, v_settle, v_come_templates, v_come_keys,
    taken, v_task_ids, v_leaves, v_failures, v_may_move, more_due, v_changes
  from (
    select array_agg(d.position::integer) as accepted,
      array_agg(d.step_template_id) filter (where d.limit_key is not null) as limit_templates,
      array_agg(d.limit_key) filter (where d.limit_key is not null) as limit_keys
    from recorded d
  ) r
  cross join (
    select count(*) filter (where s.is_due and s.is_unsettled)::integer as amount,
      array_agg(s.workflow_step_id) filter (where s.is_taken) as taken,
      array_agg(s.workflow_step_id) filter (where s.is_due and not s.is_unsettled) as to_settle,
      array_agg(s.step_template_id) filter (where s.is_due and s.limit_key is not null) as limit_templates,
      array_agg(s.limit_key) filter (where s.is_due and s.limit_key is not null) as limit_keys
    from satisfied s
  ) f
  cross join (
    select array_agg(t.task_id) as task_ids, array_agg(t.leaves) as leaves, array_agg(t.failures) as failures,
      bool_or(t.leaves > 0 or t.failures > 0) as is_end
    from tally t
  ) y;
  more_due := more_due or v_freed > cardinality(taken) or v_settle is not null or p_kinds && '{retry,release}';

  -- Unfinished steps still have their row. A separate statement, because most batches do not need it.
  if p_kinds && '{retry,release}' then
    with requeued as (
      update __schema__.ready_steps r set
        worker_id = null,
        retrying = o.kind = 'retry',
        run_at = __schema__.retry_time(v_at, o.after_seconds)
      from unnest(p_step_ids, p_attempts, p_kinds, p_after_seconds)
        with ordinality as o (step_id, attempt, kind, after_seconds, position)
      where o.kind in ('retry', 'release')
        and r.workflow_step_id = o.step_id and r.worker_id = p_worker_id and r.attempt = o.attempt
      returning o.position, o.kind, r.run_at, r.limit_key, r.lane_id
    ),
    limits as (
      insert into __schema__.limit_checks (limit_key, lane_id, due_at)
      select q.limit_key, q.lane_id, q.run_at from requeued q where q.limit_key is not null
    )
    select json_agg(json_build_object('position', q.position, 'runAt', __schema__.instant_text(q.run_at))) filter (where q.kind = 'retry')
    into v_retries from requeued q;
  end if;
  if p_sensitive is not null then
    perform __schema__.keep_sensitive_values(p_task_ids, p_step_ids, p_sensitive, coalesce(v_accepted, '{}'));
  end if;
  -- Places under limits that became free, and steps that now wait for one.
  if v_left_keys is not null or v_come_keys is not null then
    perform __schema__.check_limits(v_left_templates || v_come_templates, v_left_keys || v_come_keys);
    v_freed := v_freed + (
      select count(*)::integer from (select distinct unnest(v_left_keys)) k (name) where exists (
        select 1 from __schema__.ready_steps r
        where r.limit_key = k.name and r.worker_id is null and not r.is_held and r.run_at <= now()
      )
    );
  end if;
  if v_settle is not null then
    select * into v_settled from __schema__.settle_steps(v_settle);
    v_freed := v_freed + v_settled.freed;
    v_settlements := v_settled.facts;
    v_may_move := true;
    select array_agg(x.task_id), array_agg(x.leaves), array_agg(x.failures) into v_task_ids, v_leaves, v_failures
    from (
      select b.task_id, sum(b.leaves)::integer as leaves, sum(b.failures)::integer as failures
      from unnest(
        v_task_ids || v_settled.task_ids, v_leaves || v_settled.leaves, v_failures || v_settled.failures
      ) b (task_id, leaves, failures)
      group by b.task_id
    ) x;
  end if;
  if v_may_move then
    v_tasks := __schema__._move_tasks(v_task_ids, v_leaves, v_failures, v_changes);
  else
    v_added := __schema__.add_to_totals(v_changes);
  end if;

  facts := json_build_object(
    'stale', (
      select coalesce(json_agg(n), '[]') from generate_series(1, cardinality(p_step_ids)) n
      where cardinality(v_accepted) is distinct from cardinality(p_step_ids) and n <> all (coalesce(v_accepted, '{}'))
    ),
    'retries', coalesce(v_retries, '[]'),
    'tasks', coalesce(v_tasks, '[]'),
    'settled', coalesce(v_settlements, '[]'),
    'freed', coalesce(v_freed, 0)
  );
end $$;
