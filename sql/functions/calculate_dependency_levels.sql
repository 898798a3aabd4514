-- calculate_dependency_levels: the longest path from any root to each step (roots 0), ordered by level and step.
-- Kahn's algorithm level by level: each step and each edge is visited once, so the cost is linear in steps + edges;
-- following every path instead would be exponential in layered graphs.
create or replace function __schema__.calculate_dependency_levels(input_task_id bigint)
returns table (workflow_step_id bigint, dependency_level integer) language plpgsql stable as $$
#variable_conflict use_column
declare
  v_steps bigint[];
  v_first bigint;
  v_left integer[];
  v_level integer := 0;
  v_frontier bigint[];
  v_next bigint[];
  v_children bigint[];
  v_child bigint;
  v_slot integer;
  v_slots jsonb := '{}';
begin
  -- Parents still unvisited, by the step's slot; slots replace a lookup by id, which an array cannot do.
  select array_agg(x.workflow_step_id), array_agg(x.parents), jsonb_object_agg(x.workflow_step_id, x.slot)
  into v_steps, v_left, v_slots
  from (
    select s.workflow_step_id, row_number() over (order by s.workflow_step_id)::integer as slot,
      (select count(*)::integer from __schema__.workflow_step_edges e where e.to_step_id = s.workflow_step_id) as parents
    from __schema__.workflow_steps s where s.task_id = input_task_id order by s.workflow_step_id
  ) x;
  select array_agg(f.id) into v_frontier
  from unnest(v_steps, v_left) as f (id, parents) where f.parents = 0;

  while v_frontier is not null loop
    return query select f.id, v_level from unnest(v_frontier) as f (id) order by 1;
    select array_agg(e.to_step_id) into v_children
    from unnest(v_frontier) as f (id) join __schema__.workflow_step_edges e on e.from_step_id = f.id;
    v_next := null;
    foreach v_child in array coalesce(v_children, '{}') loop
      v_slot := (v_slots ->> v_child::text)::integer;
      v_left[v_slot] := v_left[v_slot] - 1;
      if v_left[v_slot] = 0 then
        v_next := v_next || v_child;
      end if;
    end loop;
    v_frontier := v_next;
    v_level := v_level + 1;
  end loop;
end $$;
