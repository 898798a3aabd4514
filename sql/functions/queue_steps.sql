-- queue_steps: makes steps ready whose parents are done. The caller has locked the rows of their tasks. Steps that are
-- already queued stay unchanged. Used for rare cases: start_tasks and record_outcomes, which queue all other steps,
-- insert the rows in their own statements.
-- Returns how many became ready.
create or replace function __schema__.queue_steps(p_step_ids bigint[])
returns integer language plpgsql as $$
declare
  v_queued integer;
begin
  with queued as (
    insert into __schema__.ready_steps (
      workflow_step_id, task_id, task_namespace_id, step_template_id, lane_id, priority, run_at, attempt, is_held, limit_key
    )
    select s.workflow_step_id, s.task_id, t.task_namespace_id, s.step_template_id, r.lane_id, r.priority, r.run_at,
      s.attempts, r.is_held, r.limit_key
    from unnest(p_step_ids) q (workflow_step_id)
    join __schema__.workflow_steps s on s.workflow_step_id = q.workflow_step_id
    join __schema__.tasks t on t.task_id = s.task_id
    left join __schema__.named_tasks_named_steps st on st.id = s.step_template_id
    cross join lateral __schema__.ready_row(
      st.lane_id, st.priority, st.limits, t.task_namespace_id, t.priority, t.created_at, t.run_at, t.held_at, t.context
    ) r
    on conflict (workflow_step_id) do nothing
    returning limit_key, lane_id, run_at
  ),
  checks as (
    insert into __schema__.limit_checks (limit_key, lane_id, due_at)
    select q.limit_key, q.lane_id, min(q.run_at) from queued q where q.limit_key is not null group by 1, 2
  )
  select count(*) into v_queued from queued;
  return v_queued;
end $$;
