-- queue_steps: makes steps ready whose parents are done; the caller holds their tasks' row locks. Steps that are queued
-- already are left as they are. For what happens seldom: the ways of every step (start_tasks, record_outcomes) do the same
-- within their own statements. Answers how many became ready.
create or replace function __schema__.queue_steps(p_step_ids bigint[])
returns integer language plpgsql as $$
declare
  v_queued integer;
begin
  with queued as (
    insert into __schema__.ready_steps (
      workflow_step_id, task_id, task_namespace_id, step_template_id, lane_id, priority, run_at, attempt, is_held, limit_key
    )
    select s.workflow_step_id, s.task_id, t.task_namespace_id, s.step_template_id,
      coalesce(st.lane_id, __schema__.lane_without_template(t.task_namespace_id)), coalesce(t.priority, st.priority, 0), coalesce(t.run_at, t.created_at), s.attempts, t.held_at is not null,
      case when st.limits is not null then __schema__.limit_key(st.limits, t.context) end
    from unnest(p_step_ids) q (workflow_step_id)
    join __schema__.workflow_steps s on s.workflow_step_id = q.workflow_step_id
    join __schema__.tasks t on t.task_id = s.task_id
    left join __schema__.named_tasks_named_steps st on st.id = s.step_template_id
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
