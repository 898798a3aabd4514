-- expire_tasks: fails what is unfinished of tasks past their deadline. Attempts that run are aborted by their workers; steps
-- that failed or ran are failures for good, those that never ran stay pending. Passes over tasks that somebody else holds.
-- Looks at p_limit tasks. Answers as an operator action does; changed: some were looked at, and there may be more.
create or replace function __schema__.expire_tasks(p_limit integer default 500) returns json language plpgsql
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set enable_bitmapscan = off
set jit = off
as $$
declare
  v_due bigint[];
  v_tasks bigint[];
  v_task_id bigint;
  v_running bigint[];
  v_steps jsonb := '[]';
  v_changes jsonb := '[]';
  v_gone integer;
begin
  v_due := array(
    select d.task_id from __schema__.task_deadlines d where d.deadline_at <= now() order by d.deadline_at limit p_limit
  );
  if cardinality(v_due) = 0 then
    return __schema__.action_result(false);
  end if;
  v_tasks := array(
    select t.task_id from __schema__.tasks t where t.task_id = any (v_due)
    order by t.task_id for no key update skip locked
  );
  foreach v_task_id in array v_tasks loop
    delete from __schema__.task_deadlines where task_id = v_task_id;
    continue when not exists (
      select 1 from __schema__.tasks t
      where t.task_id = v_task_id and t.state in ('pending', 'in_progress') and t.deadline_at <= now()
    );
    perform __schema__.unqueue_steps(array(
      select s.workflow_step_id from __schema__.workflow_steps s where s.task_id = v_task_id
    ));
    v_running := array(
      select s.workflow_step_id from __schema__.workflow_steps s where s.task_id = v_task_id and s.state = 'in_progress'
    );
    v_steps := v_steps || __schema__.move_steps(
      v_running, 'error', null, 'deadline_exceeded', jsonb_build_object(
        'message', 'the task passed its deadline', 'code', 'DEADLINE_EXCEEDED', 'class', 'DeadlineExceeded',
        'permanent', true, 'context', '{}'::jsonb
      )
    );
    update __schema__.tasks t set failed_steps = (
      select count(*) from __schema__.workflow_steps s where s.task_id = v_task_id and s.state = 'error'
    ) where t.task_id = v_task_id;
    v_changes := v_changes || __schema__.move_task(v_task_id, 'error', null, 'deadline_exceeded');
  end loop;
  -- Rows of tasks that are gone or were over before.
  delete from __schema__.task_deadlines d where d.task_id = any (v_due)
    and not exists (select 1 from __schema__.tasks t where t.task_id = d.task_id);
  get diagnostics v_gone = row_count;
  return __schema__.action_result(cardinality(v_tasks) + v_gone > 0, v_steps, v_changes);
end $$;
