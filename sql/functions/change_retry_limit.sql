-- change_retry_limit: an operator action. Changes the maximum number of attempts of a step. A step that failed for good
-- needs a retry in addition. Refused if a scheduled attempt would exceed the new limit. If the limit is the same,
-- nothing changes.
-- p_revision: as in change_task, for the step.
create or replace function __schema__.change_retry_limit(
  p_task_id bigint, p_step text, p_retry_limit integer, p_revision text, p_actor text, p_reason text
) returns json language plpgsql as $$
declare
  v_step __schema__.workflow_steps;
  v_attempts integer;
  v_least integer;
begin
  v_step := __schema__.lock_step(p_task_id, p_step, 'changeRetryLimit');
  v_attempts := v_step.attempts - v_step.attempts_before;
  perform __schema__.check_revision(format('Step %s of task %s', p_step, p_task_id), p_revision, v_step.updated_at);
  if v_step.state not in ('pending', 'in_progress', 'error') then
    perform __schema__.refuse_action('changeRetryLimit', 'step', p_step, v_step.state, p_skippable => v_step.skippable);
  end if;
  if v_step.retry_limit - v_step.attempts_before = p_retry_limit then
    return __schema__.action_result(false);
  end if;
  v_least := case
    when v_step.state in ('pending', 'error') and exists (
      select 1 from __schema__.ready_steps r where r.workflow_step_id = v_step.workflow_step_id
    ) then v_attempts + 1
    else greatest(v_attempts, 1)
  end;
  if p_retry_limit < v_least then
    perform __schema__.refuse_action('changeRetryLimit', 'step', p_step, v_step.state,
      format('attempts begun: %s, so the limit must be at least %s', v_attempts, v_least),
      p_skippable => v_step.skippable);
  end if;
  update __schema__.workflow_steps s set
    retry_limit = s.attempts_before + p_retry_limit, updated_at = __schema__.next_instant(s.updated_at)
  where s.workflow_step_id = v_step.workflow_step_id;
  perform __schema__.note_action(p_task_id, v_step.workflow_step_id, 'changeRetryLimit', p_actor, p_reason,
    jsonb_build_object('from', v_step.retry_limit - v_step.attempts_before, 'to', p_retry_limit));
  return __schema__.action_result(true);
exception when sqlstate 'TK001' then
  return sqlerrm::json;
end $$;

select __schema__._pin_planner('change_retry_limit');
