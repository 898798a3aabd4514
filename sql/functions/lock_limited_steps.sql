-- lock_limited_steps: locks due steps with a limit for claiming, as many as their limits allow. Part of claim_steps,
-- which chooses among them and calls count_limited_starts.
--
-- A limit is checked only when a check is due (see the table limit_checks), so full limits cost nothing. The caller
-- holds an advisory lock on the key until its claim has committed; keys are locked in one order, and nothing waits
-- afterwards. The number of running steps is counted and not stored, so a place is free as soon as its row changes,
-- however the step ended. A limit of starts counts those of the last `seconds`, so there is no window in which more
-- could start.
--
-- Checks as many limits as needed to find the wanted steps, and always four at random, so that none is always too late.
-- More steps may be locked than wanted.
--
-- Returns the steps, and for the checked limits [{key, templateId: of a step under it, room: how many more may start,
-- rate: {count, seconds} or null}].
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
    -- The same clock as for the steps below: the check for a step that is due a moment later must stay.
    delete from __schema__.limit_checks c where c.limit_key = v_key and c.lane_id = any (p_lanes) and c.due_at <= now();
    -- All steps under one key have the same name, whose newest template has the limit.
    select st.id, st.limits into v_template_id, v_limits
    from __schema__.ready_steps r join __schema__.named_tasks_named_steps st on st.id = r.step_template_id
    where r.limit_key = v_key and r.worker_id is null and not r.is_held
    -- worker_id is null; it is here to match the index
    order by r.worker_id, r.priority desc, r.run_at, r.workflow_step_id limit 1;
    if v_limits is null then
      -- No steps wait, or only steps whose templates were deleted: these are claimed without a limit, so that they fail
      -- visibly.
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
    -- least ignores nulls.
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
