-- lock_limited_steps: due steps that have a limit, as many as their limits allow, locked for claiming. Part of claim_steps,
-- which chooses among them and calls count_limited_starts.
--
-- A limit is looked at only when a check of it is due (see the table limit_checks), so limits that are full cost nothing.
-- Whoever looks holds an advisory lock on the key until its claim has committed; keys are locked in one order, and nothing
-- is waited for afterwards. How many run is counted, not kept: a place is free the moment its row says so, however the step
-- ended. A limit of starts counts those of the last `seconds`, so there is no window in which more could start.
--
-- Enough are looked at to find what is wanted, and in any case four chosen at random, so that none is always too late; more
-- steps may be locked than are wanted.
--
-- Answers the steps, and of the limits looked at [{key, templateId: of a step under it, room:
-- how many more may start, rate: {count, seconds} or null}].
create or replace function __schema__.lock_limited_steps(
  p_want integer,
  p_lanes integer[],
  p_without bigint[],
  p_expired bigint[],
  out step_ids bigint[],
  out limits jsonb
) language plpgsql as $$
declare
  v_keys text[];
  v_chosen text[];
  v_key text;
  v_template_id bigint;
  v_limits jsonb;
  v_room integer;
begin
  step_ids := '{}';
  limits := '[]';
  v_keys := array(
    select distinct d.limit_key
    from unnest(p_lanes) l (lane_id)
    cross join lateral (
      select c.limit_key from __schema__.limit_checks c
      where c.lane_id = l.lane_id and c.due_at <= now() order by c.due_at limit 200
    ) d
  );
  v_chosen := array(select k.name from unnest(v_keys) k (name) order by random() limit 4);
  for v_key in
    select k.name from unnest(v_keys) k (name) order by hashtextextended(k.name, 0), k.name
  loop
    continue when cardinality(step_ids) >= p_want and v_key <> all (v_chosen); -- their checks stay for the next claim
    perform pg_advisory_xact_lock(hashtextextended('__schema__ limit ' || v_key, 0));
    -- By the same clock as the steps below: the check of one that is due a moment later must stay.
    delete from __schema__.limit_checks c where c.limit_key = v_key and c.lane_id = any (p_lanes) and c.due_at <= now();
    -- All steps under one key are of one name, whose newest template says what the limit is.
    select st.id, st.limits into v_template_id, v_limits
    from __schema__.ready_steps r join __schema__.named_tasks_named_steps st on st.id = r.step_template_id
    where r.limit_key = v_key and r.worker_id is null and not r.is_held
    -- worker_id, which is null, as the index has it
    order by r.worker_id, r.priority desc, r.run_at, r.workflow_step_id limit 1;
    if v_limits is null then
      -- Nothing waits, or only steps whose templates were deleted: these are claimed without a limit, to fail aloud.
      step_ids := step_ids || array(
        select r.workflow_step_id from __schema__.ready_steps r
        where r.worker_id is null and not r.is_held and r.limit_key = v_key
          and r.lane_id = any (p_lanes) and r.run_at <= now() and r.step_template_id <> all (p_without) and r.task_id <> all (p_expired)
          and not exists (select from __schema__.named_tasks_named_steps st where st.id = r.step_template_id)
        order by r.worker_id, r.priority desc, r.run_at, r.workflow_step_id
        limit greatest(p_want, 0) for update of r skip locked
      );
      continue;
    end if;
    -- least passes over what is null.
    v_room := (v_limits ->> 'concurrency')::integer - (
      select count(*)::integer from __schema__.ready_steps r where r.limit_key = v_key and r.worker_id is not null
    );
    if v_limits -> 'rate' <> 'null' then
      delete from __schema__.limit_starts s where s.limit_key = v_key and s.counts_until <= clock_timestamp();
      v_room := least(v_room, (v_limits #>> '{rate,count}')::integer - (
        select count(*)::integer from __schema__.limit_starts s where s.limit_key = v_key
      ));
    end if;
    step_ids := step_ids || array(
      select r.workflow_step_id from __schema__.ready_steps r
      where r.worker_id is null and not r.is_held and r.limit_key = v_key
        and r.lane_id = any (p_lanes) and r.run_at <= now() and r.step_template_id <> all (p_without) and r.task_id <> all (p_expired)
      order by r.worker_id, r.priority desc, r.run_at, r.workflow_step_id
      limit greatest(least(v_room, p_want), 0) for update skip locked
    );
    limits := limits || jsonb_build_object(
      'key', v_key, 'templateId', v_template_id, 'room', v_room, 'rate', v_limits -> 'rate'
    );
  end loop;
end $$;
