-- change_task: an operator action. p_changes may have priority (null for that of the templates), tags, reason and
-- retained. If all are the same, nothing changes. A finished task keeps its priority.
-- p_revision: the revision that the task must still have; null for any.
create or replace function __schema__.change_task(
  p_task_id bigint, p_changes jsonb, p_revision text, p_actor text, p_reason text
) returns json language plpgsql as $$
declare
  v_task __schema__.tasks;
  v_before jsonb;
begin
  v_task := __schema__.lock_task(p_task_id);
  perform __schema__.check_revision('Task ' || p_task_id, p_revision, v_task.updated_at);
  v_before := (
    select jsonb_object_agg(k.key, b.value)
    from jsonb_object_keys(p_changes) k (key)
    join jsonb_each(jsonb_build_object('priority', v_task.priority, 'tags', v_task.tags, 'reason', v_task.reason,
      'retained', v_task.retained)) b on b.key = k.key
  );
  if v_before is null or v_before = p_changes then
    return __schema__.action_result(false);
  end if;
  if v_task.state in ('complete', 'cancelled', 'resolved_manually') and p_changes ? 'priority'
    and v_before -> 'priority' <> p_changes -> 'priority' then
    perform __schema__.refuse_action(
      'change', 'task', p_task_id::text, v_task.state, 'it is over, so its priority cannot change any more'
    );
  end if;
  update __schema__.tasks t set
    priority = case when p_changes ? 'priority' then (p_changes ->> 'priority')::smallint else t.priority end,
    tags = coalesce(p_changes -> 'tags', t.tags),
    reason = coalesce(p_changes ->> 'reason', t.reason),
    retained = coalesce((p_changes ->> 'retained')::boolean, t.retained),
    updated_at = __schema__.next_instant(updated_at)
  where t.task_id = p_task_id;
  if p_changes ? 'priority' then
    update __schema__.ready_steps r set priority = coalesce((p_changes ->> 'priority')::smallint, st.priority)
    from __schema__.workflow_steps s, __schema__.named_tasks_named_steps st
    where s.task_id = p_task_id and r.workflow_step_id = s.workflow_step_id and st.id = s.step_template_id;
  end if;
  perform __schema__.note_action(
    p_task_id, null, 'change', p_actor, p_reason, jsonb_build_object('from', v_before, 'to', p_changes)
  );
  return __schema__.action_result(true);
exception when sqlstate 'TK001' then
  return sqlerrm::json;
end $$;

select __schema__._pin_planner('change_task');
