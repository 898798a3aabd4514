-- settle_step: an operator action. p_as resolved_manually: declares a step done with these results; p_as skipped: skips
-- a skippable step. Before its turn, the decision is only stored, and takes effect when the step's parents are done, so
-- that steps which depend on it still wait for them. If the step already has this state and these results, nothing
-- changes. p_sensitive: the sensitive values of the results, see keep_sensitive_values.
create or replace function __schema__.settle_step(
  p_task_id bigint, p_step text, p_as text, p_results jsonb, p_actor text, p_reason text,
  p_sensitive text default null
) returns json language plpgsql as $$
declare
  v_action text := case p_as when 'skipped' then 'skip' else 'resolve' end;
  v_step __schema__.workflow_steps;
  v_settled record;
begin
  v_step := __schema__.lock_step(p_task_id, p_step, v_action);
  if v_step.state = p_as or v_step.settlement ->> 'as' = p_as then
    if v_step.results is distinct from p_results then
      perform __schema__.refuse_action(v_action, 'step', p_step, v_step.state, 'it is settled already with other results',
        p_skippable => v_step.skippable);
    end if;
    return __schema__.action_result(false);
  end if;
  if v_step.state not in ('pending', 'error') then
    perform __schema__.refuse_action(v_action, 'step', p_step, v_step.state, p_skippable => v_step.skippable);
  end if;
  if p_as = 'skipped' and not v_step.skippable then
    perform __schema__.refuse_action(
      v_action, 'step', p_step, v_step.state, 'its template does not say that it is skippable', p_skippable => false
    );
  end if;
  update __schema__.workflow_steps s set
    results = p_results,
    settlement = jsonb_build_object('as', p_as, 'actor', p_actor, 'reason', p_reason),
    updated_at = __schema__.next_instant(updated_at)
  where s.workflow_step_id = v_step.workflow_step_id;
  if p_sensitive is not null then
    perform __schema__.keep_sensitive_values(array[p_task_id], array[v_step.workflow_step_id], array[p_sensitive]);
  end if;
  perform __schema__.note_action(p_task_id, v_step.workflow_step_id, v_action, p_actor, p_reason);
  if v_step.waiting_on > 0 then
    return __schema__.action_result(true);
  end if;
  select * into v_settled from __schema__.settle_steps(array[v_step.workflow_step_id]);
  return __schema__.action_result(
    true, v_settled.facts,
    __schema__.book_action(p_task_id, v_settled.leaves[1], v_settled.failures[1]),
    v_settled.freed
  );
exception when sqlstate 'TK001' then
  return sqlerrm::json;
end $$;

select __schema__._pin_planner('settle_step');
