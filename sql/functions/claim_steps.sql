-- claim_steps: claims up to p_want due steps for a worker, the most urgent first. Part of advance.
--
-- A claim is guarded only by the lock on the row in ready_steps. Rows that another call is claiming are skipped (skip
-- locked), and so are tasks that are locked while their first step is claimed: a claim never waits, so it cannot
-- deadlock. A skipped task leaves pending with the first outcome of its steps instead.
--
-- Of the step templates p_scarce, the worker gets at most p_scarce_want steps. Steps with a limit are as urgent as
-- others, and take turns with those of other namespaces, as far as their limits allow. Steps of the tasks p_expired,
-- which are past their deadline, are left to expire_tasks.
-- p_chosen: steps that the caller has locked already; all but scarce ones are claimed. Null to choose here.
-- Returns the steps, the state that each was claimed from, their tasks, which the caller moves to in_progress at that
-- instant, the seconds until time makes room under a checked limit, and the changes that the caller must add to the
-- totals.
create or replace function __schema__.claim_steps(
  p_worker_id bigint,
  p_want integer,
  p_lanes integer[],
  p_lane_namespaces bigint[],
  p_without bigint[],
  p_scarce bigint[],
  p_scarce_want integer,
  p_expired bigint[],
  p_chosen bigint[] default null,
  out step_ids bigint[],
  out from_states text[],
  out task_ids bigint[],
  out claimed_at timestamptz,
  out limit_opens_in double precision,
  out changes __schema__.state_change[]
) language plpgsql as $$
declare
  v_due bigint[];
  v_limited bigint[];
  v_limits jsonb;
  -- Decides which of the namespaces with equal turns comes first; see lock_due_steps.
  v_chance bigint := (random() * 1000000000)::bigint;
begin
  if p_chosen is null and exists (select 1 from __schema__.limit_checks c where c.lane_id = any (p_lanes) and c.due_at <= now()) then
    select l.step_ids, l.limits into v_limited, v_limits
    from __schema__.lock_limited_steps(p_want, p_lanes, p_without, p_expired) l;
  end if;
  v_due := coalesce(p_chosen, __schema__.lock_due_steps(p_want, p_lanes, p_lane_namespaces, p_without, p_expired));
  if v_limits is not null then
    v_due := array(
      select x.workflow_step_id from (
        select r.*, row_number() over (
          partition by r.task_namespace_id order by r.priority desc, r.run_at, r.workflow_step_id
        ) as turn
        from unnest(v_limited || v_due) d (workflow_step_id)
        join __schema__.ready_steps r on r.workflow_step_id = d.workflow_step_id
      ) x
      order by x.priority desc, x.turn, hashint8extended(x.task_namespace_id, v_chance), x.run_at, x.workflow_step_id
      limit p_want
    );
  end if;
  if cardinality(p_scarce) > 0 then
    v_due := array(
      select x.workflow_step_id from (
        select d.workflow_step_id, d.place, r.step_template_id <> all (p_scarce) as is_ample,
          row_number() over (partition by r.step_template_id = any (p_scarce) order by d.place) as nth
        from unnest(v_due) with ordinality d (workflow_step_id, place)
        join __schema__.ready_steps r on r.workflow_step_id = d.workflow_step_id
      ) x
      where x.is_ample or x.nth <= p_scarce_want
      order by x.place
    );
  end if;
  -- After the locks, so that no step begins before those that freed it ended; and before starts are counted, so that
  -- the period of a limit begins with the start or later.
  claimed_at := clock_timestamp();
  if v_limits is not null then
    limit_opens_in := __schema__.count_limited_starts(v_limits, v_due);
  end if;
  if cardinality(v_due) = 0 then
    step_ids := '{}';
    from_states := '{}';
    return;
  end if;

  with taken as (
    update __schema__.ready_steps r set worker_id = p_worker_id, attempt = r.attempt + 1
    from unnest(v_due) d (workflow_step_id)
    where r.workflow_step_id = d.workflow_step_id
    returning r.workflow_step_id, r.attempt, r.retrying, r.task_namespace_id
  ),
  started as (
    update __schema__.workflow_steps s set
      state = 'in_progress', attempts = k.attempt,
      last_attempted_at = greatest(claimed_at, s.updated_at), updated_at = greatest(claimed_at, s.updated_at)
    from taken k
    where s.workflow_step_id = k.workflow_step_id
    returning s.workflow_step_id, s.task_id, s.attempts, s.attempts_before, s.updated_at, k.task_namespace_id,
      case when k.retrying then 'error' else 'pending' end as from_state
  ),
  history as (
    insert into __schema__.workflow_step_transitions (
      workflow_step_id, task_id, from_state, to_state, attempt, worker_id, created_at
    )
    select s.workflow_step_id, s.task_id, s.from_state, 'in_progress', s.attempts - s.attempts_before, p_worker_id, s.updated_at
    from started s
  ),
  counted as (
    select s.task_namespace_id, 'step', s.from_state, 'in_progress', count(*) from started s group by 1, 3
  )
  select array_agg(s.workflow_step_id), array_agg(s.from_state), array_agg(distinct s.task_id),
    array(select row(c.*)::__schema__.state_change from counted c)
  into step_ids, from_states, task_ids, changes
  from started s;
end $$;
