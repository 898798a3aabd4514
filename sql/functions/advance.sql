-- advance: the transaction of a worker's pass. Records its outcomes, then claims as many steps as it can take: first
-- those that its outcomes freed, if they are the most urgent, then others.
--
-- p_queues: null for all queues.
-- p_without: step templates of which the worker takes no steps; p_scarce: those of which it takes at most p_scarce_want
-- steps.
-- p_max_bytes: the maximum size of the data that the claimed steps need, in bytes of JSON; steps that do not fit are
-- left unchanged.
-- p_sensitive: see record_outcomes.
-- p_due: steps to claim that the caller has locked; null for the due ones. Only claim_apart chooses them itself.
-- Returns {lost, facts, limitOpensIn: the seconds until a full limit has room for another step, or null, claimed: the
-- answer of describe_claims or null, cut: true if some wanted steps did not fit, begun: [{id, from, to}] of tasks}.
-- lost: the worker was declared lost and must register again; nothing was claimed. facts: see record_outcomes.
create or replace function __schema__.advance(
  p_worker_id bigint,
  p_step_ids bigint[],
  p_task_ids bigint[],
  p_attempts integer[],
  p_kinds text[],
  p_results text[],
  p_errors text[],
  p_after_seconds double precision[],
  p_want integer,
  p_queues text[],
  p_without bigint[],
  p_scarce bigint[],
  p_scarce_want integer,
  p_max_bytes bigint,
  p_due bigint[] default null,
  p_sensitive text[] default null
) returns json language plpgsql as $$
declare
  v_lost boolean;
  v_lanes integer[];
  v_lane_namespaces bigint[];
  v_is_any_expired boolean;
  v_expired bigint[] := '{}';
  v_facts json;
  v_taken bigint[] := '{}';
  v_more_due boolean := true;
  v_claimed bigint[] := '{}';
  v_from_states text[] := '{}';
  v_task_ids bigint[];
  v_claimed_at timestamptz;
  v_described json;
  v_fits integer;
  v_too_large jsonb;
  v_cut boolean := false;
  v_begun json;
  v_limit_opens_in double precision;
  v_changes __schema__.state_change[];
begin
  -- One statement, because each statement makes a lone step slower.
  select
    not exists (
      select 1 from __schema__.workers w
      where w.worker_id = p_worker_id and w.lost_at is null and w.stopped_at is null
    ),
    p_want > 0 and p_due is null and exists (select 1 from __schema__.task_deadlines d where d.deadline_at <= now()),
    l.lanes, l.namespaces
  into v_lost, v_is_any_expired, v_lanes, v_lane_namespaces
  from pg_advisory_xact_lock_shared(__schema__.advance_lock(p_worker_id))
  cross join (
    select coalesce(array_agg(lane_id), '{}') as lanes, coalesce(array_agg(task_namespace_id), '{}') as namespaces
    from __schema__.lanes where p_queues is null or queue = any (p_queues)
  ) l;
  if v_is_any_expired then
    v_expired := array(
      select d.task_id from __schema__.task_deadlines d join __schema__.tasks t on t.task_id = d.task_id
      where d.deadline_at <= now() and t.state in ('pending', 'in_progress')
    );
  end if;
  if cardinality(p_step_ids) > 0 then
    select r.facts, r.taken, r.more_due into v_facts, v_taken, v_more_due
    from __schema__.record_outcomes(
      p_worker_id, p_step_ids, p_task_ids, p_attempts, p_kinds, p_results, p_errors, p_after_seconds, null,
      -- Freed steps of a task past its deadline must not begin: then no freed steps are taken here, and claim_steps
      -- checks them.
      case when v_lost or p_task_ids && v_expired then 0 else p_want end, v_lanes, v_lane_namespaces,
      p_without || p_scarce, p_sensitive
    ) r;
  end if;
  -- A search for steps that cannot exist would make a lone step 10 % slower.
  if p_want > cardinality(v_taken) and not v_lost and (
    v_more_due or p_due is not null or cardinality(p_scarce) > 0
    or exists (select 1 from __schema__.limit_checks c where c.lane_id = any (v_lanes) and c.due_at <= now())
  ) then
    select c.step_ids, c.from_states, c.task_ids, c.claimed_at, c.limit_opens_in, c.changes
    into v_claimed, v_from_states, v_task_ids, v_claimed_at, v_limit_opens_in, v_changes
    from __schema__.claim_steps(
      p_worker_id, p_want - cardinality(v_taken), v_lanes, v_lane_namespaces, p_without, p_scarce, p_scarce_want, v_expired,
      p_due
    ) c;
  end if;
  v_claimed := v_taken || v_claimed;
  if cardinality(v_claimed) > 0 then
    v_from_states := array_fill('pending'::text, array[cardinality(v_taken)]) || v_from_states;
    v_described := __schema__.describe_claims(v_claimed, v_from_states, p_max_bytes, null);
    if v_described is null then
      select m.fits, m.too_large into v_fits, v_too_large from __schema__.measure_claims(v_claimed, p_max_bytes) m;
      v_cut := v_fits < cardinality(v_claimed);
      if v_cut then
        if p_due is null then -- otherwise claim_apart counts them later
          perform __schema__.uncount_limited_starts(v_claimed[v_fits + 1:]);
        end if;
        perform __schema__.unclaim_steps(v_claimed[v_fits + 1:], v_from_states[v_fits + 1:]);
        v_claimed := v_claimed[:v_fits];
        v_from_states := v_from_states[:v_fits];
        v_task_ids := array(select r.task_id from __schema__.ready_steps r where r.workflow_step_id = any (v_claimed));
      end if;
      v_described := __schema__.describe_claims(v_claimed, v_from_states, null, v_too_large);
    end if;
    if v_task_ids is not null then -- not needed if only freed steps were taken, because their tasks are in progress
      v_begun := __schema__.begin_tasks(v_task_ids, v_claimed_at, v_changes);
    end if;
  end if;
  return json_build_object(
    'lost', v_lost,
    'facts', v_facts,
    'limitOpensIn', v_limit_opens_in,
    'claimed', v_described,
    'cut', v_cut,
    'begun', v_begun
  );
end $$;

select __schema__._pin_planner('advance');
