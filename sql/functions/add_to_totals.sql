-- add_to_totals: appends to the totals by state what a transaction changed. The totals serve statistics alone, so they stop
-- nothing: what is refused here, such as by a trigger of the host's, is left out and noted in the same transaction, and
-- recount_state_totals mends it. Answers whether it was added. A batch of steps has one or two rows here, which are added one by one, as a
-- query over the array takes longer.
create or replace function __schema__.add_to_totals(p_changes __schema__.state_change[]) returns boolean language plpgsql as $$
declare
  v_change __schema__.state_change;
begin
  if coalesce(cardinality(p_changes), 0) = 0 then
    return true;
  end if;
  begin
    foreach v_change in array p_changes loop
      insert into __schema__.state_total_deltas (task_namespace_id, kind, from_state, to_state, amount)
      values (v_change.task_namespace_id, v_change.kind, v_change.from_state, v_change.to_state, v_change.amount);
    end loop;
    return true;
  exception when others then
    if not __schema__.is_of_one_part(sqlstate) then
      raise;
    end if;
    insert into __schema__.lost_totals (sql_state, message) values (sqlstate, sqlerrm);
    return false;
  end;
end $$;
