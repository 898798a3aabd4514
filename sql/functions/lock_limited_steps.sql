-- lock_limited_steps: due steps that have a limit, as many as their limits allow, locked for claiming. Part of claim_steps.
--
-- A limit is looked at only when a check of it is due (see the table limit_checks), so limits that are full cost nothing.
-- Whoever looks holds an advisory lock on the key until its claim has committed; keys are locked in one order, and nothing
-- is waited for afterwards. How many run is counted, not kept: a place is free the moment its row says so, however the step
-- ended. A limit of starts counts those of the last `seconds`, so there is no window in which more could start.
--
-- Answers the steps, and in how many seconds the first limit that was full lets another one start.
create or replace function __schema__.lock_limited_steps(
  p_want integer,
  p_queues text[],
  p_without bigint[],
  out step_ids bigint[],
  out opens_in double precision
) language plpgsql as $$
declare
  v_keys text[];
  v_key text;
  v_limits jsonb;
  v_concurrency integer;
  v_count integer;
  v_seconds double precision;
  v_room integer;
  v_opens_at timestamptz;
  v_chosen bigint[];
begin
  step_ids := '{}';
  v_keys := array(
    select distinct d.limit_key
    from unnest(p_queues) q (name)
    cross join lateral (
      select c.limit_key from __schema__.limit_checks c
      where c.queue = q.name and c.due_at <= now() order by c.due_at limit 200
    ) d
  );
  for v_key in
    select k.name from unnest(v_keys) k (name) order by hashtextextended(k.name, 0), k.name
  loop
    exit when cardinality(step_ids) >= p_want; -- the other checks stay for the next claim
    perform pg_advisory_xact_lock(hashtextextended('__schema__ limit ' || v_key, 0));
    -- By the same clock as the steps below: the check of one that is due a moment later must stay.
    delete from __schema__.limit_checks c where c.limit_key = v_key and c.queue = any (p_queues) and c.due_at <= now();
    -- All steps under one key are of one name, whose newest template says what the limit is.
    select st.limits into v_limits
    from __schema__.ready_steps r join __schema__.named_tasks_named_steps st on st.id = r.step_template_id
    where r.limit_key = v_key and r.worker_id is null and not r.is_held
    order by r.worker_id, r.priority desc, r.run_at, r.workflow_step_id limit 1; -- worker_id, which is null, as the index has it
    continue when v_limits is null;
    v_concurrency := (v_limits ->> 'concurrency')::integer;
    v_count := (v_limits #>> '{rate,count}')::integer;
    v_seconds := (v_limits #>> '{rate,seconds}')::double precision;
    v_room := p_want - cardinality(step_ids);
    if v_concurrency is not null then
      v_room := least(v_room, v_concurrency - (
        select count(*)::integer from __schema__.ready_steps r where r.limit_key = v_key and r.worker_id is not null
      ));
    end if;
    v_opens_at := null;
    if v_count is not null then
      delete from __schema__.limit_starts s where s.limit_key = v_key and s.counts_until <= clock_timestamp();
      v_room := least(v_room, v_count - (select count(*)::integer from __schema__.limit_starts s where s.limit_key = v_key));
    end if;
    v_chosen := '{}';
    if v_room > 0 then
      v_chosen := array(
        select r.workflow_step_id from __schema__.ready_steps r
        where r.worker_id is null and not r.is_held and r.limit_key = v_key
          and r.queue = any (p_queues) and r.run_at <= now() and r.step_template_id <> all (p_without)
        order by r.worker_id, r.priority desc, r.run_at, r.workflow_step_id
        limit v_room for update skip locked
      );
      step_ids := step_ids || v_chosen;
    end if;
    if v_count is not null then
      insert into __schema__.limit_starts (limit_key, counts_until)
      select v_key, clock_timestamp() + make_interval(secs => v_seconds) from unnest(v_chosen);
      -- Full by starts: time alone makes room.
      select s.counts_until into v_opens_at
      from __schema__.limit_starts s where s.limit_key = v_key
      order by s.counts_until desc offset v_count - 1 limit 1;
    end if;
    -- What still waits is looked at again: at once where there is room (this worker had enough, or serves other queues),
    -- when time makes room, or else when a place becomes free.
    if v_opens_at is not null or v_room > cardinality(v_chosen) or cardinality(step_ids) >= p_want then
      insert into __schema__.limit_checks (limit_key, queue, due_at)
      select distinct v_key, r.queue, coalesce(v_opens_at, now()) from __schema__.ready_steps r
      where r.limit_key = v_key and r.worker_id is null and not r.is_held and r.run_at <= now()
        and r.workflow_step_id <> all (v_chosen);
      if found and v_opens_at is not null then
        opens_in := least(opens_in, extract(epoch from v_opens_at - clock_timestamp()));
      end if;
    end if;
  end loop;
end $$;
