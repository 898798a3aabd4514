-- add_to_totals: appends the changes of a transaction to the totals by state. The totals are only for statistics, so
-- they must not block anything: if a change is refused, for example by a trigger of the host, it is left out and noted
-- in the same transaction, and recount_state_totals corrects the totals later.
-- Returns whether the changes were added. A statement and a subtransaction make a lone step 1 % slower, so a pass calls
-- this once for its outcomes and once for its claims, in an assignment: perform would run a query.
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
