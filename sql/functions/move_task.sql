-- move_task: changes the state of a task for which a person or a deadline decides, with history and totals. The caller holds the
-- row lock of the task. See finalise_tasks for the states that follow from steps.
-- Answers [{id, from, to}].
create or replace function __schema__.move_task(p_task_id bigint, p_state text, p_actor text, p_reason text)
returns jsonb language plpgsql as $$
declare
  v_from text;
  v_at timestamptz;
begin
  select state, __schema__.next_instant(updated_at) into strict v_from, v_at from __schema__.tasks where task_id = p_task_id;
  update __schema__.tasks set
    state = p_state,
    completed_at = case when p_state in ('complete', 'cancelled', 'resolved_manually') then v_at end,
    updated_at = v_at
  where task_id = p_task_id;
  insert into __schema__.task_transitions (task_id, from_state, to_state, actor, reason, created_at)
  values (p_task_id, v_from, p_state, p_actor, p_reason, v_at);
  if p_state in ('complete', 'error', 'cancelled', 'resolved_manually') then
    perform __schema__.queue_final_hooks(array[p_task_id]);
  end if;
  perform __schema__.add_to_totals(array[row(t.task_namespace_id, 'task', v_from, p_state, 1)::__schema__.state_change])
  from __schema__.tasks t where t.task_id = p_task_id;
  return jsonb_build_array(jsonb_build_object('id', p_task_id::text, 'from', v_from, 'to', p_state));
end $$;
