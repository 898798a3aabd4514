-- unqueue_steps: removes waiting and running steps from the queue. Later outcomes of their attempts are stale. Waits
-- for claims of them that are being committed.
-- Returns those that were queued.
create or replace function __schema__.unqueue_steps(p_step_ids bigint[])
returns bigint[] language plpgsql as $$
declare
  v_queued bigint[];
  v_freed_templates bigint[];
  v_freed_keys text[];
begin
  with dropped as (
    delete from __schema__.ready_steps r using unnest(p_step_ids) q (workflow_step_id)
    where r.workflow_step_id = q.workflow_step_id
    returning r.workflow_step_id, r.limit_key, r.step_template_id,
      r.limit_key is not null and r.worker_id is not null as frees
  )
  select coalesce(array_agg(d.workflow_step_id), '{}'),
    array_agg(d.step_template_id) filter (where d.frees), array_agg(d.limit_key) filter (where d.frees)
  into v_queued, v_freed_templates, v_freed_keys
  from dropped d;
  if v_freed_keys is not null then
    perform __schema__.check_limits(v_freed_templates, v_freed_keys);
  end if;
  return v_queued;
end $$;
