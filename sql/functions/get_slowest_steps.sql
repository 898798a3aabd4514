-- get_slowest_steps: of the steps of tasks created since an instant (null: 24 hours ago), those whose last attempt ran the
-- longest, longest first. The filters match exactly, null matches everything. limit_count: null means 10, less than 1
-- means 1.
--
-- Listed are steps that are complete, or that a person resolved after an attempt.
-- duration_seconds          how long the last attempt ran; for a resolved step, the attempt that failed. Three decimals
-- completed_at              when the step was completed or resolved
-- step_status               complete or resolved_manually
--
-- Other than in Rails Tasker, whose function failed on every call: the time that a step waited for its turn or for a retry is
-- no part of its duration, and steps resolved by a person are included.
create or replace function __schema__.get_slowest_steps(
  since_timestamp timestamptz default null,
  limit_count integer default 10,
  namespace_filter text default null,
  task_name_filter text default null,
  version_filter text default null
) returns table (
  workflow_step_id bigint,
  task_id bigint,
  step_name text,
  task_name text,
  namespace_name text,
  version text,
  duration_seconds numeric,
  attempts integer,
  created_at timestamptz,
  completed_at timestamptz,
  retryable boolean,
  step_status text
) language sql stable as $$
  -- The history of the time in question is short and lies together; only the longest attempts are looked up (offset 0 keeps
  -- the planner from joining before it sorts).
  select s.workflow_step_id, s.task_id, n.name, nt.name, ns.name, nt.version, round(a.duration_seconds::numeric, 3),
    s.attempts - s.attempts_before, s.created_at, s.processed_at, s.retryable, s.state
  from (
    select h.workflow_step_id, h.id, h.to_state, h.duration_seconds
    from __schema__.workflow_step_transitions h
    where h.created_at >= coalesce(since_timestamp, now() - interval '24 hours')
      and h.from_state = 'in_progress' and h.to_state in ('complete', 'error')
    order by h.duration_seconds desc, h.workflow_step_id offset 0
  ) a
  join __schema__.workflow_steps s on s.workflow_step_id = a.workflow_step_id
    and s.state = case a.to_state when 'complete' then 'complete' else 'resolved_manually' end
  join __schema__.tasks t on t.task_id = s.task_id
    and t.created_at >= coalesce(since_timestamp, now() - interval '24 hours')
  join __schema__.named_steps n on n.named_step_id = s.named_step_id
  join __schema__.named_tasks nt on nt.named_task_id = t.named_task_id
  join __schema__.task_namespaces ns on ns.task_namespace_id = nt.task_namespace_id
  where (namespace_filter is null or ns.name = namespace_filter)
    and (task_name_filter is null or nt.name = task_name_filter)
    and (version_filter is null or nt.version = version_filter)
    and (a.to_state = 'complete' or not exists (
      select 1 from __schema__.workflow_step_transitions later
      where later.workflow_step_id = a.workflow_step_id and later.id > a.id and later.from_state = 'in_progress'
        and later.to_state = 'error'
    ))
  order by a.duration_seconds desc, a.workflow_step_id
  limit greatest(coalesce(limit_count, 10), 1);
$$;

select __schema__._pin_planner_for_periods('get_slowest_steps');
