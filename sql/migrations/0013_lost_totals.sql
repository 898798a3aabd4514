-- So many tasks or steps of a namespace went from one state to another, as state_total_deltas has it; see add_to_totals.
create type __schema__.state_change as (
  task_namespace_id bigint,
  -- task or step
  kind text,
  from_state text,
  to_state text,
  amount bigint
);

-- Each row: a transaction changed states and could not add that to the totals, so they are wrong until recount_state_totals has
-- counted.
create table __schema__.lost_totals (
  lost_total_id bigint generated always as identity primary key,
  -- Why.
  sql_state text not null,
  message text not null
);
