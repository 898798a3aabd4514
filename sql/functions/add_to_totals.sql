-- add_to_totals: appends to the totals by state what a transaction changed. The totals serve statistics alone, so they stop
-- nothing: what is refused here, such as by a trigger of the host's, is left out and noted in the same transaction, and
-- recount_state_totals mends it. Answers whether it was added.
-- A statement and a subtransaction cost a lone step one hundredth of its time, so a pass calls this once for its outcomes and once for
-- its claims, in an assignment: perform would make a query of the call.
create or replace function __schema__.add_to_totals(p_changes __schema__.state_change[]) returns boolean language plpgsql as $$
begin
  if coalesce(cardinality(p_changes), 0) = 0 then
    return true;
  end if;
  begin
    insert into __schema__.state_total_deltas (task_namespace_id, kind, from_state, to_state, amount)
    select c.task_namespace_id, c.kind, c.from_state, c.to_state, c.amount from unnest(p_changes) c;
    return true;
  exception when others then
    if not __schema__.is_of_one_part(sqlstate) then
      raise;
    end if;
    insert into __schema__.lost_totals (sql_state, message) values (sqlstate, sqlerrm);
    return false;
  end;
end $$;
