-- ready_row: the values with which a step is queued: its lane, its place in the order of claims, whether it is on hold,
-- and the limit that it shares. p_lane_id, p_step_priority and p_limits are those of its template, and null if the
-- template was deleted; the other parameters are those of its task. Older tasks come first, unless a task waits for its
-- runAt.
--
-- PostgreSQL inlines this function, so a call costs nothing.
create or replace function __schema__.ready_row(
  p_lane_id integer,
  p_step_priority smallint,
  p_limits jsonb,
  p_task_namespace_id bigint,
  p_task_priority smallint,
  p_created_at timestamptz,
  p_run_at timestamptz,
  p_held_at timestamptz,
  p_context jsonb
)
returns table (lane_id integer, priority smallint, run_at timestamptz, is_held boolean, limit_key text)
language sql stable as $$
  select
    coalesce(p_lane_id, __schema__.lane_without_template(p_task_namespace_id)),
    coalesce(p_task_priority, p_step_priority, 0::smallint),
    greatest(p_created_at, p_run_at),
    p_held_at is not null,
    case when p_limits is not null then __schema__.limit_key(p_limits, p_context) end;
$$;
