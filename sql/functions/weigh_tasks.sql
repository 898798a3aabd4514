-- weigh_tasks: the sizes of the parts of read_tasks' answer. For each task and part, there is a row without a value for
-- the data that cannot be omitted, and a row for each value that can, with the id of its row. place: the position of
-- the task in p_task_ids. bytes: an upper estimate, without the value.
create or replace function __schema__.weigh_tasks(p_task_ids bigint[], p_parts text[], p_step text)
returns table (place bigint, id bigint, bytes bigint, value jsonb) language sql stable as $$
  with task as materialized (
    select i.place, t.task_id, t.context, octet_length(t.tags::text) + octet_length(t.bypass_steps::text) as bytes
    from unnest(p_task_ids) with ordinality i (task_id, place)
    join __schema__.tasks t on t.task_id = i.task_id
  ),
  step as materialized (
    select t.place, s.workflow_step_id, s.results, s.error,
      p_step is null or s.workflow_step_id::text = p_step or n.name = p_step as is_read
    from task t
    join __schema__.workflow_steps s on s.task_id = t.task_id
    left join __schema__.named_steps n on p_step is not null and n.named_step_id = s.named_step_id
    where 'steps' = any (p_parts)
  ),
  annotation as materialized (
    select t.place, a.task_annotation_id, a.annotation
    from task t join __schema__.task_annotations a on a.task_id = t.task_id
    where 'annotations' = any (p_parts)
  )
  select t.place, t.task_id, 1024 + t.bytes, null::jsonb from task t
  union all
  select t.place, t.task_id, 0, t.context from task t where 'context' = any (p_parts)
  union all
  select s.place, null, 640 * count(*), null from step s group by s.place
  union all
  select s.place, null, 128 * count(*), null
  from step s join __schema__.workflow_step_edges e on e.to_step_id = s.workflow_step_id
  group by s.place
  union all
  select s.place, s.workflow_step_id, 0, s.results from step s where s.is_read and s.results is not null
  union all
  select s.place, s.workflow_step_id, 0, s.error from step s where s.is_read and s.error is not null
  union all
  select a.place, null, 512 * count(*), null from annotation a group by a.place
  union all
  select a.place, a.task_annotation_id, 0, a.annotation from annotation a
  union all
  select t.place, null, 1024 * count(*), null
  from task t join __schema__.task_transitions h on h.task_id = t.task_id
  where 'transitions' = any (p_parts)
  group by t.place
  union all
  select t.place, null, sum(1024 + coalesce(octet_length(h.error::text), 0)), null
  from task t
  join __schema__.workflow_steps s on s.task_id = t.task_id
  join __schema__.workflow_step_transitions h on h.workflow_step_id = s.workflow_step_id
  where 'transitions' = any (p_parts)
  group by t.place;
$$;
