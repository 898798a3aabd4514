-- get_slowest_tasks: of the tasks created since an instant (null: 24 hours ago), those that took or have been taking
-- the longest, longest first. The filters match exactly, null matches everything. limit_count: null means 10, less than
-- 1 means 1.
--
-- Listed are tasks in progress, complete, in error or resolved by a person; not those that still wait for their turn or
-- were cancelled, whose time tells nothing about the work. duration_seconds from its creation to completed_at, or until
-- now while it is in progress; three decimals completed_at when it reached the state that it is in, so for a failed
-- task when it failed; null in progress completed_steps complete, resolved manually or skipped now error_steps in error
-- now, those that wait for a retry included
--
-- Other than in Rails Tasker, whose function failed on every call: running tasks are measured until now, a step counts
-- once however often it was tried, and a task resolved by a person is included.
create or replace function __schema__.get_slowest_tasks(
  since_timestamp timestamptz default null,
  limit_count integer default 10,
  namespace_filter text default null,
  task_name_filter text default null,
  version_filter text default null
) returns table (
  task_id bigint,
  task_name text,
  namespace_name text,
  version text,
  duration_seconds numeric,
  step_count bigint,
  completed_steps bigint,
  error_steps bigint,
  created_at timestamptz,
  completed_at timestamptz,
  initiator text,
  source_system text
) language sql stable as $$
  with slowest as (
    select t.task_id, nt.name as task_name, ns.name as namespace_name, nt.version, t.created_at, ended.ended_at,
      coalesce(ended.ended_at, now()) - t.created_at as duration, t.initiator, t.source_system
    from __schema__.tasks t
    join __schema__.named_tasks nt on nt.named_task_id = t.named_task_id
    join __schema__.task_namespaces ns on ns.task_namespace_id = t.task_namespace_id
    cross join lateral (
      -- A failed task has no completed_at, because it may go on.
      select case t.state
        when 'in_progress' then null
        when 'error' then (
          select h.created_at from __schema__.task_transitions h where h.task_id = t.task_id order by h.id desc limit 1
        )
        else t.completed_at
      end as ended_at
    ) ended
    where t.created_at >= coalesce(since_timestamp, now() - interval '24 hours')
      and t.state in ('in_progress', 'complete', 'error', 'resolved_manually')
      and (namespace_filter is null or ns.name = namespace_filter)
      and (task_name_filter is null or nt.name = task_name_filter)
      and (version_filter is null or nt.version = version_filter)
    order by duration desc, t.task_id
    limit greatest(coalesce(limit_count, 10), 1)
  )
  select s.task_id, s.task_name, s.namespace_name, s.version, round(extract(epoch from s.duration), 3),
    steps.total, steps.done, steps.failed, s.created_at, s.ended_at, s.initiator, s.source_system
  from slowest s
  cross join lateral (
    select count(*) as total,
      count(*) filter (where w.state in ('complete', 'resolved_manually', 'skipped')) as done,
      count(*) filter (where w.state = 'error') as failed
    from __schema__.workflow_steps w where w.task_id = s.task_id
  ) steps
  order by s.duration desc, s.task_id;
$$;

select __schema__._pin_planner_for_periods('get_slowest_tasks');
