-- move_steps: changes the states of steps for other reasons than attempts, with history and totals. The caller has
-- locked the rows of their tasks.
-- p_state null: each step gets the state, actor and reason of its settlement.
-- Returns [{stepId, taskId, step, namespace, name, version, attempt, from, to, error: of a step that is now in error,
-- otherwise null}].
create or replace function __schema__.move_steps(
  p_step_ids bigint[],
  p_state text,
  p_actor text default null,
  p_reason text default null,
  p_error jsonb default null
) returns jsonb language plpgsql as $$
declare
  v_facts jsonb;
  v_changes __schema__.state_change[];
  v_at timestamptz := clock_timestamp(); -- read under the lock, so it is later than everything before
begin
  with old as materialized (
    select s.workflow_step_id, s.task_id, t.task_namespace_id, t.named_task_id, s.named_step_id, s.attempts, s.attempts_before,
      s.last_attempted_at, greatest(v_at, s.updated_at) as at, s.state as from_state, coalesce(p_state, s.settlement ->> 'as') as to_state,
      case when p_state is null then s.settlement ->> 'actor' else p_actor end as actor,
      case when p_state is null then s.settlement ->> 'reason' else p_reason end as reason
    from unnest(p_step_ids) m (workflow_step_id)
    join __schema__.workflow_steps s on s.workflow_step_id = m.workflow_step_id
    join __schema__.tasks t on t.task_id = s.task_id
  ),
  moved as (
    update __schema__.workflow_steps s set
      state = o.to_state,
      processed_at = case when o.to_state in ('resolved_manually', 'skipped') then o.at end,
      error = coalesce(p_error, s.error),
      backoff_request_seconds = null,
      settlement = null,
      updated_at = o.at
    from old o where s.workflow_step_id = o.workflow_step_id
  ),
  history as (
    insert into __schema__.workflow_step_transitions (
      workflow_step_id, task_id, from_state, to_state, attempt, actor, reason, duration_seconds, error,
      created_at
    )
    select o.workflow_step_id, o.task_id, o.from_state, o.to_state, o.attempts - o.attempts_before, o.actor, o.reason,
      case o.from_state when 'in_progress' then extract(epoch from o.at - o.last_attempted_at) end,
      case o.to_state when 'error' then __schema__.failure_of(p_error) end, o.at
    from old o
  ),
  counted as (
    select o.task_namespace_id, 'step', o.from_state, o.to_state, count(*) from old o group by 1, 3, 4
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'stepId', o.workflow_step_id::text, 'taskId', o.task_id::text, 'step', n.name, 'namespace', ns.name,
    'name', nt.name, 'version', nt.version, 'attempt', o.attempts - o.attempts_before,
    'from', o.from_state, 'to', o.to_state,
    'error', case o.to_state when 'error' then __schema__.failure_of(p_error) end
  )), '[]'), array(select row(c.*)::__schema__.state_change from counted c) into v_facts, v_changes
  from old o
  join __schema__.named_steps n on n.named_step_id = o.named_step_id
  join __schema__.named_tasks nt on nt.named_task_id = o.named_task_id
  join __schema__.task_namespaces ns on ns.task_namespace_id = nt.task_namespace_id;
  perform __schema__.add_to_totals(v_changes);
  return v_facts;
end $$;
