-- get_task_execution_contexts_batch: one row a task with the counts of its steps and what follows from them, ordered by
-- task_id, each task once, tasks without steps included.
--
-- pending_steps + in_progress_steps + completed_steps + failed_steps + cancelled_steps = total_steps; completed counts
-- complete, resolved_manually and skipped. blocked_steps are failed steps that will not be retried by themselves.
-- execution_status, first match: the task is over (all_complete, which cancelled and resolved tasks are too: nothing is
-- left to do; or blocked_by_failures), on_hold (nothing runs any more), has_ready_steps, processing, waiting_for_retry, blocked_by_failures,
-- waiting_for_dependencies. health_status: blocked is a task that needs a person, also one that passed its deadline without a
-- failed step.
--
-- What is ready or will be tried again is read from the queue, not worked out from the edges as get_step_readiness_status
-- does: the two always agree, and a page of tasks takes a third of the time.
create or replace function __schema__.get_task_execution_contexts_batch(input_task_ids bigint[])
returns table (
  task_id bigint,
  named_task_id bigint,
  status text,
  total_steps bigint,
  pending_steps bigint,
  in_progress_steps bigint,
  completed_steps bigint,
  failed_steps bigint,
  ready_steps bigint,
  execution_status text,
  recommended_action text,
  completion_percentage numeric,
  health_status text,
  cancelled_steps bigint,
  blocked_steps bigint,
  next_retry_at timestamptz
) language sql stable as $$
  with counted as (
    select t.task_id, t.named_task_id, t.state as status, t.held_at is not null as is_held,
      count(s.workflow_step_id) as total_steps,
      count(*) filter (where s.state = 'pending') as pending_steps,
      count(*) filter (where s.state = 'in_progress') as in_progress_steps,
      count(*) filter (where s.state in ('complete', 'resolved_manually', 'skipped')) as completed_steps,
      count(*) filter (where s.state = 'error') as failed_steps,
      count(*) filter (
        where t.state in ('pending', 'in_progress') and t.held_at is null and r.worker_id is null and r.run_at <= now()
      ) as ready_steps,
      count(*) filter (where s.state = 'cancelled') as cancelled_steps,
      count(*) filter (where s.state = 'error' and r.workflow_step_id is null) as blocked_steps,
      min(r.run_at) filter (where r.worker_id is null and r.retrying) as next_retry_at
    from unnest(array(select distinct unnest(input_task_ids))) as i (task_id)
    join __schema__.tasks t on t.task_id = i.task_id
    left join __schema__.workflow_steps s on s.task_id = t.task_id
    left join __schema__.ready_steps r on r.workflow_step_id = s.workflow_step_id
    group by t.task_id
  ),
  judged as (
    select c.*,
      case
        when c.status in ('cancelled', 'resolved_manually') or c.completed_steps = c.total_steps then 'all_complete'
        when c.status = 'error' then 'blocked_by_failures'
        when c.is_held and c.in_progress_steps = 0 then 'on_hold'
        when c.ready_steps > 0 then 'has_ready_steps'
        when c.in_progress_steps > 0 then 'processing'
        when c.failed_steps > c.blocked_steps then 'waiting_for_retry'
        when c.blocked_steps > 0 then 'blocked_by_failures'
        else 'waiting_for_dependencies'
      end as execution_status
    from counted c
  )
  select j.task_id, j.named_task_id, j.status, j.total_steps, j.pending_steps, j.in_progress_steps, j.completed_steps,
    j.failed_steps, j.ready_steps, j.execution_status,
    case j.execution_status
      when 'all_complete' then 'finalize_task'
      when 'has_ready_steps' then 'execute_ready_steps'
      when 'on_hold' then 'release_task'
      when 'processing' then 'wait_for_completion'
      when 'waiting_for_retry' then 'wait_for_retry'
      when 'blocked_by_failures' then 'handle_failures'
      else 'wait_for_dependencies'
    end,
    case j.total_steps when 0 then 100.0 else round(j.completed_steps::numeric / j.total_steps * 100, 2) end,
    case
      when j.failed_steps = 0 and j.status <> 'error' then 'healthy'
      when j.ready_steps > 0 or j.in_progress_steps > 0 or j.failed_steps > j.blocked_steps then 'recovering'
      else 'blocked'
    end,
    j.cancelled_steps, j.blocked_steps, j.next_retry_at
  from judged j
  order by j.task_id;
$$;
