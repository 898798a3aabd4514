-- recount_state_totals: corrects the totals if transactions could not add to them (see add_to_totals), as soon as that
-- is possible again. It reads all tasks and steps, so it must be rare. It blocks nothing: changes that commit meanwhile
-- are added as usual.
-- Returns null if the totals are right, otherwise {sqlState, message}: the reason why they cannot be corrected.
create or replace function __schema__.recount_state_totals() returns json language plpgsql as $$
declare
  v_lost record;
begin
  select * into v_lost from __schema__.lost_totals order by lost_total_id desc limit 1;
  if not found then
    return null;
  end if;
  if not pg_try_advisory_xact_lock(hashtext('__schema__.fold_state_totals')) then -- another process adds or counts them
    return json_build_object('sqlState', v_lost.sql_state, 'message', v_lost.message);
  end if;
  if not __schema__.add_to_totals(array(
    select row(n.task_namespace_id, k.kind, 'pending', 'in_progress', 0)::__schema__.state_change
    from (select task_namespace_id from __schema__.task_namespaces limit 1) n cross join unnest('{task,step}'::text[]) k (kind)
  )) then
    -- One note is enough, and the failed attempt here has just left one.
    delete from __schema__.lost_totals where lost_total_id <= v_lost.lost_total_id;
    return json_build_object('sqlState', v_lost.sql_state, 'message', v_lost.message);
  end if;
  -- One statement sees all of each transaction or nothing: its changes, its additions and its note.
  with noted as (
    delete from __schema__.lost_totals
  ),
  difference as (
    select task_namespace_id, 'task' as kind, state, count(*) as total from __schema__.tasks group by 1, 3
    union all
    select t.task_namespace_id, 'step', s.state, count(*)
    from __schema__.workflow_steps s join __schema__.tasks t on t.task_id = s.task_id group by 1, 3
    union all
    select task_namespace_id, kind, state, -total from __schema__.namespace_state_totals
  )
  insert into __schema__.state_totals as t (task_namespace_id, kind, state, total)
  select task_namespace_id, kind, state, sum(total) from difference group by 1, 2, 3 having sum(total) <> 0
  on conflict (task_namespace_id, kind, state) do update set total = t.total + excluded.total;
  return null;
end $$;
