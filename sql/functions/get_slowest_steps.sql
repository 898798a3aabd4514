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
  -- Materialized: beside the cost of the steps, how the tasks are found would make no difference to the planner.
  with recent as materialized (
    select t.task_id, nt.name as task_name, ns.name as namespace_name, nt.version
    from __schema__.tasks t
    join __schema__.named_tasks nt on nt.named_task_id = t.named_task_id
    join __schema__.task_namespaces ns on ns.task_namespace_id = t.task_namespace_id
    where t.created_at >= coalesce(since_timestamp, now() - interval '24 hours')
      and (namespace_filter is null or ns.name = namespace_filter)
      and (task_name_filter is null or nt.name = task_name_filter)
      and (version_filter is null or nt.version = version_filter)
  )
  select s.workflow_step_id, s.task_id, n.name, t.task_name, t.namespace_name, t.version, round(attempt.seconds, 3),
    s.attempts - s.attempts_before, s.created_at, s.processed_at, s.retryable, s.state
  from recent t
  join __schema__.workflow_steps s on s.task_id = t.task_id
  join __schema__.named_steps n on n.named_step_id = s.named_step_id
  cross join lateral (
    -- A complete step tells it itself, which saves looking into the history of each.
    select case s.state
      when 'complete' then extract(epoch from s.processed_at - s.last_attempted_at)
      else (
        select h.duration_seconds::numeric from __schema__.workflow_step_transitions h
        where h.workflow_step_id = s.workflow_step_id and h.from_state = 'in_progress' and h.to_state = 'error'
        order by h.id desc limit 1
      )
    end as seconds
  ) attempt
  where s.state in ('complete', 'resolved_manually') and attempt.seconds is not null
  order by attempt.seconds desc, s.workflow_step_id
  limit greatest(coalesce(limit_count, 10), 1);
$$;
