-- unqueue_steps: takes steps out of the queue, whether they wait or run; what a worker says about them afterwards is stale.
-- Waits for a claim of them that is just being committed. Answers those that were queued.
create or replace function __schema__.unqueue_steps(p_step_ids bigint[])
returns bigint[] language plpgsql as $$
declare
  v_queued bigint[];
begin
  with dropped as (
    delete from __schema__.ready_steps r using unnest(p_step_ids) q (workflow_step_id)
    where r.workflow_step_id = q.workflow_step_id
    returning r.workflow_step_id, r.limit_key, r.queue, r.worker_id
  ),
  checks as (
    insert into __schema__.limit_checks (limit_key, queue)
    select distinct d.limit_key, d.queue from dropped d where d.limit_key is not null and d.worker_id is not null
  )
  select coalesce(array_agg(d.workflow_step_id), '{}') into v_queued from dropped d;
  return v_queued;
end $$;
