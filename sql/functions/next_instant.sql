-- next_instant: the instant of a change to a row that last changed at p_before: now, but always later than that, even
-- if the clock of the server was set back. So histories run forward, and each change has its own revision (see
-- revision_of).
create or replace function __schema__.next_instant(p_before timestamptz) returns timestamptz language sql volatile as $$
  select greatest(clock_timestamp(), p_before + interval '1 microsecond')
$$;
