-- cancel_task: an operator action. Cancels all unfinished steps and the task. Workers abort running steps when they
-- find that they no longer hold them. If the task is already cancelled, nothing changes.
create or replace function __schema__.cancel_task(p_task_id bigint, p_actor text, p_reason text) returns json language plpgsql as $$
declare
  v_task __schema__.tasks;
  v_open bigint[];
  v_steps jsonb;
begin
  v_task := __schema__.lock_task(p_task_id);
  if v_task.state = 'cancelled' then
    return __schema__.action_result(false);
  end if;
  if v_task.state not in ('pending', 'in_progress', 'error') then
    perform __schema__.refuse_action('cancel', 'task', p_task_id::text, v_task.state);
  end if;
  perform __schema__.unqueue_steps(array(
    select s.workflow_step_id from __schema__.workflow_steps s where s.task_id = p_task_id
  ));
  -- Without queue rows, no step can be claimed, so the states cannot change now.
  v_open := array(
    select s.workflow_step_id from __schema__.workflow_steps s
    where s.task_id = p_task_id and s.state in ('pending', 'in_progress', 'error')
  );
  v_steps := __schema__.move_steps(v_open, 'cancelled', p_actor, p_reason);
  update __schema__.tasks set failed_steps = 0 where task_id = p_task_id;
  perform __schema__.note_action(p_task_id, null, 'cancel', p_actor, p_reason);
  return __schema__.action_result(true, v_steps, __schema__._move_tasks(
    array[p_task_id], p_to => 'cancelled', p_actor => p_actor, p_reason => p_reason
  )::jsonb);
exception when sqlstate 'TK001' then
  return sqlerrm::json;
end $$;

select __schema__._pin_planner('cancel_task');
