-- hold_task: an operator action.
-- p_hold true: no further steps of the task begin; running steps finish. False: the task goes on. If the task is
-- already in the requested state, nothing changes.
create or replace function __schema__.hold_task(
  p_task_id bigint, p_hold boolean, p_actor text, p_reason text
) returns json language plpgsql as $$
declare
  v_action text := case when p_hold then 'hold' else 'release' end;
  v_task __schema__.tasks;
  v_waiting integer;
begin
  v_task := __schema__.lock_task(p_task_id);
  if v_task.state not in ('pending', 'in_progress', 'error') then
    perform __schema__.refuse_action(v_action, 'task', p_task_id::text, v_task.state);
  end if;
  if (v_task.held_at is not null) = p_hold then
    return __schema__.action_result(false);
  end if;
  update __schema__.tasks set held_at = case when p_hold then now() end, updated_at = __schema__.next_instant(updated_at)
  where task_id = p_task_id;
  with changed as (
    update __schema__.ready_steps r set is_held = p_hold
    from __schema__.workflow_steps s
    where s.task_id = p_task_id and r.workflow_step_id = s.workflow_step_id
    returning r.limit_key, r.lane_id, r.run_at
  ),
  checks as (
    insert into __schema__.limit_checks (limit_key, lane_id, due_at)
    select c.limit_key, c.lane_id, min(c.run_at) from changed c where c.limit_key is not null and not p_hold group by 1, 2
  )
  select count(*) into v_waiting from changed;
  perform __schema__.note_action(p_task_id, null, v_action, p_actor, p_reason);
  return __schema__.action_result(true, '[]', '[]', case when p_hold then 0 else v_waiting end);
exception when sqlstate 'TK001' then
  return sqlerrm::json;
end $$;

select __schema__._pin_planner('hold_task');
