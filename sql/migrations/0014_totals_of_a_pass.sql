-- A pass adds to the totals once for its outcomes and once for its claims: functions with other parameters or another answer than
-- before. They are made again below.
drop function if exists __schema__.claim_steps(
  bigint, integer, integer[], bigint[], bigint[], bigint[], integer, bigint[], bigint[]
);
drop function if exists __schema__.begin_tasks(bigint[], timestamptz);
drop function if exists __schema__.finalise_tasks(bigint[], integer[], integer[]);
