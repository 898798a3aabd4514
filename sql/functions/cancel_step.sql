-- cancel_step: an operator action. Cancels the step and all steps that depend on it, directly or indirectly. The other
-- steps go on, and when nothing is left to do, the task is cancelled, too. If the step is already cancelled, nothing
-- changes.
create or replace function __schema__.cancel_step(
  p_task_id bigint, p_step text, p_actor text, p_reason text
) returns json language plpgsql as $$
declare
  v_step __schema__.workflow_steps;
  v_open bigint[];
  v_queued bigint[];
  v_steps jsonb;
begin
  v_step := __schema__.lock_step(p_task_id, p_step, 'cancel');
  if v_step.state = 'cancelled' then
    return __schema__.action_result(false);
  end if;
  if v_step.state not in ('pending', 'in_progress', 'error') then
    perform __schema__.refuse_action('cancel', 'step', p_step, v_step.state, p_skippable => v_step.skippable);
  end if;
  v_open := array(
    with recursive below as (
      select v_step.workflow_step_id
      union
      select e.to_step_id from below b join __schema__.workflow_step_edges e on e.from_step_id = b.workflow_step_id
    )
    select b.workflow_step_id from below b
    join __schema__.workflow_steps s on s.workflow_step_id = b.workflow_step_id
    where s.state in ('pending', 'in_progress', 'error')
  );
  v_queued := __schema__.unqueue_steps(v_open);
  v_steps := __schema__.move_steps(v_open, 'cancelled', p_actor, p_reason);
  perform __schema__.note_action(p_task_id, v_step.workflow_step_id, 'cancel', p_actor, p_reason);
  update __schema__.tasks set open_leaves = null where task_id = p_task_id;
  return __schema__.action_result(true, v_steps, __schema__.book_action(
    p_task_id, 0, case when v_step.state = 'error' and cardinality(v_queued) = 0 then -1 else 0 end
  ));
exception when sqlstate 'TK001' then
  return sqlerrm::json;
end $$;

select __schema__._pin_planner('cancel_step');
