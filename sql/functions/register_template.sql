-- register_template: makes a task template known, or compares it with the one stored under the same namespace, name and
-- version. Answers {namedTaskId, outcome, configuration}: outcome created, unchanged, replaced or changed; changed means
-- that it differs, p_replace was false and nothing was written; configuration is then the stored one.
-- Safe with any number of processes at once: they queue on the named task's row.
--
-- p_steps: [{name, description, dependentSystem, parents: [position], minDepth, isLeaf, handler, handlerConfig, retryable,
--   retryLimit, skippable, timeoutSeconds, backoff, queue, priority, transactional, limits}], positions counting from 0.
create or replace function __schema__.register_template(
  p_namespace text,
  p_name text,
  p_version text,
  p_description text,
  p_fingerprint text,
  p_configuration jsonb,
  p_steps jsonb,
  p_replace boolean
) returns json language plpgsql as $$
declare
  v_namespace_id bigint;
  v_stored __schema__.named_tasks;
  v_created boolean;
begin
  insert into __schema__.task_namespaces (name) values (p_namespace) on conflict (name) do nothing;
  select task_namespace_id into v_namespace_id from __schema__.task_namespaces where name = p_namespace;

  insert into __schema__.named_tasks (task_namespace_id, name, version, description, revision, fingerprint)
  values (v_namespace_id, p_name, p_version, p_description, 0, '')
  on conflict (task_namespace_id, name, version) do nothing;
  select * into strict v_stored from __schema__.named_tasks
  where task_namespace_id = v_namespace_id and name = p_name and version = p_version for no key update;

  v_created := v_stored.revision = 0;
  if v_stored.fingerprint = p_fingerprint then
    return json_build_object('namedTaskId', v_stored.named_task_id::text, 'outcome', 'unchanged');
  end if;
  if not v_created and not p_replace then
    return json_build_object(
      'namedTaskId', v_stored.named_task_id::text, 'outcome', 'changed', 'configuration', v_stored.configuration
    );
  end if;

  update __schema__.named_tasks set
    description = p_description, revision = v_stored.revision + 1, fingerprint = p_fingerprint,
    configuration = p_configuration, updated_at = now(),
    step_count = jsonb_array_length(p_steps),
    leaf_count = (select count(*) from jsonb_array_elements(p_steps) s where (s ->> 'isLeaf')::boolean)
  where named_task_id = v_stored.named_task_id;

  -- In order of name, as all processes do, so that two of them cannot wait for each other.
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
  select distinct s ->> 'queue', v_stored.task_namespace_id from jsonb_array_elements(p_steps) s order by 1
  on conflict (queue, task_namespace_id) do nothing;

  insert into __schema__.named_tasks_named_steps (
    named_task_id, named_step_id, revision, position, parent_positions, min_depth, is_leaf, handler, handler_config,
    default_retryable, default_retry_limit, skippable, timeout_seconds, backoff, lane_id, priority, transactional, limits
  )
  select v_stored.named_task_id, n.named_step_id, v_stored.revision + 1, (s.position - 1)::integer,
    array(select jsonb_array_elements_text(s.step -> 'parents')::integer),
    (s.step ->> 'minDepth')::integer, (s.step ->> 'isLeaf')::boolean, s.step ->> 'handler', s.step -> 'handlerConfig',
    (s.step ->> 'retryable')::boolean, (s.step ->> 'retryLimit')::integer, (s.step ->> 'skippable')::boolean,
    (s.step ->> 'timeoutSeconds')::double precision, s.step -> 'backoff', l.lane_id,
    (s.step ->> 'priority')::smallint, coalesce((s.step ->> 'transactional')::boolean, false),
    nullif(s.step -> 'limits', 'null')
  from jsonb_array_elements(p_steps) with ordinality as s (step, position)
  join __schema__.dependent_systems d on d.name = s.step ->> 'dependentSystem'
  join __schema__.named_steps n on n.dependent_system_id = d.dependent_system_id and n.name = s.step ->> 'name'
  join __schema__.lanes l on l.queue = s.step ->> 'queue' and l.task_namespace_id = v_stored.task_namespace_id;

  return json_build_object(
    'namedTaskId', v_stored.named_task_id::text, 'outcome', case when v_created then 'created' else 'replaced' end
  );
end $$;
