-- delete_rows_of_tasks: the trigger of tasks that deletes their rows in other tables. It calls check_limits, as advance
-- does, so the planner is pinned here, too. 0001_tables.sql has an earlier version.
create or replace function __schema__.delete_rows_of_tasks() returns trigger language plpgsql as $$
declare
  v_freed_templates bigint[];
  v_freed_keys text[];
  v_changes __schema__.state_change[];
begin
  -- Before the steps, according to the order of locks: a claim locks them in this order, too.
  with dropped as (
    delete from __schema__.ready_steps r using gone g, __schema__.workflow_steps s
    where s.task_id = g.task_id and r.workflow_step_id = s.workflow_step_id
    returning r.limit_key, r.step_template_id, r.worker_id
  )
  select array_agg(step_template_id), array_agg(limit_key) into v_freed_templates, v_freed_keys
  from dropped where limit_key is not null and worker_id is not null;
  if v_freed_keys is not null then
    perform __schema__.check_limits(v_freed_templates, v_freed_keys);
  end if;
  -- Counted from the deleted rows, because a claim may have changed them before.
  with removed as (
    delete from __schema__.workflow_steps s using gone g where s.task_id = g.task_id
    returning g.task_namespace_id, s.state
  )
  select array_agg(row(c.*)::__schema__.state_change) into v_changes
  from (
    select task_namespace_id, 'step', state, null, count(*) from removed group by 1, 3
    union all
    select task_namespace_id, 'task', state, null, count(*) from gone group by 1, 3
  ) c;
  perform __schema__.add_to_totals(v_changes);
  delete from __schema__.task_transitions t using gone g where t.task_id = g.task_id;
  delete from __schema__.operator_actions a using gone g where a.task_id = g.task_id;
  delete from __schema__.task_deadlines d using gone g where d.task_id = g.task_id;
  delete from __schema__.set_aside_tasks a using gone g where a.task_id = g.task_id;
  delete from __schema__.final_hooks f using gone g where f.task_id = g.task_id;
  delete from __schema__.sensitive_values v using gone g where v.task_id = g.task_id;
  delete from __schema__.data_subjects d using gone g where d.task_id = g.task_id;
  delete from __schema__.erased_tasks e using gone g where e.task_id = g.task_id;
  delete from __schema__.task_identities i using gone g
  where i.identity_hash = g.identity_hash and i.task_id = g.task_id;
  return null;
end $$;

select __schema__._pin_planner('delete_rows_of_tasks');
