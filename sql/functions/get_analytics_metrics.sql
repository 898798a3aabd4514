-- get_analytics_metrics: one row about what happened since an instant (null: one hour ago) until now. What happened is read
-- from the history of that period only, what is the case now from the kept totals, so a call costs what the period holds.
--
-- active_tasks_count        tasks in progress now
-- total_namespaces_count    all namespaces
-- unique_task_types_count   distinct names of task templates, whatever their namespaces and versions
-- system_health_score       1 - error_count / task_throughput, at least 0; 1 when nothing failed
-- task_throughput           tasks created in the period
-- completion_count, error_count   tasks that became complete, or failed, in the period, each once; one that failed and then
--   completed is in both. They may have been created before it
-- completion_rate, error_rate     those / task_throughput * 100; 0 when no task was created. Above 100 when more ended than
--   began
-- avg_task_duration         seconds from the creation of a task to its completion, mean over completion_count
-- avg_step_duration         seconds that the successful attempt of a step ran, mean over step_throughput
-- step_throughput           steps that a worker completed in the period
-- analysis_period_start, calculated_at   the bounds of the period
--
-- Scores and durations have three decimals, rates two; means over nothing are 0. Rails Tasker took steps for tasks in most of
-- these, counted all steps of a task as processed, included waiting in the duration of a step, and ignored the parameter
-- in the score.
create or replace function __schema__.get_analytics_metrics(since_timestamp timestamptz default null)
returns table (
  active_tasks_count bigint,
  total_namespaces_count bigint,
  unique_task_types_count bigint,
  system_health_score numeric,
  task_throughput bigint,
  completion_count bigint,
  error_count bigint,
  completion_rate numeric,
  error_rate numeric,
  avg_task_duration numeric,
  avg_step_duration numeric,
  step_throughput bigint,
  analysis_period_start timestamptz,
  calculated_at timestamptz
) language sql stable as $$
  with started as (
    select count(*) as throughput
    from __schema__.tasks where created_at >= coalesce(since_timestamp, now() - interval '1 hour')
  ),
  ended as (
    select
      count(distinct h.task_id) filter (where h.to_state = 'complete') as completions,
      count(distinct h.task_id) filter (where h.to_state = 'error') as errors,
      avg(h.duration_seconds)::numeric as duration
    from __schema__.task_transitions h
    where h.to_state in ('complete', 'error')
      and h.created_at >= coalesce(since_timestamp, now() - interval '1 hour')
  ),
  processed as (
    select count(*) as throughput, avg(h.duration_seconds)::numeric as duration
    from __schema__.workflow_step_transitions h
    where h.from_state = 'in_progress' and h.to_state = 'complete'
      and h.created_at >= coalesce(since_timestamp, now() - interval '1 hour')
  ),
  present as (
    select
      (
        select coalesce(sum(total), 0)::bigint from __schema__.namespace_state_totals
        where kind = 'task' and state = 'in_progress'
      ) as active,
      (select count(*) from __schema__.task_namespaces) as namespaces,
      (select count(distinct name) from __schema__.named_tasks) as task_types
  )
  select p.active, p.namespaces, p.task_types,
    greatest(0, round(1 - e.errors::numeric / greatest(s.throughput, 1), 3)),
    s.throughput, e.completions, e.errors,
    coalesce(round(e.completions * 100.0 / nullif(s.throughput, 0), 2), 0),
    coalesce(round(e.errors * 100.0 / nullif(s.throughput, 0), 2), 0),
    coalesce(round(e.duration, 3), 0), coalesce(round(d.duration, 3), 0), d.throughput,
    coalesce(since_timestamp, now() - interval '1 hour'), now()
  from started s cross join ended e cross join processed d cross join present p;
$$;

select __schema__._pin_planner_for_periods('get_analytics_metrics');
