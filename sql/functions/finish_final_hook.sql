-- finish_final_hook: stores the annotations that a task handler returned for the end of a task, unless another process
-- has claimed the end since then: the attempt identifies the claim.
-- p_annotations: [{type, annotation}].
-- Returns whether they were stored.
create or replace function __schema__.finish_final_hook(p_final_hook_id bigint, p_attempt integer, p_annotations jsonb)
returns boolean language plpgsql as $$
declare
  v_task_id bigint;
begin
  -- The task is locked first, according to the order of locks: its removal locks the task, and then deletes this row.
  perform 1 from __schema__.tasks t where t.task_id = (
    select f.task_id from __schema__.final_hooks f where f.final_hook_id = p_final_hook_id
  ) for key share;
  if not found then
    return false;
  end if;
  delete from __schema__.final_hooks f
  where f.final_hook_id = p_final_hook_id and f.attempts = p_attempt and f.due_at is not null
  returning f.task_id into v_task_id;
  if v_task_id is null then
    return false;
  end if;
  perform __schema__.add_annotations(v_task_id, p_annotations);
  return true;
end $$;
