-- find_step: the id of a task's step with this name or id. If there is none, refuses (see refuse) with the existing
-- names.
create or replace function __schema__.find_step(p_task_id bigint, p_step text)
returns bigint language plpgsql stable as $$
declare
  v_step_id bigint;
begin
  select s.workflow_step_id into v_step_id
  from __schema__.workflow_steps s join __schema__.named_steps n on n.named_step_id = s.named_step_id
  where s.task_id = p_task_id and (n.name = p_step or s.workflow_step_id::text = p_step)
  order by n.name = p_step desc limit 1;
  if v_step_id is null then
    perform __schema__.refuse('unknown_step', jsonb_build_object('taskId', p_task_id::text, 'step', p_step, 'known', (
      select coalesce(jsonb_agg(n.name order by s.workflow_step_id), '[]')
      from __schema__.workflow_steps s join __schema__.named_steps n on n.named_step_id = s.named_step_id
      where s.task_id = p_task_id
    )));
  end if;
  return v_step_id;
end $$;
