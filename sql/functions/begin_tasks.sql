-- begin_tasks: moves tasks from pending to in_progress at p_at. Skips tasks that are locked by others.
-- p_changes: the changes of the caller, which are added to the totals together with those made here.
-- Returns [{id, from, to}] of the tasks that changed.
create or replace function __schema__.begin_tasks(
  p_task_ids bigint[],
  p_at timestamptz,
  p_changes __schema__.state_change[]
) returns json language plpgsql as $$
declare
  v_begun json;
  v_changes __schema__.state_change[];
  v_added boolean;
begin
  with free as (
    select task_id, task_namespace_id from __schema__.tasks
    where task_id = any (p_task_ids) and state = 'pending'
    order by task_id for no key update skip locked
  ),
  begun as (
    update __schema__.tasks t set state = 'in_progress', updated_at = greatest(p_at, t.updated_at)
    from free f where t.task_id = f.task_id
    returning t.task_id, t.task_namespace_id, t.updated_at
  ),
  history as (
    insert into __schema__.task_transitions (task_id, from_state, to_state, created_at)
    select task_id, 'pending', 'in_progress', updated_at from begun
  ),
  counted as (
    select b.task_namespace_id, 'task', 'pending', 'in_progress', count(*) from begun b group by 1
  )
  select json_agg(json_build_object('id', task_id::text, 'from', 'pending', 'to', 'in_progress')),
    array(select row(c.*)::__schema__.state_change from counted c)
  into v_begun, v_changes from begun;
  v_added := __schema__.add_to_totals(p_changes || v_changes);
  return v_begun;
end $$;
