-- next_instant: when a row changes that changed last at p_before: now, and in any case later, also where the clock of the server was
-- set back. So histories run forward, and each change has a revision of its own (see revision_of).
create or replace function __schema__.next_instant(p_before timestamptz) returns timestamptz language sql volatile as $$
  select greatest(clock_timestamp(), p_before + interval '1 microsecond')
$$;
