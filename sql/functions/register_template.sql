-- register_template: stores a task template, or compares it with the stored one of the same namespace, name and
-- version. p_wording is the template as written, p_fingerprint its hash, and p_configuration the resolved template,
-- with the defaults and the environment of the process. Returns {namedTaskId, outcome, stored}. Outcomes:
--   created, unchanged;
--   resolved: the wording is the same, but resolves differently, so new tasks get the new configuration;
--   replaced: the wording differs, and p_replace was true;
--   superseded: the wording is that of an earlier revision; nothing was written;
--   changed: the wording differs; nothing was written.
-- stored, for the last two: {wording, configuration} of the current revision. Safe for any number of concurrent
-- processes: they wait for the lock on the named task's row.
--
-- p_steps: [{name, description, dependentSystem, parents: [position], minDepth, isLeaf, handler, handlerConfig,
-- retryable, retryLimit, skippable, timeoutSeconds, backoff, queue, priority, transactional, limits, sensitive}], positions
-- counting from 0. sensitive: {results: [JSON path], errors: [JSON path]}; absent if the template has no sensitive data.
create or replace function __schema__.register_template(
  p_namespace text,
  p_name text,
  p_version text,
  p_description text,
  p_wording jsonb,
  p_fingerprint text,
  p_configuration jsonb,
  p_steps jsonb,
  p_replace boolean
) returns json language plpgsql as $$
declare
  v_namespace_id bigint;
  v_stored __schema__.named_tasks;
  v_revision __schema__.named_task_revisions;
  v_outcome text;
begin
  insert into __schema__.task_namespaces (name) values (p_namespace) on conflict (name) do nothing;
  select task_namespace_id into v_namespace_id from __schema__.task_namespaces where name = p_namespace;

  insert into __schema__.named_tasks (task_namespace_id, name, version, description, revision, fingerprint)
  values (v_namespace_id, p_name, p_version, p_description, 0, '')
  on conflict (task_namespace_id, name, version) do nothing;
  select * into strict v_stored from __schema__.named_tasks
  where task_namespace_id = v_namespace_id and name = p_name and version = p_version for no key update;

  v_outcome := case
    when v_stored.revision = 0 then 'created'
    when v_stored.configuration = p_configuration then 'unchanged'
    when v_stored.fingerprint = p_fingerprint then 'resolved'
    when p_replace then 'replaced'
    when exists (
      select 1 from __schema__.named_task_revisions r
      where r.named_task_id = v_stored.named_task_id and r.fingerprint = p_fingerprint
    ) then 'superseded'
    else 'changed'
  end;
  if v_outcome in ('superseded', 'changed') then
    return json_build_object(
      'namedTaskId', v_stored.named_task_id::text, 'outcome', v_outcome,
      'stored', json_build_object('wording', v_stored.wording, 'configuration', v_stored.configuration)
    );
  end if;
  if v_outcome = 'unchanged' then
    if v_stored.wording is null then -- stored by a release that did not keep the wording
      update __schema__.named_tasks set wording = p_wording, fingerprint = p_fingerprint
      where named_task_id = v_stored.named_task_id;
      update __schema__.named_task_revisions set wording = p_wording, fingerprint = p_fingerprint
      where named_task_id = v_stored.named_task_id and revision = v_stored.revision;
    end if;
    return json_build_object('namedTaskId', v_stored.named_task_id::text, 'outcome', v_outcome);
  end if;

  -- Processes with different options may alternate; each returns to the revision that it made the first time.
  select * into v_revision from __schema__.named_task_revisions r
  where r.named_task_id = v_stored.named_task_id and r.fingerprint = p_fingerprint and r.configuration = p_configuration
  order by r.revision desc limit 1;
  if not found then
    insert into __schema__.named_task_revisions (
      named_task_id, revision, description, fingerprint, wording, configuration, step_count, leaf_count
    )
    select v_stored.named_task_id, coalesce(max(r.revision), 0) + 1, p_description, p_fingerprint, p_wording,
      p_configuration, jsonb_array_length(p_steps),
      (select count(*) from jsonb_array_elements(p_steps) s where (s ->> 'isLeaf')::boolean)
    from __schema__.named_task_revisions r where r.named_task_id = v_stored.named_task_id
    returning * into v_revision;
    perform __schema__.add_step_templates(v_stored.named_task_id, v_stored.task_namespace_id, v_revision.revision, p_steps);
  end if;
  update __schema__.named_tasks set
    description = v_revision.description, revision = v_revision.revision, fingerprint = v_revision.fingerprint,
    wording = v_revision.wording, configuration = v_revision.configuration, step_count = v_revision.step_count,
    leaf_count = v_revision.leaf_count, updated_at = now()
  where named_task_id = v_stored.named_task_id;
  return json_build_object('namedTaskId', v_stored.named_task_id::text, 'outcome', v_outcome);
end $$;
