-- get_step_readiness_status_batch: for each step of some tasks, whether it may run and why not, derived from edges and
-- the states of parents (and so independent of workflow_steps.waiting_on, which must always agree with it).
--
-- Three separate facts: dependencies_satisfied; retry_eligible, the attempts are not used up and the latest failure was
-- not final, that is, the step is still queued (a first attempt is always allowed); next_retry_at, the one time before
-- which a failed step waits. ready_for_execution is all of them for a step in pending or error of an unfinished task that
-- is not on hold, unless the state of the step was decided ahead of its turn. Limits are not looked at: a step that waits
-- for a place is ready.
-- Ordered by task and step.
create or replace function __schema__.get_step_readiness_status_batch(input_task_ids bigint[])
returns table (
  workflow_step_id bigint,
  task_id bigint,
  named_step_id bigint,
  name text,
  current_state text,
  dependencies_satisfied boolean,
  retry_eligible boolean,
  ready_for_execution boolean,
  last_failure_at timestamptz,
  next_retry_at timestamptz,
  total_parents integer,
  completed_parents integer,
  attempts integer,
  retry_limit integer,
  backoff_request_seconds double precision,
  last_attempted_at timestamptz
) language sql stable as $$
  select s.workflow_step_id, s.task_id, s.named_step_id, n.name, s.state,
    f.dependencies_satisfied, f.retry_eligible,
    s.state in ('pending', 'error') and t.state in ('pending', 'in_progress') and t.held_at is null
      and s.settlement is null
      and f.dependencies_satisfied and f.retry_eligible and (r.run_at is null or r.run_at <= now()),
    case s.state when 'error' then s.updated_at end,
    case when r.worker_id is null and r.retrying then r.run_at end,
    parents.total, parents.done, s.attempts - s.attempts_before, s.retry_limit - s.attempts_before,
    s.backoff_request_seconds, s.last_attempted_at
  from unnest(array(select distinct unnest(input_task_ids))) as i (task_id)
  join __schema__.tasks t on t.task_id = i.task_id
  join __schema__.workflow_steps s on s.task_id = t.task_id
  join __schema__.named_steps n on n.named_step_id = s.named_step_id
  left join __schema__.ready_steps r on r.workflow_step_id = s.workflow_step_id
  cross join lateral (
    select count(*)::integer as total,
      count(*) filter (where p.state in ('complete', 'resolved_manually', 'skipped'))::integer as done
    from __schema__.workflow_step_edges e
    join __schema__.workflow_steps p on p.workflow_step_id = e.from_step_id
    where e.to_step_id = s.workflow_step_id
  ) parents
  cross join lateral (
    select parents.total = parents.done as dependencies_satisfied,
      s.attempts = s.attempts_before or s.state = 'pending' or (
        s.retryable and s.attempts < s.retry_limit and (s.state <> 'error' or r.workflow_step_id is not null)
      ) as retry_eligible
  ) f
  order by s.task_id, s.workflow_step_id;
$$;
