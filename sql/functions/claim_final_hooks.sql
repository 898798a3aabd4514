-- claim_final_hooks: claims ends of tasks for which this process calls the task handlers, up to p_limit per named task.
-- No other process gets them before p_lease_seconds are over.
-- Returns [{id, taskId, state, endedAt, attempt}].
create or replace function __schema__.claim_final_hooks(
  p_named_task_ids bigint[], p_limit integer, p_lease_seconds double precision
) returns json language plpgsql as $$
declare
  v_claimed json;
begin
  with due as (
    select h.final_hook_id from unnest(p_named_task_ids) n (named_task_id)
    cross join lateral (
      select f.final_hook_id from __schema__.final_hooks f
      where f.named_task_id = n.named_task_id and f.due_at <= now()
      order by f.due_at limit p_limit for update skip locked
    ) h
  ),
  claimed as (
    update __schema__.final_hooks f set
      attempts = f.attempts + 1, due_at = now() + make_interval(secs => p_lease_seconds)
    from due d where f.final_hook_id = d.final_hook_id
    returning f.final_hook_id, f.task_id, f.state, f.created_at, f.attempts
  )
  select coalesce(json_agg(json_build_object(
    'id', c.final_hook_id::text, 'taskId', c.task_id::text, 'state', c.state, 'endedAt', __schema__.instant_text(c.created_at),
    'attempt', c.attempts
  ) order by c.final_hook_id), '[]') into v_claimed from claimed c;
  return v_claimed;
end $$;

select __schema__._pin_planner('claim_final_hooks');
