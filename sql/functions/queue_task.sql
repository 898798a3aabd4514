-- queue_task: makes all steps of a task ready whose parents are done, such as those that a deadline stopped; see
-- queue_steps.
create or replace function __schema__.queue_task(p_task_id bigint)
returns integer language sql as $$
  select __schema__.queue_steps(array(
    select s.workflow_step_id from __schema__.workflow_steps s
    where s.task_id = p_task_id and s.state = 'pending' and s.waiting_on = 0
  ));
$$;
