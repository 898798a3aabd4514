-- add_annotations: stores annotations of a task whose row the caller has locked.
-- p_annotations: [{type, annotation}]. Types are created with their first use, in order of name, so that two processes
-- cannot deadlock.
-- Returns the id of the last annotation.
create or replace function __schema__.add_annotations(p_task_id bigint, p_annotations jsonb)
returns bigint language plpgsql as $$
declare
  v_id bigint;
begin
  insert into __schema__.annotation_types (name)
  select distinct a ->> 'type' from jsonb_array_elements(p_annotations) a order by 1
  on conflict (name) do nothing;
  with added as (
    insert into __schema__.task_annotations (task_id, annotation_type_id, annotation)
    select p_task_id, y.annotation_type_id, a.value -> 'annotation'
    from jsonb_array_elements(p_annotations) with ordinality a (value, position)
    join __schema__.annotation_types y on y.name = a.value ->> 'type'
    order by a.position
    returning task_annotation_id
  )
  select max(task_annotation_id) into v_id from added;
  return v_id;
end $$;
