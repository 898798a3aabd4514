-- get_task_execution_context: get_task_execution_contexts_batch for one task; no row when it does not exist.
create or replace function __schema__.get_task_execution_context(input_task_id bigint)
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
  select * from __schema__.get_task_execution_contexts_batch(array[input_task_id]);
$$;
