-- action_result: the answer of every operator action: {changed, steps: the answer of move_steps, tasks: [{id, from, to,
-- namespace, name, version}], freed}. changed is false if the task or step was already in the requested state; freed is
-- the number of steps that became ready.
create or replace function __schema__.action_result(
  p_changed boolean, p_steps jsonb default '[]', p_tasks jsonb default '[]', p_freed integer default 0
) returns json language plpgsql stable as $$
declare
  v_tasks jsonb := '[]';
begin
  if p_tasks <> '[]' then
    select jsonb_agg(
      c.change || jsonb_build_object('namespace', ns.name, 'name', nt.name, 'version', nt.version) order by c.n
    ) into v_tasks
    from jsonb_array_elements(p_tasks) with ordinality c (change, n)
    join __schema__.tasks t on t.task_id = (c.change ->> 'id')::bigint
    join __schema__.named_tasks nt on nt.named_task_id = t.named_task_id
    join __schema__.task_namespaces ns on ns.task_namespace_id = nt.task_namespace_id;
  end if;
  return json_build_object('changed', p_changed, 'steps', p_steps, 'tasks', v_tasks, 'freed', p_freed);
end $$;
