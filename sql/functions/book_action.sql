-- book_action: applies the effect of an operator action to the counts of a task whose row the caller has locked, and
-- gives the task the state that follows. A task in error goes on if one of its steps can run again, and ends if nothing
-- is left to do.
-- Returns [{id, from, to}], in order.
create or replace function __schema__.book_action(p_task_id bigint, p_leaves integer, p_failures integer)
returns jsonb language plpgsql as $$
declare
  v_task __schema__.tasks;
  v_is_over boolean;
  v_changes jsonb := '[]';
begin
  update __schema__.tasks t set
    open_leaves = t.open_leaves - p_leaves, failed_steps = t.failed_steps + p_failures,
    updated_at = __schema__.next_instant(t.updated_at)
  where t.task_id = p_task_id returning t.* into strict v_task;
  v_is_over := coalesce(v_task.open_leaves = 0, not exists (
    select 1 from __schema__.workflow_steps s
    where s.task_id = p_task_id and s.state in ('pending', 'in_progress', 'error')
  ));
  if v_task.state = 'pending' and not v_is_over then
    return v_changes; -- no step has begun
  end if;
  if v_task.state = 'error' then
    if v_is_over and v_task.open_leaves is null then
      return __schema__._move_tasks(array[p_task_id], p_to => 'cancelled', p_reason => 'steps_cancelled');
    end if;
    if not v_is_over and not exists (
      select 1 from __schema__.workflow_steps s
      join __schema__.ready_steps r on r.workflow_step_id = s.workflow_step_id
      where s.task_id = p_task_id
    ) then
      return v_changes; -- still no step can run
    end if;
    v_changes := __schema__._move_tasks(array[p_task_id], p_to => 'in_progress', p_reason => 'operator_action');
    -- Steps that a deadline stopped go on, too.
    perform __schema__.queue_task(p_task_id);
    update __schema__.tasks set deadline_at = null where task_id = p_task_id and deadline_at <= clock_timestamp();
  end if;
  return v_changes || coalesce(__schema__._move_tasks(array[p_task_id]), '[]')::jsonb;
end $$;
