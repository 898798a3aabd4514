-- lock_due_steps: locks due steps of some lanes for claiming, the highest priority first. Within a priority, lanes take
-- turns, and in a lane, the oldest step comes first. p_lanes and p_lane_namespaces are parallel. Leaves out steps with
-- a limit, which lock_limited_steps finds, and those of tasks past their deadline (p_expired).
--
-- Each lane is read from its own range of the index, so a backlog in another lane costs nothing. Among lanes with equal
-- turns, the first is chosen at random by namespace: otherwise a worker that takes one step at a time would always take
-- the oldest. With several lanes, candidates are chosen before they are locked. If other workers have locked all of
-- them, the search continues further down the lanes.
create or replace function __schema__.lock_due_steps(
  p_want integer, p_lanes integer[], p_lane_namespaces bigint[], p_without bigint[], p_expired bigint[]
) returns bigint[] language plpgsql as $$
declare
  v_chance bigint := (random() * 1000000000)::bigint;
  v_room integer := p_want;
  -- How far to look down a lane. Usually all due steps have the same priority, and this is enough.
  v_reach integer := least(p_want, greatest(2, 2 * p_want / greatest(cardinality(p_lanes), 1)));
  v_candidates bigint[];
  v_lowest smallint;
  v_cut smallint;
  v_locked bigint[];
begin
  if cardinality(p_lanes) = 1 then
    return array(
      select r.workflow_step_id from __schema__.ready_steps r
      where r.worker_id is null and not r.is_held and r.limit_key is null
        and r.lane_id = p_lanes[1] and r.run_at <= now()
        and r.step_template_id <> all (p_without) and r.task_id <> all (p_expired)
      order by r.priority desc, r.run_at, r.workflow_step_id
      limit p_want for update skip locked
    );
  end if;
  loop
    with found as materialized (
      select d.*, l.task_namespace_id
      from unnest(p_lanes, p_lane_namespaces) l (lane_id, task_namespace_id)
      cross join lateral (
        select x.*, row_number() over (order by x.priority desc, x.run_at, x.workflow_step_id) as turn
        from (
          select r.workflow_step_id, r.priority, r.run_at from __schema__.ready_steps r
          where r.worker_id is null and not r.is_held and r.limit_key is null
            and r.lane_id = l.lane_id and r.run_at <= now() and r.step_template_id <> all (p_without)
            and r.task_id <> all (p_expired)
          order by r.priority desc, r.run_at, r.workflow_step_id
          limit v_reach
        ) x
      ) d
    ),
    chosen as (
      select f.workflow_step_id, f.priority, row_number() over (
        order by f.priority desc, f.turn, hashint8extended(f.task_namespace_id, v_chance), f.run_at, f.workflow_step_id
      ) as place
      from found f order by place limit v_room
    )
    select array_agg(c.workflow_step_id order by c.place), min(c.priority),
      (select max(f.priority) from found f where f.turn = v_reach)
    into v_candidates, v_lowest, v_cut from chosen c;
    -- Steps below the cut of a lane come after all found steps, unless they are more urgent or too few steps were
    -- found.
    if v_reach < v_room and (cardinality(v_candidates) < v_room or v_cut > v_lowest) and v_cut is not null then
      v_reach := least(4 * v_reach, v_room);
      continue;
    end if;
    v_locked := array(
      select r.workflow_step_id from unnest(v_candidates) with ordinality as c (workflow_step_id, place)
      join __schema__.ready_steps r on r.workflow_step_id = c.workflow_step_id
      where r.worker_id is null and not r.is_held and r.run_at <= now()
      order by c.place
      limit p_want for update of r skip locked
    );
    exit when cardinality(v_locked) > 0 or coalesce(cardinality(v_candidates), 0) < v_room or v_room > 16 * p_want;
    v_room := v_room * 4;
    v_reach := v_room;
  end loop;
  return v_locked;
end $$;
