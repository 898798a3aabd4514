-- measure_claims: the number of steps, from the first, that fit into p_max_bytes if each value is sent once; at least
-- one. Steps that are too large on their own count as nothing, because they are sent without their values: too_large is
-- {step id: bytes}, or null. Part of advance, for claims that may be too large. Unpacks one value at a time.
create or replace function __schema__.measure_claims(
  p_step_ids bigint[], p_max_bytes bigint, out fits integer, out too_large jsonb
) language sql
set enable_hashjoin = on -- the joins here are between results of the statement itself
as $$
  with step as materialized (
    select c.nth, s.workflow_step_id, s.task_id, 256 as bytes
    from unnest(p_step_ids) with ordinality c (workflow_step_id, nth)
    join __schema__.workflow_steps s on s.workflow_step_id = c.workflow_step_id
  ),
  edge as materialized (
    select s.nth, e.from_step_id
    from step s join __schema__.workflow_step_edges e on e.to_step_id = s.workflow_step_id
  ),
  task as materialized (
    select t.task_id, octet_length(json_build_array(
      t.context, t.initiator, t.source_system, t.reason, t.tags, t.requested_at
    )::text) as bytes
    from __schema__.tasks t where t.task_id = any (array(select s.task_id from step s))
  ),
  parent as materialized (
    select p.workflow_step_id, 64 + coalesce(octet_length(p.results::text), 0) as bytes
    from __schema__.workflow_steps p where p.workflow_step_id = any (array(select e.from_step_id from edge e))
  ),
  need as materialized (
    select s.nth, 'step' as kind, s.workflow_step_id as id, s.bytes from step s
    union all
    select s.nth, 'task', s.task_id, t.bytes from step s join task t on t.task_id = s.task_id
    union all
    select e.nth, 'parent', e.from_step_id, p.bytes from edge e join parent p on p.workflow_step_id = e.from_step_id
  ),
  alone as materialized (
    select n.nth, sum(n.bytes) as bytes from need n group by n.nth
  ),
  -- The size that a step adds to those before it.
  added as (
    select f.nth, sum(f.bytes) as bytes
    from (
      select distinct on (n.kind, n.id) n.nth, n.bytes
      from need n join alone a on a.nth = n.nth
      where a.bytes <= p_max_bytes
      order by n.kind, n.id, n.nth
    ) f
    group by f.nth
  ),
  filled as (
    select a.nth, a.bytes, sum(coalesce(d.bytes, 0)) over (order by a.nth) <= p_max_bytes as fits
    from alone a left join added d on d.nth = a.nth
  )
  select count(*)::integer, jsonb_object_agg(p_step_ids[f.nth], f.bytes) filter (where f.bytes > p_max_bytes)
  from filled f where f.fits;
$$;
