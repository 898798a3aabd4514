-- lock_step: finds the step of an operator action by its name or id, and locks its task and its row in the queue, so
-- that it cannot be claimed meanwhile. Refuses (see refuse) if there is no such task or step, and if the task has ended
-- and the step is not already in the requested state.
create or replace function __schema__.lock_step(p_task_id bigint, p_step text, p_action text)
returns __schema__.workflow_steps language plpgsql as $$
declare
  v_task __schema__.tasks := __schema__.lock_task(p_task_id);
  v_step __schema__.workflow_steps;
  v_step_id bigint := __schema__.find_step(p_task_id, p_step);
begin
  perform 1 from __schema__.ready_steps where workflow_step_id = v_step_id for update;
  select * into v_step from __schema__.workflow_steps where workflow_step_id = v_step_id;
  if v_task.state in ('complete', 'cancelled', 'resolved_manually') and v_step.state is distinct from (
    case p_action when 'cancel' then 'cancelled' when 'resolve' then 'resolved_manually' when 'skip' then 'skipped' end
  ) then
    perform __schema__.refuse_action(
      p_action, 'step', p_step, v_step.state, format('its task %s is %s', p_task_id, v_task.state), true
    );
  end if;
  return v_step;
end $$;
