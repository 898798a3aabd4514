-- ids_to_come: the ids in both histories that nobody can see yet, some of which were given out to transactions that are still
-- open: what a webhook is told of that is created or enabled now. Whatever commits later is among them, and nothing is that
-- committed before. The caller has called lock_webhooks.
--
-- The highest ids given out would not do, as they leave out what such a transaction commits later. How low its ids may be
-- nobody knows, but they are after the cursor, which only ever moves to where the histories are settled, and stands still as
-- long as its row is locked. So the ids to come are all after the cursor without those that are visible now: the gaps between
-- these, and all above them. Ids that were rolled back stay in the gaps and do no harm. Who derives deliveries meanwhile from
-- the webhooks as they were does not get to move the cursor (see derive_webhook_deliveries); who does next begins at the same
-- place and knows this webhook.
--
-- The cursor moves also while there is no webhook (see take_webhook_reading), so that few rows are after it.
--
-- One statement, so that what one transaction wrote to both histories is seen in both or in neither.
create or replace function __schema__.ids_to_come(out task int8multirange, out step int8multirange)
language plpgsql volatile
set enable_seqscan = off
set enable_bitmapscan = off
set jit = off
as $$
begin
  -- Null stands behind the last id, and a range up to null has no end.
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
