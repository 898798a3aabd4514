-- fold_state_totals: adds the appended deltas to the totals. The sums that readers see stay the same. Only one caller
-- at a time does it; others return at once.
-- Returns the number of deltas that were added.
create or replace function __schema__.fold_state_totals(p_limit integer default 50000)
returns integer language plpgsql as $$
declare
  v_folded integer;
begin
  if not pg_try_advisory_xact_lock(hashtext('__schema__.fold_state_totals')) then
    return 0;
  end if;
  with taken as (
    delete from __schema__.state_total_deltas
    where ctid = any (array(select ctid from __schema__.state_total_deltas limit p_limit))
    returning task_namespace_id, kind, from_state, to_state, amount
  ),
  folded as (
    insert into __schema__.state_totals as t (task_namespace_id, kind, state, total)
    select t.task_namespace_id, t.kind, c.state, sum(c.change)
    from taken t cross join lateral (values (t.from_state, -t.amount), (t.to_state, t.amount)) c (state, change)
    where c.state is not null
    group by 1, 2, 3
    on conflict (task_namespace_id, kind, state) do update set total = t.total + excluded.total
  )
  select count(*) into v_folded from taken;
  return v_folded;
end $$;
