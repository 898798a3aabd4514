-- ids_to_come: the ids in both histories that are not visible yet, some of which are assigned to open transactions: the
-- changes of which a webhook that is created or enabled now is notified. They include everything that commits later,
-- and nothing that committed before. The caller has called lock_webhooks.
--
-- The highest assigned ids would not be enough, because they leave out what open transactions commit later. It is
-- unknown how low the ids of such transactions are, but they are after the cursor, which only moves to positions up to
-- which the histories are settled, and stays while its row is locked. So the ids to come are all ids after the cursor
-- except those that are visible now: the gaps between these, and all ids above them. Ids that were rolled back stay in
-- the gaps and do no harm. A process that is deriving deliveries from the previous webhooks cannot move the cursor (see
-- derive_webhook_deliveries); the next one begins at the same position and knows this webhook.
--
-- The cursor also moves while there are no webhooks (see take_webhook_reading), so that few rows are after it.
--
-- One statement, so that the writes of a transaction to both histories are seen in both or in neither.
create or replace function __schema__.ids_to_come(out task int8multirange, out step int8multirange)
language plpgsql volatile
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
as $$
begin
  -- The last id is followed by null, and a range up to null has no end.
  select
    (
      select range_agg(int8range(x.before, x.id, '()')) filter (where x.id is distinct from x.before + 1) from (
        select h.id, lag(h.id, 1, c.after_task) over (order by h.id) as before
        from (select t.id from __schema__.task_transitions t where t.id > c.after_task union all select null) h
      ) x
    ),
    (
      select range_agg(int8range(x.before, x.id, '()')) filter (where x.id is distinct from x.before + 1) from (
        select h.id, lag(h.id, 1, c.after_step) over (order by h.id) as before
        from (select s.id from __schema__.workflow_step_transitions s where s.id > c.after_step union all select null) h
      ) x
    )
  into task, step
  from __schema__.webhook_cursor c;
end $$;
