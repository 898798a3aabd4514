-- bound_tasks: an upper bound of the size of read_tasks' answer in bytes, without unpacking values. It is enough for
-- most answers. It assumes the highest possible number of edges between the steps of a task, because counting them
-- would take longer. Written in PL/pgSQL, so that the session keeps its plan.
create or replace function __schema__.bound_tasks(p_task_ids bigint[], p_parts text[])
returns double precision language plpgsql stable as $$
begin
  return (select sum(x.bytes) from (
    select 1024 + __schema__.json_bound(t.tags) + __schema__.json_bound(t.bypass_steps)
      + case when 'context' = any (p_parts) then __schema__.json_bound(t.context) else 0 end as bytes
    from __schema__.tasks t where t.task_id = any (p_task_ids)
    union all
    select 640 * count(*) + 64 * count(*) * (count(*) - 1)
      + sum(coalesce(__schema__.json_bound(s.results), 0) + coalesce(__schema__.json_bound(s.error), 0))
    from __schema__.workflow_steps s
    where 'steps' = any (p_parts) and s.task_id = any (p_task_ids)
    group by s.task_id
    union all
    select sum(512 + __schema__.json_bound(a.annotation))
    from __schema__.task_annotations a
    where 'annotations' = any (p_parts) and a.task_id = any (p_task_ids)
    union all
    select 1024 * count(*) from __schema__.task_transitions h
    where 'transitions' = any (p_parts) and h.task_id = any (p_task_ids)
    union all
    select sum(1024 + coalesce(__schema__.json_bound(h.error), 0))
    from __schema__.workflow_steps s
    join __schema__.workflow_step_transitions h on h.workflow_step_id = s.workflow_step_id
    where 'transitions' = any (p_parts) and s.task_id = any (p_task_ids)
  ) x);
end $$;
