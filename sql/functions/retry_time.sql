-- retry_time: when the attempt after one that failed at p_at is due. Without a wait, it is due at once, also for the
-- claim in the same call. The wait is capped at a hundred years: beyond the range of timestamps, the whole batch would
-- fail for ever.
create or replace function __schema__.retry_time(p_at timestamptz, p_after_seconds double precision)
returns timestamptz language sql stable as $$
  select case when p_after_seconds > 0 then p_at + make_interval(secs => least(p_after_seconds, 3155760000)) else now() end;
$$;
