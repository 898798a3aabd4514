-- unclaim_steps: undoes claims of the same transaction without a trace: a step is as before, without a further attempt
-- or transition. Part of advance, for steps that did not fit into its answer. Called before the tasks of these steps
-- begin.
create or replace function __schema__.unclaim_steps(p_step_ids bigint[], p_from_states text[])
returns void language plpgsql as $$
declare
  v_templates bigint[];
  v_keys text[];
  v_changes __schema__.state_change[];
begin
  with undone as (
    update __schema__.ready_steps r set worker_id = null, attempt = r.attempt - 1
    from unnest(p_step_ids) u (workflow_step_id) where r.workflow_step_id = u.workflow_step_id
    returning r.step_template_id, r.limit_key
  )
  select array_agg(u.step_template_id), array_agg(u.limit_key) into v_templates, v_keys
  from undone u where u.limit_key is not null;

  with attempt as (
    delete from __schema__.workflow_step_transitions h
    using unnest(p_step_ids) u (workflow_step_id)
    where h.workflow_step_id = u.workflow_step_id and h.id = (
      select max(x.id) from __schema__.workflow_step_transitions x where x.workflow_step_id = u.workflow_step_id
    )
  ),
  undone as (
    update __schema__.workflow_steps s set
      state = u.from_state::__schema__.step_state,
      attempts = s.attempts - 1,
      last_attempted_at = (
        select h.created_at from __schema__.workflow_step_transitions h
        where h.workflow_step_id = s.workflow_step_id and h.to_state = 'in_progress'
        order by h.id desc offset 1 limit 1 -- this statement still sees the one that it deletes
      )
    from unnest(p_step_ids, p_from_states) u (workflow_step_id, from_state)
    where s.workflow_step_id = u.workflow_step_id
    returning s.task_id, s.state
  )
  select array_agg(row(c.*)::__schema__.state_change) into v_changes
  from (
    select t.task_namespace_id, 'step', 'in_progress', u.state, count(*)
    from undone u join __schema__.tasks t on t.task_id = u.task_id group by 1, 4
  ) c;
  perform __schema__.add_to_totals(v_changes);

  if v_keys is not null then -- their places under limits are free again
    perform __schema__.check_limits(v_templates, v_keys);
  end if;
end $$;
