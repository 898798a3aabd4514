-- describe_task: all data of a task in one document: {task, namespace, name, version, steps, edges, transitions,
-- stepTransitions, annotations, actions}, each row with the names of its columns. An archived document must not depend
-- on the session that wrote it, so the time zone and the digits of numbers are set.
create or replace function __schema__.describe_task(p_task_id bigint)
returns jsonb language sql stable set timezone = 'UTC' set extra_float_digits = 1 as $$
  select jsonb_build_object(
    'task', to_jsonb(t), 'namespace', ns.name, 'name', nt.name, 'version', nt.version,
    'steps', (
      select coalesce(jsonb_agg(to_jsonb(s) || jsonb_build_object('name', n.name) order by s.workflow_step_id), '[]')
      from __schema__.workflow_steps s join __schema__.named_steps n on n.named_step_id = s.named_step_id
      where s.task_id = t.task_id
    ),
    'edges', (
      select coalesce(jsonb_agg(jsonb_build_array(e.from_step_id, e.to_step_id)), '[]')
      from __schema__.workflow_steps s join __schema__.workflow_step_edges e on e.from_step_id = s.workflow_step_id
      where s.task_id = t.task_id
    ),
    'transitions', (
      select coalesce(jsonb_agg(to_jsonb(h) order by h.id), '[]')
      from __schema__.task_transitions h where h.task_id = t.task_id
    ),
    'stepTransitions', (
      select coalesce(jsonb_agg(to_jsonb(h) order by h.id), '[]')
      from __schema__.workflow_steps s
      join __schema__.workflow_step_transitions h on h.workflow_step_id = s.workflow_step_id
      where s.task_id = t.task_id
    ),
    'annotations', (
      select coalesce(jsonb_agg(to_jsonb(a) || jsonb_build_object('type', y.name) order by a.task_annotation_id), '[]')
      from __schema__.task_annotations a
      join __schema__.annotation_types y on y.annotation_type_id = a.annotation_type_id
      where a.task_id = t.task_id
    ),
    'actions', (
      select coalesce(jsonb_agg(to_jsonb(o) order by o.operator_action_id), '[]')
      from __schema__.operator_actions o where o.task_id = t.task_id
    )
  )
  from __schema__.tasks t
  join __schema__.named_tasks nt on nt.named_task_id = t.named_task_id
  join __schema__.task_namespaces ns on ns.task_namespace_id = nt.task_namespace_id
  where t.task_id = p_task_id;
$$;
