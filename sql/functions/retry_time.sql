-- retry_time: when the next attempt is due of one that failed at p_at. Without a wait it is due at once, for the claim in this
-- very call, too. The wait is a hundred years at most: beyond what timestamps can hold the whole batch would fail for ever.
create or replace function __schema__.retry_time(p_at timestamptz, p_after_seconds double precision)
returns timestamptz language sql stable as $$
  select case when p_after_seconds > 0 then p_at + make_interval(secs => least(p_after_seconds, 3155760000)) else now() end;
$$;
