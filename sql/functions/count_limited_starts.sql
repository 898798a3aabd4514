-- count_limited_starts: records the use of limits by steps that are about to start, and schedules the next checks of
-- the limits that lock_limited_steps checked. Part of claim_steps, under the locks of lock_limited_steps.
-- Returns the seconds until the first full limit has room for another step; null if none waits for time.
create or replace function __schema__.count_limited_starts(p_limits jsonb, p_step_ids bigint[])
returns double precision language plpgsql as $$
declare
  v_limit record;
  v_started integer;
  v_opens_at timestamptz;
  v_opens_in double precision;
begin
  for v_limit in
    select l.key, l."templateId" as template_id, l.room, (l.rate ->> 'count')::integer as count, (l.rate ->> 'seconds')::double precision as seconds
    from jsonb_to_recordset(p_limits) l (key text, "templateId" bigint, room integer, rate jsonb)
  loop
    select count(*) into v_started from __schema__.ready_steps r
    where r.workflow_step_id = any (p_step_ids) and r.limit_key = v_limit.key;
    v_opens_at := null;
    if v_limit.count is not null then
      insert into __schema__.limit_starts (limit_key, counts_until)
      select v_limit.key, clock_timestamp() + make_interval(secs => v_limit.seconds) from generate_series(1, v_started);
      -- Full because of its starts: only time makes room.
      select s.counts_until into v_opens_at
      from __schema__.limit_starts s where s.limit_key = v_limit.key
      order by s.counts_until desc offset v_limit.count - 1 limit 1;
    end if;
    -- Steps that still wait are checked again: at once if there is room (this worker had enough, or serves other
    -- queues), when time makes room, or otherwise when a place becomes free.
    if (v_opens_at is not null or v_limit.room > v_started) and exists (
      select 1 from __schema__.ready_steps r
      where r.limit_key = v_limit.key and r.worker_id is null and not r.is_held and r.run_at <= now()
        and r.workflow_step_id <> all (p_step_ids)
    ) then
      perform __schema__.check_limits(
        array[v_limit.template_id], array[v_limit.key], coalesce(v_opens_at, now())
      );
      if v_opens_at is not null then
        v_opens_in := least(v_opens_in, extract(epoch from v_opens_at - clock_timestamp()));
      end if;
    end if;
  end loop;
  return v_opens_in;
end $$;
