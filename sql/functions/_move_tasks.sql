-- _move_tasks: gives tasks their next state, with history, totals and final hooks. Every task that ends, ends here. The caller holds
-- the row locks of the tasks. The name begins with _ so that this file is applied before those of the functions that call it.
--
-- p_to null: the state follows from the steps, after p_leaves (leaves that are done) and p_failures (steps that failed for good) of
-- each task were booked. A task is complete when no leaf is open, as every step is an ancestor of a leaf. It is in error when a step
-- failed for good and no step runs or can run, and otherwise in progress. After steps were cancelled (open_leaves is null), the
-- states of the steps decide, and the task ends as cancelled.
-- p_to: the state that a person or a deadline decided on, with p_actor and p_reason.
-- p_changes: changes made by the caller, which are added to the totals together with those made here.
-- Answers [{id, from, to}] for the tasks whose state changed, or null.
create or replace function __schema__._move_tasks(
  p_task_ids bigint[],
  p_leaves integer[] default null,
  p_failures integer[] default null,
  p_changes __schema__.state_change[] default '{}',
  p_to text default null,
  p_actor text default null,
  p_reason text default null
) returns json language plpgsql as $$
declare
  v_changed json;
  v_hooked bigint[];
  v_counts __schema__.state_change[];
  v_added boolean;
  v_at timestamptz := clock_timestamp(); -- read under the locks, so it is later than everything before
begin
  with touched as (
    select t.task_id, t.task_namespace_id, t.state as from_state,
      t.open_leaves - coalesce(x.leaves, 0) as open_leaves, t.failed_steps + coalesce(x.failures, 0) as failed_steps,
      greatest(v_at, t.updated_at + interval '1 microsecond') as at -- as next_instant has it
    from unnest(p_task_ids, p_leaves, p_failures) as x (task_id, leaves, failures)
    join __schema__.tasks t on t.task_id = x.task_id
    where p_to is not null or t.state in ('pending', 'in_progress')
      and (x.leaves > 0 or x.failures <> 0 or t.failed_steps > 0 or t.state = 'pending' or t.open_leaves is null
        or t.open_leaves = 0) -- otherwise the state cannot change
  ),
  judged as (
    select d.*,
      case
        when p_to is not null then p_to
        when d.open_leaves = 0 then 'complete'
        when d.open_leaves is null and not exists (
          select 1 from __schema__.workflow_steps s
          where s.task_id = d.task_id and s.state in ('pending', 'in_progress', 'error')
        ) then 'cancelled'
        when d.failed_steps > 0 and not exists (
          select 1 from __schema__.workflow_steps s
          join __schema__.ready_steps r on r.workflow_step_id = s.workflow_step_id
          where s.task_id = d.task_id
        ) then 'error'
        else 'in_progress'
      end as to_state
    from touched d
  ),
  booked as (
    update __schema__.tasks t set
      open_leaves = j.open_leaves,
      failed_steps = j.failed_steps,
      state = j.to_state,
      completed_at = case when j.to_state in ('complete', 'cancelled', 'resolved_manually') then j.at end,
      updated_at = j.at
    from judged j
    where t.task_id = j.task_id
    returning t.task_id, t.task_namespace_id, t.has_final_hook, t.created_at, t.updated_at, j.from_state, j.to_state
  ),
  changed as (
    select * from booked where from_state <> to_state
  ),
  history as (
    insert into __schema__.task_transitions (task_id, from_state, to_state, actor, reason, duration_seconds, created_at)
    select c.task_id, c.from_state, c.to_state, p_actor,
      case
        when p_to is not null then p_reason
        when c.to_state = 'error' then 'steps_in_error_state'
        when c.to_state = 'cancelled' then 'steps_cancelled'
      end,
      case c.to_state when 'complete' then extract(epoch from c.updated_at - c.created_at) end,
      c.updated_at
    from changed c
  ),
  counted as (
    select c.task_namespace_id, 'task', c.from_state, c.to_state, count(*) from changed c group by 1, 3, 4
  )
  select json_agg(json_build_object('id', c.task_id::text, 'from', c.from_state, 'to', c.to_state)),
    array_agg(c.task_id) filter (where c.has_final_hook and c.to_state <> 'in_progress'),
    array(select row(n.*)::__schema__.state_change from counted n)
  into v_changed, v_hooked, v_counts from changed c;
  v_added := __schema__.add_to_totals(p_changes || v_counts);
  -- A separate statement, because few tasks have a final hook, and a statement that writes nothing makes a lone step
  -- 2 % slower.
  if v_hooked is not null then
    insert into __schema__.final_hooks (task_id, named_task_id, state)
    select t.task_id, t.named_task_id, t.state from __schema__.tasks t where t.task_id = any (v_hooked);
  end if;
  return v_changed;
end $$;
