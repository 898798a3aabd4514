-- lock_task: locks the row of the task of an operator action, which guards all its data. Refuses (see refuse) if there
-- is none.
create or replace function __schema__.lock_task(p_task_id bigint)
returns __schema__.tasks language plpgsql as $$
declare
  v_task __schema__.tasks;
begin
  select * into v_task from __schema__.tasks where task_id = p_task_id for no key update;
  if not found then
    perform __schema__.refuse('unknown_task', jsonb_build_object('taskId', p_task_id::text));
  end if;
  return v_task;
end $$;
