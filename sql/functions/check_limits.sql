-- check_limits: schedules checks of limits (see the table limit_checks) for the workers of each lane that any version
-- of the step uses, because workers of one queue may not serve another. Parallel arrays; p_step_template_ids: of any
-- version.
create or replace function __schema__.check_limits(
  p_step_template_ids bigint[], p_limit_keys text[], p_due_at timestamptz default now()
) returns void language plpgsql as $$
begin
  insert into __schema__.limit_checks (limit_key, lane_id, due_at)
  select distinct f.limit_key, version.lane_id, p_due_at
  from unnest(p_step_template_ids, p_limit_keys) f (step_template_id, limit_key)
  join __schema__.named_tasks_named_steps st on st.id = f.step_template_id
  join __schema__.named_tasks_named_steps version on version.limits ->> 'name' = st.limits ->> 'name'
  union
  -- If the template was deleted, its lanes are unknown: take those in which steps wait.
  select f.limit_key, r.lane_id, p_due_at
  from unnest(p_step_template_ids, p_limit_keys) f (step_template_id, limit_key)
  join __schema__.ready_steps r on r.limit_key = f.limit_key and r.worker_id is null
  where not exists (select from __schema__.named_tasks_named_steps st where st.id = f.step_template_id);
end $$;
