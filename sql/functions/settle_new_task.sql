-- settle_new_task: decides the states of some steps of a new task: those to bypass, and those whose results a repeated
-- task takes over. Part of start_tasks.
-- p_settle: [{step, as, results, actor, reason}], steps by name.
create or replace function __schema__.settle_new_task(p_task_id bigint, p_settle jsonb)
returns void language plpgsql as $$
declare
  v_due bigint[];
  v_settled record;
begin
  with decided as (
    update __schema__.workflow_steps s set
      results = d.decision -> 'results',
      settlement = d.decision - 'step' - 'results'
    from jsonb_array_elements(p_settle) d (decision), __schema__.named_steps n
    where s.task_id = p_task_id and n.named_step_id = s.named_step_id and n.name = d.decision ->> 'step'
    returning s.workflow_step_id, s.waiting_on
  )
  select array_agg(d.workflow_step_id) filter (where d.waiting_on = 0) into v_due from decided d;
  if v_due is null then
    return;
  end if;
  select * into v_settled from __schema__.settle_steps(v_due);
  perform __schema__.book_action(p_task_id, v_settled.leaves[1], v_settled.failures[1]);
end $$;
