-- add_step_templates: stores the steps of a new revision of a named task. Part of register_template, which describes
-- p_steps.
create or replace function __schema__.add_step_templates(
  p_named_task_id bigint, p_namespace_id bigint, p_revision integer, p_steps jsonb
) returns void language plpgsql as $$
begin
  -- All processes insert in order of name, so that two of them cannot deadlock.
  insert into __schema__.dependent_systems (name)
  select distinct s ->> 'dependentSystem' from jsonb_array_elements(p_steps) s order by 1
  on conflict (name) do nothing;
  insert into __schema__.named_steps (dependent_system_id, name, description)
  select d.dependent_system_id, s ->> 'name', s ->> 'description'
  from jsonb_array_elements(p_steps) s
  join __schema__.dependent_systems d on d.name = s ->> 'dependentSystem'
  order by 1, 2
  on conflict (dependent_system_id, name) do nothing;

  insert into __schema__.lanes (queue, task_namespace_id)
  select distinct s ->> 'queue', p_namespace_id from jsonb_array_elements(p_steps) s order by 1
  on conflict (queue, task_namespace_id) do nothing;

  insert into __schema__.named_tasks_named_steps (
    named_task_id, named_step_id, revision, position, parent_positions, min_depth, is_leaf, handler, handler_config,
    default_retryable, default_retry_limit, skippable, timeout_seconds, backoff, lane_id, priority, transactional, limits,
    sensitive
  )
  select p_named_task_id, n.named_step_id, p_revision, (s.position - 1)::integer,
    array(select jsonb_array_elements_text(s.step -> 'parents')::integer),
    (s.step ->> 'minDepth')::integer, (s.step ->> 'isLeaf')::boolean, s.step ->> 'handler', s.step -> 'handlerConfig',
    (s.step ->> 'retryable')::boolean, (s.step ->> 'retryLimit')::integer, (s.step ->> 'skippable')::boolean,
    (s.step ->> 'timeoutSeconds')::double precision, s.step -> 'backoff', l.lane_id,
    (s.step ->> 'priority')::smallint, coalesce((s.step ->> 'transactional')::boolean, false),
    nullif(s.step -> 'limits', 'null'), s.step -> 'sensitive'
  from jsonb_array_elements(p_steps) with ordinality as s (step, position)
  join __schema__.dependent_systems d on d.name = s.step ->> 'dependentSystem'
  join __schema__.named_steps n on n.dependent_system_id = d.dependent_system_id and n.name = s.step ->> 'name'
  join __schema__.lanes l on l.queue = s.step ->> 'queue' and l.task_namespace_id = p_namespace_id;
end $$;
