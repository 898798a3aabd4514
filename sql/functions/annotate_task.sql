-- annotate_task: adds an annotation to a task; the type becomes known with its first use. Raises TK002 when there is no such
-- task. Answers the annotation's id.
create or replace function __schema__.annotate_task(p_task_id bigint, p_type text, p_annotation jsonb)
returns bigint language plpgsql as $$
declare
  v_id bigint;
begin
  if not exists (select 1 from __schema__.tasks where task_id = p_task_id) then
    raise exception 'There is no task %.', p_task_id using errcode = 'TK002', detail = p_task_id::text;
  end if;
  insert into __schema__.annotation_types (name) values (p_type) on conflict (name) do nothing;
  insert into __schema__.task_annotations (task_id, annotation_type_id, annotation)
  select p_task_id, y.annotation_type_id, p_annotation from __schema__.annotation_types y where y.name = p_type
  returning task_annotation_id into v_id;
  return v_id;
end $$;
