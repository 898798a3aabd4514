-- record_outcomes: writes down how attempts ended, frees the steps that waited for them and finalises tasks that have
-- nothing left to run. Part of advance and of reap_lost_workers; the caller has set the planner (see advance).
--
-- Outcome kinds: complete (results), retry (error, after_seconds: again if the step has attempts left), error (final),
-- release (handed back unrun: the attempt does not count). An outcome is accepted only if its step is still leased to
-- this worker at this attempt; any other is stale and changes nothing.
--
-- Answers {stale: [position], retries: [{position, runAt}], tasks: [{id, from, to}], freed: n}; positions count from 1.
create or replace function __schema__.record_outcomes(
  p_worker_id bigint,
  p_step_ids bigint[],
  p_task_ids bigint[],
  p_attempts integer[],
  p_kinds text[],
  p_results text[],
  p_errors text[],
  p_after_seconds double precision[],
  p_reason text
) returns json language plpgsql as $$
declare
  v_finalise boolean;
  v_accepted integer[];
  v_retries json;
  v_freed integer;
  v_task_ids bigint[];
  v_leaves integer[];
  v_failures integer[];
  v_tasks json;
begin
  -- The row lock of a task guards everything under it; taken in task_id order, so no two calls wait for each other.
  select bool_or(t.failed_steps > 0 or t.state = 'pending') into v_finalise
  from (
    select failed_steps, state from __schema__.tasks
    where task_id = any (p_task_ids) order by task_id for no key update
  ) t;

  with outcome as (
    select o.step_id, o.attempt, o.kind, o.results, o.error, o.after_seconds, o.position, r.task_namespace_id
    from unnest(p_step_ids, p_attempts, p_kinds, p_results, p_errors, p_after_seconds)
      with ordinality as o (step_id, attempt, kind, results, error, after_seconds, position)
    join __schema__.ready_steps r
      on r.workflow_step_id = o.step_id and r.worker_id = p_worker_id and r.attempt = o.attempt
  ),
  recorded as (
    update __schema__.workflow_steps s set
      state = case o.kind when 'complete' then 'complete' when 'release' then 'pending' else 'error' end,
      attempts = case o.kind when 'release' then o.attempt - 1 else o.attempt end,
      results = case o.kind when 'complete' then o.results::jsonb else s.results end,
      error = case o.kind when 'complete' then null when 'release' then s.error else o.error::jsonb end,
      processed_at = case o.kind when 'complete' then now() end,
      backoff_request_seconds =
        case when o.kind = 'retry' and s.retryable and o.attempt < s.retry_limit then o.after_seconds end,
      updated_at = now()
    from outcome o
    where s.workflow_step_id = o.step_id
    returning s.workflow_step_id, s.task_id, s.state, s.is_leaf, s.attempts, s.last_attempted_at, s.error,
      o.attempt, o.kind, o.position, o.after_seconds, o.task_namespace_id,
      (o.kind = 'release' or (o.kind = 'retry' and s.retryable and s.attempts < s.retry_limit)) as requeued
  ),
  finished as (
    delete from __schema__.ready_steps r using recorded d
    where r.workflow_step_id = d.workflow_step_id and not d.requeued
  ),
  requeued as (
    update __schema__.ready_steps r set
      worker_id = null,
      attempt = d.attempts,
      retrying = d.kind = 'retry',
      -- A hundred years at most: a wait beyond what timestamps can hold would make the whole batch fail for ever.
      run_at = now() + make_interval(secs => least(coalesce(d.after_seconds, 0), 3155760000))
    from recorded d
    where r.workflow_step_id = d.workflow_step_id and d.requeued
    returning d.position, d.kind, r.run_at
  ),
  history as (
    insert into __schema__.workflow_step_transitions
      (workflow_step_id, task_id, from_state, to_state, attempt, worker_id, reason, duration_seconds, error_summary)
    select d.workflow_step_id, d.task_id, 'in_progress', d.state, d.attempt, p_worker_id, p_reason,
      extract(epoch from now() - d.last_attempted_at),
      case d.state when 'error' then left(d.error ->> 'message', 500) end
    from recorded d
  ),
  counted as (
    insert into __schema__.state_total_deltas (task_namespace_id, kind, state, delta)
    select d.task_namespace_id, 'step', change.state, sum(change.delta)
    from recorded d cross join lateral (values ('in_progress', -1), (d.state, 1)) change (state, delta)
    group by d.task_namespace_id, change.state
  ),
  satisfied as (
    update __schema__.workflow_steps c set waiting_on = c.waiting_on - p.done, updated_at = now()
    from (
      select e.to_step_id, count(*)::integer as done, min(d.task_namespace_id) as task_namespace_id
      from recorded d join __schema__.workflow_step_edges e on e.from_step_id = d.workflow_step_id
      where d.state = 'complete'
      group by e.to_step_id
    ) p
    where c.workflow_step_id = p.to_step_id
    returning c.workflow_step_id, c.task_id, c.step_template_id, c.state, c.waiting_on, p.task_namespace_id
  ),
  freed as (
    insert into __schema__.ready_steps
      (workflow_step_id, task_id, task_namespace_id, step_template_id, queue, priority, run_at)
    select c.workflow_step_id, c.task_id, c.task_namespace_id, c.step_template_id,
      st.queue, coalesce(t.priority, st.priority), t.created_at -- older tasks first: finish what is begun
    from satisfied c
    join __schema__.named_tasks_named_steps st on st.id = c.step_template_id
    join __schema__.tasks t on t.task_id = c.task_id
    where c.waiting_on = 0 and c.state = 'pending' -- an operator may have settled it before its turn
    returning 1
  ),
  tally as (
    select d.task_id,
      count(*) filter (where d.is_leaf and d.state = 'complete')::integer as leaves,
      count(*) filter (where d.state = 'error' and not d.requeued)::integer as failures
    from recorded d group by d.task_id
  )
  select
    (select array_agg(d.position::integer) from recorded d),
    (select json_agg(json_build_object('position', q.position, 'runAt', q.run_at)) from requeued q where q.kind = 'retry'),
    (select count(*)::integer from freed),
    coalesce(v_finalise, false) or coalesce(bool_or(y.leaves > 0 or y.failures > 0), false),
    array_agg(y.task_id), array_agg(y.leaves), array_agg(y.failures)
  into v_accepted, v_retries, v_freed, v_finalise, v_task_ids, v_leaves, v_failures
  from tally y;

  if v_finalise then
    v_tasks := __schema__.finalise_tasks(v_task_ids, v_leaves, v_failures);
  end if;

  return json_build_object(
    'stale', (
      select coalesce(json_agg(n), '[]') from generate_series(1, cardinality(p_step_ids)) n
      where cardinality(v_accepted) is distinct from cardinality(p_step_ids) and n <> all (coalesce(v_accepted, '{}'))
    ),
    'retries', coalesce(v_retries, '[]'),
    'tasks', coalesce(v_tasks, '[]'),
    'freed', coalesce(v_freed, 0)
  );
end $$;
