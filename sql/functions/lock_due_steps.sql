-- lock_due_steps: the due steps of some queues, most urgent first over all of them, locked for claiming. Without those that
-- have a limit, which lock_limited_steps finds, and those of tasks that are past their deadline (p_expired).
-- Each queue answers from its own index range, so a backlog in another queue costs nothing. With several queues the
-- candidates must be chosen before they are locked; where other workers were faster with all of them, it looks further
-- down the queues.
create or replace function __schema__.lock_due_steps(p_want integer, p_queues text[], p_without bigint[], p_expired bigint[])
returns bigint[] language plpgsql as $$
declare
  v_candidates bigint[];
  v_locked bigint[];
  v_reach integer := p_want;
begin
  if cardinality(p_queues) = 1 then
    return array(
      select r.workflow_step_id from __schema__.ready_steps r
      where r.worker_id is null and not r.is_held and r.limit_key is null
        and r.queue = p_queues[1] and r.run_at <= now()
        and r.step_template_id <> all (p_without) and r.task_id <> all (p_expired)
      order by r.priority desc, r.run_at, r.workflow_step_id
      limit p_want for update skip locked
    );
  end if;
  loop
    v_candidates := array(
      select r.workflow_step_id
      from unnest(p_queues) q (name)
      cross join lateral (
        select d.workflow_step_id, d.priority, d.run_at from __schema__.ready_steps d
        where d.worker_id is null and not d.is_held and d.limit_key is null
          and d.queue = q.name and d.run_at <= now() and d.step_template_id <> all (p_without)
          and d.task_id <> all (p_expired)
        order by d.priority desc, d.run_at, d.workflow_step_id
        limit v_reach
      ) r
      order by r.priority desc, r.run_at, r.workflow_step_id
      limit v_reach
    );
    v_locked := array(
      select r.workflow_step_id from unnest(v_candidates) with ordinality as c (workflow_step_id, place)
      join __schema__.ready_steps r on r.workflow_step_id = c.workflow_step_id
      where r.worker_id is null and not r.is_held and r.run_at <= now()
      order by c.place
      limit p_want for update of r skip locked
    );
    exit when cardinality(v_locked) > 0 or cardinality(v_candidates) < v_reach or v_reach > 16 * p_want;
    v_reach := v_reach * 4;
  end loop;
  return v_locked;
end $$;
