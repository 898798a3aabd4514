-- expire_tasks: fails the unfinished steps of tasks past their deadline. Workers abort running attempts. Steps that
-- failed or ran have failed for good; those that never ran stay pending. Skips tasks that are locked, and those in
-- p_without. Handles at most p_limit tasks.
-- Returns the answer of an operator action, in which changed means that some tasks were ended and there may be more,
-- and refusals: [{taskId, sqlState, message}] of tasks that could not be ended, for example because of a trigger of the
-- host.
create or replace function __schema__.expire_tasks(p_without bigint[] default '{}', p_limit integer default 500)
returns json language plpgsql as $$
declare
  v_due bigint[];
  v_tasks bigint[];
  v_task_id bigint;
  v_running bigint[];
  v_steps jsonb := '[]';
  v_changes jsonb := '[]';
  v_moved jsonb;
  v_change jsonb;
  v_changed integer := 0;
  v_gone integer;
  v_refused jsonb := '[]';
begin
  v_due := array(
    select d.task_id from __schema__.task_deadlines d where d.deadline_at <= now() and d.task_id <> all (p_without)
    order by d.deadline_at limit p_limit
  );
  if cardinality(v_due) = 0 then
    return __schema__.action_result(false)::jsonb || '{"refusals": []}'::jsonb;
  end if;
  v_tasks := array(
    select t.task_id from __schema__.tasks t where t.task_id = any (v_due)
    order by t.task_id for no key update skip locked
  );
  foreach v_task_id in array v_tasks loop
    begin
      delete from __schema__.task_deadlines where task_id = v_task_id;
      if exists (
        select 1 from __schema__.tasks t
        where t.task_id = v_task_id and t.state in ('pending', 'in_progress') and t.deadline_at <= now()
      ) then
        perform __schema__.unqueue_steps(array(
          select s.workflow_step_id from __schema__.workflow_steps s where s.task_id = v_task_id
        ));
        v_running := array(
          select s.workflow_step_id from __schema__.workflow_steps s where s.task_id = v_task_id and s.state = 'in_progress'
        );
        v_moved := __schema__.move_steps(
          v_running, 'error', null, 'deadline_exceeded', jsonb_build_object(
            'message', 'the task passed its deadline', 'code', 'DEADLINE_EXCEEDED', 'class', 'DeadlineExceeded',
            'permanent', true, 'context', '{}'::jsonb
          )
        );
        update __schema__.tasks t set failed_steps = (
          select count(*) from __schema__.workflow_steps s where s.task_id = v_task_id and s.state = 'error'
        ) where t.task_id = v_task_id;
        v_change := __schema__._move_tasks(array[v_task_id], p_to => 'error', p_reason => 'deadline_exceeded');
        set constraints all immediate; -- deferred constraints of the host must not fail at the commit
        set constraints all deferred;
        v_steps := v_steps || v_moved;
        v_changes := v_changes || v_change;
      end if;
      v_changed := v_changed + 1;
    exception when others then
      if not __schema__.is_of_one_part(sqlstate) then
        raise;
      end if;
      v_refused := v_refused || jsonb_build_object('taskId', v_task_id::text, 'sqlState', sqlstate, 'message', sqlerrm);
    end;
  end loop;
  -- Rows of tasks that were removed or had already ended.
  delete from __schema__.task_deadlines d where d.task_id = any (v_due)
    and not exists (select 1 from __schema__.tasks t where t.task_id = d.task_id);
  get diagnostics v_gone = row_count;
  return __schema__.action_result(v_changed + v_gone > 0, v_steps, v_changes)::jsonb
    || jsonb_build_object('refusals', v_refused);
end $$;

select __schema__._pin_planner('expire_tasks');
