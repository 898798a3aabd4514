-- retry_steps: an operator action. Failed steps run again at once, with p_attempts more attempts (null: as many as
-- their template allows).
-- p_reset: as if they had never run.
-- p_step null: all failed steps of the task, and those that a deadline stopped. Steps that already wait to run stay
-- unchanged.
create or replace function __schema__.retry_steps(
  p_task_id bigint, p_step text, p_attempts integer, p_reset boolean, p_actor text, p_reason text
) returns json language plpgsql as $$
declare
  v_action text := case when p_reset then 'reset' else 'retry' end;
  v_task __schema__.tasks;
  v_step __schema__.workflow_steps;
  v_failed bigint[];
  v_queued bigint[];
  v_steps jsonb;
  v_freed integer;
begin
  v_task := __schema__.lock_task(p_task_id);
  if p_step is null then
    if v_task.state not in ('in_progress', 'error') then
      perform __schema__.refuse_action(v_action, 'task', p_task_id::text, v_task.state);
    end if;
    -- The rows of the queue first, according to the order of locks. A step that is claimed meanwhile is no longer
    -- failed.
    perform 1 from __schema__.ready_steps where workflow_step_id = any (array(
      select s.workflow_step_id from __schema__.workflow_steps s where s.task_id = p_task_id and s.state = 'error'
    )) order by workflow_step_id for update;
    v_failed := array(
      select s.workflow_step_id from __schema__.workflow_steps s where s.task_id = p_task_id and s.state = 'error'
    );
    if cardinality(v_failed) = 0 and v_task.state = 'in_progress' then
      return __schema__.action_result(false);
    end if;
  else
    v_step := __schema__.lock_step(p_task_id, p_step, v_action);
    if v_step.state = 'pending' then
      return __schema__.action_result(false);
    end if;
    if v_step.state <> 'error' then
      perform __schema__.refuse_action(v_action, 'step', p_step, v_step.state, p_skippable => v_step.skippable);
    end if;
    v_failed := array[v_step.workflow_step_id];
  end if;
  v_queued := __schema__.unqueue_steps(v_failed);
  update __schema__.workflow_steps s set
    attempts_before = case when p_reset then s.attempts else s.attempts_before end,
    retry_limit = case when p_reset then s.attempts + coalesce(st.default_retry_limit, 1)
      else greatest(s.retry_limit, s.attempts + coalesce(p_attempts, st.default_retry_limit, 1)) end,
    error = case when p_reset then null else s.error end
  from __schema__.workflow_steps f
  left join __schema__.named_tasks_named_steps st on st.id = f.step_template_id -- template deleted: one attempt, which reports it
  where f.workflow_step_id = any (v_failed) and s.workflow_step_id = f.workflow_step_id;
  v_steps := __schema__.move_steps(v_failed, 'pending', p_actor, p_reason);
  v_freed := __schema__.queue_steps(v_failed);
  if p_step is null and v_task.state = 'error' then
    v_freed := v_freed + __schema__.queue_task(p_task_id);
  end if;
  perform __schema__.note_action(p_task_id, v_step.workflow_step_id, v_action, p_actor, p_reason);
  return __schema__.action_result(
    true, v_steps,
    __schema__.book_action(p_task_id, 0, cardinality(v_queued) - cardinality(v_failed)),
    v_freed
  );
exception when sqlstate 'TK001' then
  return sqlerrm::json;
end $$;

select __schema__._pin_planner('retry_steps');
