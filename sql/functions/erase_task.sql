-- erase_task: an operator action. Removes everything that was said in or about a task that is over: its context, the results
-- and errors of its steps, tags, annotations, reasons, the hash of its request, and the details of its entries in the audit
-- log. Its states, times, actors and history remain, and the chains of the audit log stay valid. If it was erased already,
-- nothing changes.
create or replace function __schema__.erase_task(p_task_id bigint, p_actor text, p_reason text)
returns json language plpgsql as $$
declare
  v_task __schema__.tasks;
  v_erased constant text := '[erased]';
begin
  v_task := __schema__.lock_task(p_task_id);
  if exists (select from __schema__.erased_tasks e where e.task_id = p_task_id) then
    return __schema__.action_result(false);
  end if;
  if v_task.state not in ('complete', 'cancelled', 'resolved_manually') then
    perform __schema__.refuse_action('erase', 'task', p_task_id::text, v_task.state);
  end if;
  insert into __schema__.erased_tasks (task_id, erased_at, actor) values (p_task_id, clock_timestamp(), p_actor);
  update __schema__.tasks t set
    context = '{}', reason = v_erased, tags = '[]', identity_hash = null, updated_at = __schema__.next_instant(t.updated_at)
  where t.task_id = p_task_id;
  update __schema__.workflow_steps s set
    results = null,
    error = case when s.error is not null then __schema__.erased_failure(s.error) || '{"context": {}, "stack": null}' end,
    settlement = case when s.settlement is not null then s.settlement || jsonb_build_object('reason', v_erased) end
  where s.task_id = p_task_id and num_nonnulls(s.results, s.error, s.settlement) > 0;
  -- The reasons of the engine itself are codes.
  update __schema__.workflow_step_transitions x set
    error = case when x.error is not null then __schema__.erased_failure(x.error) end,
    reason = case when x.actor is null then x.reason when x.reason is not null then v_erased end
  where x.task_id = p_task_id and num_nonnulls(x.error, x.reason) > 0;
  update __schema__.task_transitions x set reason = v_erased
  where x.task_id = p_task_id and x.actor is not null and x.reason is not null;
  update __schema__.operator_actions a set reason = v_erased, details = null where a.task_id = p_task_id;
  delete from __schema__.task_annotations a where a.task_id = p_task_id;
  delete from __schema__.final_hooks f where f.task_id = p_task_id; -- its handler would get nothing
  delete from __schema__.task_identities i where i.identity_hash = v_task.identity_hash and i.task_id = p_task_id;
  delete from __schema__.sensitive_values v where v.task_id = p_task_id;
  delete from __schema__.data_subjects d where d.task_id = p_task_id;
  -- No entry is sealed meanwhile: its hash would be that of the details that are erased here.
  insert into __schema__.audit_chains (namespace)
  select distinct e.namespace from __schema__.audit_inbox e where e.task_id = p_task_id order by 1 on conflict do nothing;
  perform from __schema__.audit_chains c where c.namespace in (
    select e.namespace from __schema__.audit_inbox e where e.task_id = p_task_id
  ) order by c.namespace for update;
  update __schema__.audit_inbox e set details = '{}' where e.task_id = p_task_id;
  update __schema__.audit_log e set details = null, details_salt = null where e.task_id = p_task_id;
  perform __schema__.note_action(p_task_id, null, 'erase', p_actor, p_reason);
  return __schema__.action_result(true);
exception when sqlstate 'TK001' then
  return sqlerrm::json;
end $$;

select __schema__._pin_planner('erase_task');
