-- finish_final_hook: stores what a task handler notes of the end of a task, unless somebody else was given it since: the
-- attempt names the claim. p_annotations: [{type, annotation}]. Answers whether it was stored.
create or replace function __schema__.finish_final_hook(p_final_hook_id bigint, p_attempt integer, p_annotations jsonb)
returns boolean language plpgsql as $$
declare
  v_task_id bigint;
begin
  -- First, as the order of locks says: whoever removes the task holds it, and then removes this row.
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
