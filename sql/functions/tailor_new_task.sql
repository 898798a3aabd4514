-- tailor_new_task: changes the steps of a new task, before any of them can run. Part of start_tasks.
-- p_tailor: {step name: {retryLimit, retryable, dependsOn: [step name]}}; dependsOn adds to the dependencies of the
-- template. The caller has checked that there is no cycle.
create or replace function __schema__.tailor_new_task(p_task_id bigint, p_tailor jsonb)
returns void language plpgsql as $$
declare
  v_ids jsonb;
  v_from bigint[];
  v_to bigint[];
begin
  update __schema__.workflow_steps s set
    retry_limit = coalesce((p_tailor -> n.name ->> 'retryLimit')::integer, s.retry_limit),
    retryable = coalesce((p_tailor -> n.name ->> 'retryable')::boolean, s.retryable)
  from __schema__.named_steps n
  where s.task_id = p_task_id and n.named_step_id = s.named_step_id and p_tailor ? n.name;

  select jsonb_object_agg(n.name, s.workflow_step_id) into v_ids
  from __schema__.workflow_steps s join __schema__.named_steps n on n.named_step_id = s.named_step_id
  where s.task_id = p_task_id;
  with added as (
    insert into __schema__.workflow_step_edges (from_step_id, to_step_id, task_id)
    select (v_ids ->> parent.name)::bigint, (v_ids ->> t.step)::bigint, p_task_id
    from jsonb_each(p_tailor) t (step, change)
    cross join lateral jsonb_array_elements_text(t.change -> 'dependsOn') parent (name)
    on conflict do nothing -- the template has this dependency, too
    returning from_step_id, to_step_id
  )
  select array_agg(a.from_step_id), array_agg(a.to_step_id) into v_from, v_to from added a;
  if v_to is null then
    return;
  end if;

  update __schema__.workflow_steps s set
    waiting_on = s.waiting_on + x.parents,
    is_leaf = s.is_leaf and not x.is_parent
  from (
    select e.step_id, sum(e.parents) as parents, bool_or(e.is_parent) as is_parent
    from (
      select e.step_id, 1 as parents, false as is_parent from unnest(v_to) e (step_id)
      union all
      select e.step_id, 0, true from unnest(v_from) e (step_id)
    ) e
    group by e.step_id
  ) x
  where s.workflow_step_id = x.step_id;
  update __schema__.tasks t set open_leaves = (
    select count(*) from __schema__.workflow_steps s where s.task_id = p_task_id and s.is_leaf
  ) where t.task_id = p_task_id;
  perform __schema__.unqueue_steps(v_to); -- they now have dependencies
end $$;
