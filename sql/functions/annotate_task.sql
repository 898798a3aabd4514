-- annotate_task: adds an annotation to a task.
-- Returns its id; null if there is no such task.
create or replace function __schema__.annotate_task(p_task_id bigint, p_type text, p_annotation jsonb)
returns bigint language plpgsql as $$
begin
  perform 1 from __schema__.tasks where task_id = p_task_id for key share;
  if not found then
    return null;
  end if;
  return __schema__.add_annotations(
    p_task_id, jsonb_build_array(jsonb_build_object('type', p_type, 'annotation', p_annotation))
  );
end $$;
