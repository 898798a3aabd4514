-- resolve_task: an operator action. Declares a failed task done. Its steps keep their states. If it is already
-- resolved, nothing changes.
create or replace function __schema__.resolve_task(p_task_id bigint, p_actor text, p_reason text) returns json language plpgsql as $$
declare
  v_task __schema__.tasks;
begin
  v_task := __schema__.lock_task(p_task_id);
  if v_task.state = 'resolved_manually' then
    return __schema__.action_result(false);
  end if;
  if v_task.state <> 'error' then
    perform __schema__.refuse_action('resolve', 'task', p_task_id::text, v_task.state);
  end if;
  perform __schema__.note_action(p_task_id, null, 'resolve', p_actor, p_reason);
  return __schema__.action_result(true, '[]', __schema__._move_tasks(
    array[p_task_id], p_to => 'resolved_manually', p_actor => p_actor, p_reason => p_reason
  )::jsonb);
exception when sqlstate 'TK001' then
  return sqlerrm::json;
end $$;

select __schema__._pin_planner('resolve_task');
