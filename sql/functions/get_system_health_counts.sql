-- get_system_health_counts: one row about the whole system at this moment. States come from the kept totals, which costs the
-- same at ten tasks or ten million; waiting retries are counted in the queue, which costs what is queued. Tasks and steps
-- are never scanned.
--
-- total_tasks = pending_tasks + in_progress_tasks + complete_tasks + error_tasks + cancelled_tasks + resolved_manually_tasks
--   total_steps likewise, where skipped_steps are one state more.
-- error_steps = retryable_error_steps + exhausted_retry_steps
--   retryable_error_steps   in error and queued for another attempt, whether or not the wait before it is over
--   exhausted_retry_steps   in error with no attempt to come: used up, not retryable, final, or stopped by a deadline
-- in_backoff_steps          those of retryable_error_steps that still wait
-- active_connections        sessions of this database that run a statement now, this one included, as far as the asking
--   user may see it: without the role pg_read_all_stats those of other users are not counted
-- max_connections           of the server
--
-- Other than in Rails Tasker, tasks that never ran count as pending, every state has a column, a step is in back-off only
-- until its wait is over, and a failure that nothing will retry is exhausted whatever attempts it had left.
create or replace function __schema__.get_system_health_counts()
returns table (
  total_tasks bigint,
  pending_tasks bigint,
  in_progress_tasks bigint,
  complete_tasks bigint,
  error_tasks bigint,
  cancelled_tasks bigint,
  total_steps bigint,
  pending_steps bigint,
  in_progress_steps bigint,
  complete_steps bigint,
  error_steps bigint,
  retryable_error_steps bigint,
  exhausted_retry_steps bigint,
  in_backoff_steps bigint,
  active_connections bigint,
  max_connections bigint,
  resolved_manually_tasks bigint,
  cancelled_steps bigint,
  resolved_manually_steps bigint,
  skipped_steps bigint
) language sql stable as $$
  with counted as (
    select
      coalesce(sum(total) filter (where kind = 'task'), 0)::bigint as total_tasks,
      coalesce(sum(total) filter (where kind = 'task' and state = 'pending'), 0)::bigint as pending_tasks,
      coalesce(sum(total) filter (where kind = 'task' and state = 'in_progress'), 0)::bigint as in_progress_tasks,
      coalesce(sum(total) filter (where kind = 'task' and state = 'complete'), 0)::bigint as complete_tasks,
      coalesce(sum(total) filter (where kind = 'task' and state = 'error'), 0)::bigint as error_tasks,
      coalesce(sum(total) filter (where kind = 'task' and state = 'cancelled'), 0)::bigint as cancelled_tasks,
      coalesce(sum(total) filter (where kind = 'task' and state = 'resolved_manually'), 0)::bigint as resolved_manually_tasks,
      coalesce(sum(total) filter (where kind = 'step'), 0)::bigint as total_steps,
      coalesce(sum(total) filter (where kind = 'step' and state = 'pending'), 0)::bigint as pending_steps,
      coalesce(sum(total) filter (where kind = 'step' and state = 'in_progress'), 0)::bigint as in_progress_steps,
      coalesce(sum(total) filter (where kind = 'step' and state = 'complete'), 0)::bigint as complete_steps,
      coalesce(sum(total) filter (where kind = 'step' and state = 'error'), 0)::bigint as error_steps,
      coalesce(sum(total) filter (where kind = 'step' and state = 'cancelled'), 0)::bigint as cancelled_steps,
      coalesce(sum(total) filter (where kind = 'step' and state = 'resolved_manually'), 0)::bigint as resolved_manually_steps,
      coalesce(sum(total) filter (where kind = 'step' and state = 'skipped'), 0)::bigint as skipped_steps
    from __schema__.namespace_state_totals
  ),
  waiting as (
    select count(*) as retryable, count(*) filter (where run_at > now()) as in_backoff
    from __schema__.ready_steps where retrying and worker_id is null
  )
  select c.total_tasks, c.pending_tasks, c.in_progress_tasks, c.complete_tasks, c.error_tasks, c.cancelled_tasks,
    c.total_steps, c.pending_steps, c.in_progress_steps, c.complete_steps, c.error_steps,
    w.retryable, c.error_steps - w.retryable, w.in_backoff,
    (select count(*) from pg_stat_activity where datname = current_database() and state = 'active'),
    current_setting('max_connections')::bigint,
    c.resolved_manually_tasks, c.cancelled_steps, c.resolved_manually_steps, c.skipped_steps
  from counted c cross join waiting w;
$$;
