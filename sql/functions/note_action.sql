-- note_action: stores an action on a task with its actor and reason, even if no state changed. Its time is read after
-- the locks for which the action waited, so that everything that happened meanwhile has an earlier time.
create or replace function __schema__.note_action(
  p_task_id bigint, p_step_id bigint, p_action text, p_actor text, p_reason text, p_details jsonb default null
) returns void language sql as $$
  insert into __schema__.operator_actions (task_id, workflow_step_id, action, actor, reason, details, created_at)
  values (p_task_id, p_step_id, p_action, p_actor, p_reason, p_details, clock_timestamp());
$$;
