-- get_step_readiness_status: get_step_readiness_status_batch for one task, or for some of its steps.
create or replace function __schema__.get_step_readiness_status(input_task_id bigint, step_ids bigint[] default null)
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
  select * from __schema__.get_step_readiness_status_batch(array[input_task_id]) s
  where step_ids is null or s.workflow_step_id = any (step_ids);
$$;
