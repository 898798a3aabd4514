-- rerun_task: an operator action. Repeats a finished or failed task as a new one.
-- p_from_step null: all steps run. Otherwise, that step and those that depend on it, directly or indirectly, run again,
-- and the other finished steps keep their results in the new task.
-- p_context null: the context of the old task, with its sensitive values. p_extra, or null: further input of start_tasks, and the namedTaskId of
-- the version of the new task; results of steps that another version does not have are dropped. Refused if the kept
-- results are larger than p_max_bytes, because they become one document.
-- Returns {id, state}.
create or replace function __schema__.rerun_task(
  p_task_id bigint, p_from_step text, p_context text, p_extra text, p_actor text, p_reason text, p_max_bytes bigint
) returns json language plpgsql as $$
declare
  v_task __schema__.tasks;
  v_from bigint;
  v_kept bigint[];
  v_bytes bigint;
  v_keep jsonb;
  v_new record;
begin
  v_task := __schema__.lock_task(p_task_id);
  if v_task.state not in ('complete', 'error', 'cancelled', 'resolved_manually') then
    perform __schema__.refuse_action('rerun', 'task', p_task_id::text, v_task.state);
  end if;
  if exists (select from __schema__.erased_tasks e where e.task_id = p_task_id) then
    perform __schema__.refuse_action('rerun', 'task', p_task_id::text, v_task.state, 'its data was erased', true);
  end if;
  if p_from_step is not null then
    v_from := __schema__.find_step(p_task_id, p_from_step);
    with recursive again as (
      select v_from as workflow_step_id
      union
      select e.to_step_id from again a join __schema__.workflow_step_edges e on e.from_step_id = a.workflow_step_id
    )
    select array_agg(s.workflow_step_id) into v_kept
    from __schema__.workflow_steps s
    where s.task_id = p_task_id and s.state in ('complete', 'resolved_manually', 'skipped')
      and s.workflow_step_id not in (select a.workflow_step_id from again a);
    select case when sum(__schema__.json_bound(s.results)) > p_max_bytes
      then (select sum(__schema__.json_bytes(x.results, p_max_bytes)) from __schema__.workflow_steps x
        where x.workflow_step_id = any (v_kept))
    end into v_bytes
    from __schema__.workflow_steps s where s.workflow_step_id = any (v_kept);
    if exists (
      select from __schema__.sensitive_values v where v.task_id = p_task_id and v.workflow_step_id = any (v_kept)
    ) and not exists (
      select from __schema__.named_tasks nt
      join __schema__.named_tasks_named_steps st on st.named_task_id = nt.named_task_id and st.revision = nt.revision
      where nt.named_task_id = coalesce((p_extra::jsonb ->> 'namedTaskId')::bigint, v_task.named_task_id)
        and st.sensitive is not null
    ) then -- its handlers would get placeholders
      perform __schema__.refuse_action(
        'rerun', 'task', p_task_id::text, v_task.state,
        'results that it keeps have sensitive values, and the template of the new task has no sensitive_data'
      );
    end if;
    if v_bytes > p_max_bytes then
      perform __schema__.refuse('answer_too_large', jsonb_build_object('bytes', v_bytes, 'allowed', p_max_bytes));
    end if;
    select jsonb_agg(jsonb_build_object(
      'step', n.name, 'as', case s.state when 'skipped' then 'skipped' else 'resolved_manually' end,
      'results', s.results, 'actor', p_actor, 'reason', format('kept from task %s', p_task_id)
    )) into v_keep
    from __schema__.workflow_steps s
    join __schema__.named_steps n on n.named_step_id = s.named_step_id
    where s.workflow_step_id = any (v_kept);
  end if;
  select n.* into v_new from __schema__.start_tasks(
    array[coalesce((p_extra::jsonb ->> 'namedTaskId')::bigint, v_task.named_task_id)],
    array[coalesce(p_context, v_task.context::text)], array[v_task.initiator], array[v_task.source_system],
    array[coalesce(p_reason, v_task.reason)], array[v_task.tags::text],
    array[v_task.priority],
    array[coalesce(p_extra, '{}')::jsonb - 'namedTaskId' || jsonb_build_object('rerunOf', p_task_id)
      || case when v_keep is null then '{}' else jsonb_build_object('settle', v_keep) end]::text[]
  ) n;
  if v_new.state is null then
    perform __schema__.refuse('unknown_named_task', jsonb_build_object('namedTaskId', v_new.task_id::text));
  end if;
  insert into __schema__.sensitive_values (task_id, workflow_step_id, key_id, content)
  select v_new.task_id, 0, v.key_id, v.content from __schema__.sensitive_values v
  where p_context is null and v.task_id = p_task_id and v.workflow_step_id = 0
  union all
  select v_new.task_id, s.workflow_step_id, v.key_id, v.content
  from __schema__.sensitive_values v
  join __schema__.workflow_steps old on old.workflow_step_id = v.workflow_step_id
  join __schema__.named_steps n on n.named_step_id = old.named_step_id
  join __schema__.named_steps m on m.name = n.name
  join __schema__.workflow_steps s on s.task_id = v_new.task_id and s.named_step_id = m.named_step_id
  where v.task_id = p_task_id and v.workflow_step_id = any (v_kept);
  insert into __schema__.data_subjects (task_id, subject_hash)
  select v_new.task_id, d.subject_hash from __schema__.data_subjects d
  where p_context is null and d.task_id = p_task_id;
  perform __schema__.note_action(
    p_task_id, v_from, 'rerun', p_actor, p_reason, jsonb_build_object('newTaskId', v_new.task_id::text)
  );
  return json_build_object('id', v_new.task_id::text, 'state', v_new.state);
exception when sqlstate 'TK001' then
  return sqlerrm::json;
end $$;

select __schema__._pin_planner('rerun_task');
