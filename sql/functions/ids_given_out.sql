-- ids_given_out: the highest ids that were ever assigned in the histories of tasks and of steps, as {task, step}. Tasks
-- are read before steps: see look_for_changes.
create or replace function __schema__.ids_given_out() returns jsonb language plpgsql volatile as $$
declare
  v_task bigint;
  v_step bigint;
begin
  select case when s.is_called then s.last_value else 0 end into v_task from __schema__.task_transitions_id_seq s;
  select case when s.is_called then s.last_value else 0 end into v_step from __schema__.workflow_step_transitions_id_seq s;
  return jsonb_build_object('task', v_task::text, 'step', v_step::text);
end $$;
